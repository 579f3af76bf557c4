import type { RunResult, Status } from '../model/outcome.ts'
import type { Playbook } from '../model/playbook.ts'
import type { ChangeWindow } from '../model/rollout.ts'
import { knownEntry } from '../workflow/known.ts'
import type { RolloutRules } from '../workflow/rollout/rollout.ts'
import { windowAt, windowsAt } from '../workflow/rollout/window.ts'
import type { DriftOptions } from './options.ts'

type WindowOptions = Pick<DriftOptions, 'ignoreWindow' | 'window'>

/** What a run of this playbook keeps to while it goes over its devices. */
export function rolloutRules(
  options: WindowOptions,
  playbook: Pick<Playbook, 'rollout' | 'window' | 'known'>,
  today: string,
): RolloutRules {
  const { rollout, known = [] } = playbook
  const windows = options.ignoreWindow === undefined ? windowsOf(options, playbook) : []
  return {
    settings: rollout,
    isKnown: (host: string, status: Status) => knownEntry(known, host, status, today) !== undefined,
    ...(windows.length === 0 ? {} : { windows }),
  }
}

/** The playbook's, and that of whoever has the run begun. */
function windowsOf(
  { window: given }: WindowOptions,
  { window }: Pick<Playbook, 'window'>,
): readonly ChangeWindow[] {
  return [window, given].flatMap((one) => one ?? [])
}

/** The window that decided when the run began, for its result: the one that was closed, else the first to end. */
export function windowOfRun(
  options: WindowOptions,
  playbook: Pick<Playbook, 'window'>,
  startedAt: string,
): Pick<RunResult, 'window'> {
  const nowMs = Date.parse(startedAt)
  const { window } = windowsAt(windowsOf(options, playbook), nowMs)
  if (window === undefined) return {}
  const { ignoreWindow } = options
  const state = windowAt(window, nowMs)
  return { window: { ...window, state, ...(ignoreWindow === undefined ? {} : { ignored: ignoreWindow }) } }
}
