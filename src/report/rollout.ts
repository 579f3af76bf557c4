import { formatMoment } from '../kernel/moment.ts'
import { printable } from '../kernel/printable.ts'
import type { RunResult } from '../model/outcome.ts'
import { beside, type Frame, sentence } from './frame.ts'
import { counted } from './layout.ts'

/** The window of a run: whether it was open when the run began, and when it ends or opens next. Foreign text. */
export function windowText({ from, to, timezone, state, ignored }: NonNullable<RunResult['window']>): string {
  const when = state.open
    ? `open until ${formatMoment(state.endsAtMs)}`
    : `closed, it opens at ${formatMoment(state.opensAtMs)}`
  return `${from} to ${to} ${timezone}: ${when}${ignored === undefined ? '' : `; not kept to: ${ignored}`}`
}

export function renderWindow({ window, command, remediation }: RunResult, frame: Frame): readonly string[] {
  const looks = command === 'verify' || (command === 'drift' && remediation === undefined)
  if (window === undefined || looks) return []
  return beside('window', sentence(printable(windowText(window)), frame), frame.style.bold)
}

/** What ran before a rollout stopped, what did not, why, and how to go on: one block. */
export function renderStop({ rollout }: RunResult, frame: Frame): readonly string[] {
  const stopped = rollout?.stopped
  if (stopped === undefined) return []
  const { style } = frame
  const { reason, changed, notBegun, split, next } = stopped
  return [
    style.red(`rollout stopped: ${counted(changed, 'device')} begun, ${notBegun} not`),
    // Members of a pair that are set differently come before anything else.
    ...beside(
      'apart',
      split.flatMap((group) => sentence(group, frame)),
      style.bold,
    ),
    ...beside('because', sentence(reason, frame), style.bold),
    ...beside('next', sentence(next, frame), style.bold),
  ]
}

/** `waves 3 of 4 begun (the first is the canary hub1)`; nothing where all went at once. */
export function renderWaves({ rollout }: RunResult, frame: Frame): readonly string[] {
  const waves = rollout?.waves ?? []
  if (waves.length < 2) return []
  const begun = waves.filter((wave) => wave.begun).length
  const canaries = waves.filter((wave) => wave.canary).flatMap((wave) => wave.hosts)
  const [first] = canaries
  const more = canaries.length > 1 ? ` and ${canaries.length - 1} more` : ''
  const canary = first === undefined ? '' : `; canary ${printable(first)}${more}`
  return beside('waves', sentence(`${begun} of ${waves.length} begun${canary}`, frame), frame.style.bold)
}
