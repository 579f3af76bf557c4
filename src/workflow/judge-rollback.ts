import type { FindingCode } from '../model/codes.ts'
import { blocks, type Finding } from '../model/finding.ts'
import { identityChanges, identityOf } from '../model/identity.ts'
import { changesOf, type DevicePlan, type TargetPlan, type TargetState } from '../model/plan.ts'
import type { Driver } from '../platform/driver.ts'
import type { DecideInput } from './decide.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Ports } from './ports.ts'
import { type RecordedChange, type RecordedSpace, stepsOf } from './recorded-targets.ts'
import { pendingTimer } from './revert-timer-plan.ts'
import type { ChangePlan } from './rollback.ts'

/** What the run store says of a run's targets: which are its own still, and by which run others were changed since. */
export interface LaterRuns {
  readonly own: ReadonlySet<string>
  readonly newer: ReadonlyMap<string, string>
}

/** Asks the run store for the last change of each target; rejects where it cannot be read. */
export async function laterRuns(
  { host, targets }: RecordedSpace,
  runs: ReadonlySet<string>,
  history: Ports['history'],
): Promise<LaterRuns> {
  const own = new Set<string>()
  const newer = new Map<string, string>()
  for (const { name } of targets) {
    const last = await history.lastChange(host, name)
    if (last !== undefined && runs.has(last.runId)) own.add(name)
    else if (last !== undefined && last.status !== 'rolled-back') newer.set(name, last.runId)
  }
  return { own, newer }
}

/** Of the checks of a change, those that are about the device or the way to it: taking back strands nobody. */
const aboutDevice: readonly FindingCode[] = [
  'PLATFORM_UNSUPPORTED',
  'PLATFORM_MISMATCH',
  'PRIVILEGE_INSUFFICIENT',
  'FAILOVER_STANDBY',
  'FAILOVER_UNSYNCED',
  'CONTEXT_MISSING',
  'VPN_IN_CONTEXT_UNSUPPORTED',
]

/**
 * What is taken back of one space that was read: only targets that still read as the run set them. In its
 * plan a target's present value is `before`, and what it is given back is `wanted`; the lines are those of the
 * record, where they are exactly what this platform writes. Pure.
 */
export function rollbackPlan(
  { intent, facts, assessment, driver }: DecideInput,
  record: RecordedSpace | undefined,
  later: LaterRuns,
): DevicePlan {
  const device = [
    ...assessment.findings.filter(({ code }) => aboutDevice.includes(code)),
    // Only once it has run out, or was ended, does what is read here stay.
    ...pendingTimer(facts),
    ...(record === undefined ? [] : otherBox(record, identityOf(facts))),
  ]
  const refused = device.some(blocks)
  const changes = (record?.targets ?? []).flatMap((one) => (one.kind === 'change' ? [one] : []))
  const judged = changes.flatMap((change) => {
    const now = assessment.targets.find((state) => sameName(state, change))
    // What a refused device did not show at all is not told as absent.
    if (now === undefined && refused) return []
    return [judgeTarget(change, now, { driver, later, refused })]
  })
  return {
    host: intent.host,
    platform: intent.platform,
    wanted: 'bidirectional',
    software: facts.software,
    facts,
    findings: [...device, ...judged.flatMap(({ finding }) => finding ?? [])],
    targets: judged.map(({ plan }) => plan),
  }
}

function sameName(state: TargetState, { target }: RecordedChange): boolean {
  return JSON.stringify(sorted(state.target)) === JSON.stringify(sorted(target))
}

function sorted(target: object): readonly (readonly [string, unknown])[] {
  return Object.entries(target).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function otherBox({ identity }: RecordedSpace, now: ReturnType<typeof identityOf>): readonly Finding[] {
  if (identity === undefined) {
    return [
      {
        code: 'RECORD_REFUSED',
        severity: 'block',
        message: 'the record does not say who the device was when it was changed',
        next: 'compare the device with the record (ikero show RUN), and set its targets with a playbook',
      },
    ]
  }
  const changes = identityChanges(identity, now)
  if (changes.length === 0) return []
  return [
    {
      code: 'IDENTITY_CHANGED',
      severity: 'block',
      message: `another device than the one that the run changed answers under this name: ${changes.join('; ')}`,
      evidence: changes.join('\n'),
      next: 'find out whether the device was replaced; if the lines belong there all the same, --print shows them',
    },
  ]
}

interface Judged {
  readonly plan: TargetPlan
  readonly finding?: Finding
}

interface Around {
  readonly driver: Driver
  readonly later: LaterRuns
  readonly refused: boolean
}

function judgeTarget(
  change: RecordedChange,
  now: TargetState | undefined,
  { driver, later, refused }: Around,
): Judged {
  const { name, before, set } = change
  const state: TargetState = { ...(now ?? absent(change)), wanted: before, findings: [] }
  const about = { name, state, fingerprint: fingerprintOf(state) }
  const left = (code: FindingCode, message: string, next: string): Judged => ({
    plan: { ...about, decision: { kind: 'blocked' } },
    finding: { code, severity: 'block', target: name, message, next },
  })
  if (refused) return { plan: { ...about, decision: { kind: 'blocked' } } }
  // The value itself is of a word that is not known: nothing can be said of it.
  const odd = now?.findings.find((finding) => finding.code === 'RELEASE_UNKNOWN' && blocks(finding))
  if (odd !== undefined) return left('NEWER_CHANGE', odd.message, odd.next)
  if (state.before === before) return { plan: { ...about, decision: { kind: 'no-change' } } }
  const look = `look at ${name} on the device: it was left alone; before the run it was ${before}`
  if (now === undefined) return left('NEWER_CHANGE', `${name} is not there any more`, look)
  const newer = later.newer.get(name)
  if (newer !== undefined) {
    const message = `run ${newer} changed ${name} after this run: it was left alone`
    return left('NEWER_CHANGE', message, `take that run back first: ikero rollback ${newer}`)
  }
  if (state.before !== set) {
    const message = `${name} reads ${state.before}, and the run set ${set}: somebody changed it since, and it was left alone`
    return left('NEWER_CHANGE', message, look)
  }
  const steps = stepsOf(change, driver.platform)
  if (steps === undefined) {
    const message = `the recorded lines of ${name} are not those of this platform`
    return left('RECORD_REFUSED', message, 'correct the platform in the inventory, or set it with a playbook')
  }
  const back = { lines: steps.revert, revert: steps.lines }
  return { plan: { ...about, decision: { kind: 'change', change: back } } }
}

function absent({ target, before }: RecordedChange): TargetState {
  const peers = { listed: [], any: false }
  return { target, before: 'absent', wanted: before, usedBy: [], peers, findings: [], basis: [] }
}

/** The same target as the run's own plan had it: its lines are the change, and the way back is the way back. */
export function asTheRunHadIt(target: ChangePlan): ChangePlan {
  const { state, decision } = target
  return {
    ...target,
    state: { ...state, before: state.wanted, wanted: state.before },
    decision: {
      kind: 'change',
      change: { lines: decision.change.revert, revert: decision.change.lines },
    },
  }
}

/**
 * Whether startup, as it was read, has the value of the run, which running still has; undefined where the device
 * did not show it.
 */
export function startupHolds({ facts }: DevicePlan, target: TargetPlan, driver: Driver): boolean | undefined {
  if (facts.startup?.kind !== 'compared') return undefined
  return !facts.startup.differences.some((one) => driver.startup.isSetting(one, target.state.target))
}

/** Whether taking back is saved: where the run had saved, or began to and startup has its value. */
export function isToSave(plan: DevicePlan, record: RecordedSpace, driver: Driver): boolean {
  if (record.saved !== 'maybe') return record.saved === 'yes'
  return changesOf(plan).some((target) => startupHolds(plan, target, driver) === true)
}
