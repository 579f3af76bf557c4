import type { FindingCode } from '../../model/codes.ts'
import type { Finding } from '../../model/finding.ts'
import {
  type DeviceOutcome,
  type RoundTrips,
  type Status,
  type TargetOutcome,
  worst,
} from '../../model/outcome.ts'
import type { HeldDevice } from '../../model/remediation.ts'

/** Who is in the run, and what of it: the change was asked of a part only, the look of all. */
const ofWholeRun: readonly FindingCode[] = ['HA_PARTNER_MISSING', 'ACCEPT_UNUSED']

/** What is told of a device that is held: as drift found it, and why nothing was done. */
export function heldOutcome(look: DeviceOutcome, held: HeldDevice): DeviceOutcome {
  return { ...look, findings: [...look.findings, heldFinding(held)] }
}

/** `target`: only that one is held, and others of its device were begun. */
export function heldFinding({ why, reason, next }: Omit<HeldDevice, 'host'>, target?: string): Finding {
  return {
    code: why === 'breaker' ? 'DRIFT_FOUGHT' : 'REMEDIATION_HELD',
    severity: 'warn',
    ...(target === undefined ? {} : { target }),
    message: reason,
    next,
  }
}

/** Nothing was begun on the device: every target was left as it was. */
export function isLeft({ targets, status }: DeviceOutcome): boolean {
  return status === 'skipped' && targets.every((target) => target.status === 'skipped' && !target.sent)
}

/**
 * One outcome from what drift found on a device and what became of the targets that were put back. The others are
 * told as drift found them; so is one that was not begun after all, with the reason.
 *
 * @param why of a target that was not begun
 */
export function joinedOutcome(
  look: DeviceOutcome,
  change: DeviceOutcome,
  why: Omit<HeldDevice, 'host'>,
): DeviceOutcome {
  const changed = new Map(change.targets.map((target) => [target.name, target]))
  const left = change.targets.filter((target) => target.status === 'skipped' && !target.sent)
  for (const { name } of left) changed.delete(name)
  const targets = look.targets.map((target) => putBack(target, changed.get(target.name)))
  const unsaved = targets.some(({ pendingKind }) => pendingKind === 'unsaved')
  const { software = look.software, error = look.error, spaces } = change
  const covered = coverageIn(look, change, changed)
  const foreign = change.foreignUnsaved ?? (unsaved ? look.foreignUnsaved : undefined)
  const { spaces: _lines, coverageText: _text, foreignUnsaved: _count, ...looked } = look
  return {
    ...looked,
    ...(software === undefined ? {} : { software }),
    status: worst([...targets.map(({ status }) => status), ...ofDevice(change)]),
    saved: unsaved ? 'no' : change.saved,
    ...(foreign === undefined ? {} : { foreignUnsaved: foreign }),
    findings: [...findingsIn(look, change, changed), ...left.map(({ name }) => heldFinding(why, name))],
    targets,
    // What was sent, and not what an apply would send besides.
    change: change.change,
    ...(spaces === undefined ? {} : { spaces }),
    roles: [
      ...look.roles.filter((row) => !changed.has(row.target)),
      ...change.roles.filter((row) => changed.has(row.target)),
    ],
    ...(covered === undefined ? {} : { coverageText: covered }),
    roundTrips: look.roundTrips + change.roundTrips,
    roundTripsBy: roundTripsIn(look, change),
    ...(error === undefined ? {} : { error }),
  }
}

function putBack(look: TargetOutcome, change: TargetOutcome | undefined): TargetOutcome {
  if (change === undefined) return look
  const { impact = look.impact } = change
  const before = change.before === 'not-read' ? look.before : change.before
  return { ...change, before, usedBy: look.usedBy, ...(impact === undefined ? {} : { impact }) }
}

/** A status that no target of the device carries is the device's own. */
function ofDevice({ status, targets }: DeviceOutcome): readonly Status[] {
  return status === 'skipped' || targets.some((target) => target.status === status) ? [] : [status]
}

/** Those of the change replace those of the look about the same: counts and ages in them have moved on. */
function findingsIn(
  look: DeviceOutcome,
  change: DeviceOutcome,
  changed: ReadonlyMap<string, TargetOutcome>,
): readonly Finding[] {
  const now = change.findings.filter(({ code }) => !ofWholeRun.includes(code))
  const keyOf = ({ code, target }: Finding): string => JSON.stringify([code, target])
  const told = new Set(now.map(keyOf))
  const before = look.findings.filter(
    (finding) =>
      !told.has(keyOf(finding)) &&
      (finding.target === undefined || !changed.has(finding.target) || ofWholeRun.includes(finding.code)),
  )
  return [...before, ...now]
}

function coverageIn(
  { coverageText: looked, targets }: DeviceOutcome,
  { coverageText: proven }: DeviceOutcome,
  changed: ReadonlyMap<string, TargetOutcome>,
): string | undefined {
  const others = targets.some(({ name, coverage }) => coverage !== undefined && !changed.has(name))
  if (proven === undefined) return others ? looked : undefined
  return looked === undefined || !others ? proven : `${proven}; before anything was put back: ${looked}`
}

function roundTripsIn(look: DeviceOutcome, change: DeviceOutcome): RoundTrips {
  const sum = (step: keyof RoundTrips): number =>
    (look.roundTripsBy?.[step] ?? 0) + (change.roundTripsBy?.[step] ?? 0)
  return {
    survey: sum('survey'),
    change: sum('change'),
    secondLogin: sum('secondLogin'),
    proof: sum('proof'),
  }
}
