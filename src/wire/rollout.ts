import type { RunResult, Status } from '../model/outcome.ts'
import type { Playbook } from '../model/playbook.ts'
import { knownEntry } from '../workflow/known.ts'
import type { RolloutRules } from '../workflow/rollout/rollout.ts'
import { windowAt } from '../workflow/rollout/window.ts'
import type { RunOptions } from './options.ts'

/** What a run of this playbook keeps to while it goes over its devices. */
export function rolloutRules(
  { ignoreWindow }: Pick<RunOptions, 'ignoreWindow'>,
  { rollout, window, known = [] }: Pick<Playbook, 'rollout' | 'window' | 'known'>,
  today: string,
): RolloutRules {
  return {
    settings: rollout,
    isKnown: (host: string, status: Status) => knownEntry(known, host, status, today) !== undefined,
    ...(window === undefined || ignoreWindow !== undefined ? {} : { window }),
  }
}

/** The playbook's window at the beginning of a run, for its result. */
export function windowOfRun(
  { ignoreWindow }: Pick<RunOptions, 'ignoreWindow'>,
  { window }: Pick<Playbook, 'window'>,
  startedAt: string,
): Pick<RunResult, 'window'> {
  if (window === undefined) return {}
  const state = windowAt(window, Date.parse(startedAt))
  return { window: { ...window, state, ...(ignoreWindow === undefined ? {} : { ignored: ignoreWindow }) } }
}
