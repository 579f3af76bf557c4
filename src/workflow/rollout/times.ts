import { formatDuration } from '../../kernel/duration.ts'
import { formatMoment } from '../../kernel/moment.ts'
import type { FreezePeriod } from '../../model/remediation.ts'
import type { ChangeWindow } from '../../model/rollout.ts'
import { freezeAhead, freezeAt, freezeText, thawsAt } from './freeze.ts'
import type { Stop } from './rollout.ts'
import { windowsAt, windowText } from './window.ts'

/** When a run may begin devices, and the moment that is asked about. */
export interface Times {
  readonly windows: readonly ChangeWindow[]
  readonly freeze: readonly FreezePeriod[]
  /** Milliseconds since 1970. */
  readonly nowMs: number
  /** How to go on, in words: `run apply again`. */
  readonly again: string
}

/** Why no device may be begun at a moment; undefined where one may. */
export function closedAt({ windows, freeze, nowMs, again }: Times): Stop | undefined {
  const frozen = freezeAt(freeze, nowMs)
  if (frozen !== undefined)
    return {
      why: 'freeze',
      reason: `nothing is put back in a freeze (${freezeText(frozen)})`,
      next: `${again} from ${formatMoment(thawsAt(frozen))} on; what cannot wait is a person's to do, with ikero apply`,
    }
  const state = windowsAt(windows, nowMs)
  if (state.open) return undefined
  const { window, opensAtMs } = state
  if (opensAtMs === undefined)
    return {
      why: 'window',
      reason: `the window (${windowText(window)}) is closed, and the windows of this run are never open together: ${windows.map(windowText).join(' and ')}`,
      next: 'make them overlap, or give --ignore-window with the reason',
    }
  const opens = formatMoment(opensAtMs)
  return {
    why: 'window',
    reason: `the window (${windowText(window)}) is closed; ${opensText(windows)} at ${opens}`,
    next: `${again} when the window is open, from ${opens} on, or give --ignore-window with the reason`,
  }
}

function opensText(windows: readonly ChangeWindow[]): string {
  return windows.length > 1 ? 'all windows of this run are open next' : 'it opens'
}

/** Why a device that needs so long is not begun: a window ends, or a freeze begins, before it might be done. */
export function endsTooEarly(
  { windows, freeze, nowMs, again }: Times,
  needsMs: number,
  host: string,
): Stop | undefined {
  const may = `${host} may need ${formatDuration(needsMs)}`
  const ahead = freezeAhead(freeze, nowMs, nowMs + needsMs)
  if (ahead !== undefined)
    return {
      why: 'freeze',
      reason: `a freeze (${freezeText(ahead.period)}) begins at ${formatMoment(ahead.beginsAtMs)}, and ${may}`,
      next: `${again} from ${formatMoment(thawsAt(ahead.period))} on; what cannot wait is a person's to do, with ikero apply`,
    }
  const state = windowsAt(windows, nowMs)
  if (!state.open || state.window === undefined || nowMs + needsMs <= state.endsAtMs) return undefined
  const later = windowsAt(windows, state.endsAtMs)
  const at = later.open ? state.endsAtMs : later.opensAtMs
  return {
    why: 'window',
    reason: `the window (${windowText(state.window)}) ends at ${formatMoment(state.endsAtMs)}, and ${may}`,
    next: `${again} when the window opens next${at === undefined ? '' : `, at ${formatMoment(at)}`}`,
  }
}
