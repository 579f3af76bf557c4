import type { DeviceFacts } from '../model/facts.ts'
import type { Finding } from '../model/finding.ts'
import type { TargetPlan, TargetState } from '../model/plan.ts'
import type { SavePolicy } from '../model/playbook.ts'
import type { ConfigDifference } from '../model/startup.ts'
import type { StartupReader } from '../platform/driver.ts'

/** What saving a device would save besides the run's own targets. */
export type Foreign =
  | { readonly kind: 'told'; readonly lines: readonly ConfigDifference[] }
  | { readonly kind: 'not-told'; readonly reason: string }

const shownLines = 5

/**
 * The differences between running and startup that are no setting of one of these targets: those that are as
 * asked, or about to be.
 */
export function foreignUnsaved(
  facts: DeviceFacts,
  targets: readonly Pick<TargetState, 'target'>[],
  reader: StartupReader,
): Foreign {
  const { startup } = facts
  if (startup === undefined) return { kind: 'not-told', reason: 'the device was not asked for its startup' }
  if (startup.kind === 'not-told') return startup
  const lines = startup.differences.filter(
    (one) => !targets.some(({ target }) => reader.isSetting(one, target)),
  )
  return { kind: 'told', lines }
}

/** The targets whose setting may be saved: as asked in running, or changed in this run. */
export function asked(targets: readonly TargetPlan[]): readonly TargetState[] {
  return targets
    .filter(({ state, decision }) => state.before === state.wanted || decision.kind === 'change')
    .map(({ state }) => state)
}

/** True where running has the target as asked, startup has not, and the playbook saves. */
export function isUnsaved(
  facts: DeviceFacts,
  state: TargetState,
  reader: StartupReader,
  save: SavePolicy | undefined,
): boolean {
  if (save === undefined || save === 'never' || state.before !== state.wanted) return false
  if (facts.startup?.kind !== 'compared') return false
  return facts.startup.differences.some((one) => reader.isSetting(one, state.target))
}

/** `timed`: whatever is saved, a revert timer that runs out takes such work back too. */
type UnsavedUnder = SavePolicy | 'timed'

/**
 * Somebody's unsaved work, as the policy makes it matter. `needed`: something of this run is to be saved
 * here; where nothing is, it is only told.
 */
export function unsavedChanges(foreign: Foreign, save: UnsavedUnder, needed: boolean): readonly Finding[] {
  if (foreign.kind === 'told' && foreign.lines.length === 0) return []
  // Nothing would be saved, so that nothing rests on it.
  if (foreign.kind === 'not-told' && (save === 'never' || !needed)) return []
  const severity = needed ? severities[save] : 'info'
  if (foreign.kind === 'not-told') {
    return [
      {
        code: 'UNSAVED_CHANGES',
        severity,
        message: `it cannot be told whether somebody else's unsaved work stands in the running configuration: ${foreign.reason}`,
        next: nextSteps[save],
      },
    ]
  }
  return [
    {
      code: 'UNSAVED_CHANGES',
      severity,
      message: `running and startup differ in ${linesText(foreign.lines.length)} that this playbook does not ask for: somebody's unsaved work`,
      evidence: evidenceOf(foreign.lines),
      next: needed
        ? nextSteps[save]
        : 'nothing of this run is to be saved here; ask whose lines they are before the next change',
    },
  ]
}

const severities: Readonly<Record<UnsavedUnder, Finding['severity']>> = {
  timed: 'block',
  always: 'block',
  'if-clean': 'warn',
  never: 'info',
}

const nextSteps: Readonly<Record<UnsavedUnder, string>> = {
  timed:
    'a revert timer may take it back with the change: ask whose lines they are, save or remove them, then run this again; or write revertTimer: off',
  always:
    "ask whose lines they are, save or remove them, then run this again; or write 'save: if-clean', or accept UNSAVED_CHANGES to save them too",
  'if-clean':
    'the change will not be saved; ask whose lines they are, save or remove them, then run apply again: it only saves then',
  never: "nothing to do: with 'save: never' nothing is saved",
}

/** `1 line`, `12 lines`. */
export function linesText(count: number): string {
  return count === 1 ? '1 line' : `${count} lines`
}

const signs: Readonly<Record<ConfigDifference['in'], string>> = { running: '+', startup: '-', order: '~' }

/** The first lines, each below those that it stands under: `+` is in running only, `-` in startup only. */
function evidenceOf(lines: readonly ConfigDifference[]): string {
  const shown = lines.slice(0, shownLines).map((one) => `${signs[one.in]} ${one.path.join(' / ')}`)
  const rest = lines.length - shown.length
  return [...shown, ...(rest > 0 ? [`and ${linesText(rest)} more`] : [])].join('\n')
}
