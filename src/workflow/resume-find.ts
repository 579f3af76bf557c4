import type { DeviceRequest } from '../model/device-request.ts'
import { blocks, type Finding } from '../model/finding.ts'
import { identityChanges, identityOf } from '../model/identity.ts'
import type { DevicePlan, TargetPlan } from '../model/plan.ts'
import type { RecordedPush } from '../model/recorded-push.ts'
import type { KnownTarget } from '../model/recorded-target.ts'
import { recordedChange } from '../platform/recorded-change.ts'
import { driverFor } from '../platform/registry.ts'
import { errorOf } from './faults.ts'
import type { SpaceOutcome } from './join-spaces.ts'
import { plannedOutcome, type TargetResult, unreadOutcome } from './outcome.ts'
import type { Ports } from './ports.ts'
import { recordReadBack } from './read-back.ts'
import type { ResumeRequest } from './resume.ts'
import { decideResume, type ResumeStep } from './resume-decide.ts'
import type { UnfinishedPush, UnfinishedTarget } from './resume-open.ts'
import { foreignTimer, standingTimer } from './standing-timer.ts'
import type { Surveyed } from './survey.ts'

/** One target of a space with the step that is due. */
export interface Decided {
  readonly name: string
  readonly now: TargetPlan
  readonly known?: KnownTarget
  readonly step: ResumeStep
  /** The push that it was part of; absent: nothing of it was begun. */
  readonly push?: RecordedPush
}

/** A space of a device that was begun, was read again, and is the same device. */
export interface OpenSpace {
  readonly request: DeviceRequest
  readonly plan: DevicePlan
  readonly roundTrips: number
  readonly decided: readonly Decided[]
}

/** What a reading says of the unfinished targets of one space; nothing is decided on another device. Never throws. */
export async function findSpace(
  { request, outcome }: Surveyed,
  resume: ResumeRequest,
  ports: Ports,
): Promise<OpenSpace | SpaceOutcome> {
  const pushes = resume.unfinished.filter(
    (one) => one.host === request.host.name && one.context === request.context,
  )
  if (outcome.kind !== 'planned') {
    const unread = unreadOutcome(request.intent, outcome)
    if (outcome.kind !== 'failed') return { request, outcome: unread }
    // A device whose targets may have been changed and that cannot be read is not failed: nobody knows.
    const targets = unread.targets.map((target) => ({ ...target, status: 'unknown' as const }))
    return { request, outcome: { ...unread, targets, status: 'unknown' } }
  }
  const { plan, roundTrips } = outcome
  try {
    const recordedPushes = pushes.map(({ push }) => push)
    const refused = refusedFor(plan, pushes) ?? foreignTimer(recordedPushes, { request, plan }, ports.clock)
    if (refused !== undefined) return { request, outcome: refusedOutcome(plan, refused, roundTrips) }
    const decided: Decided[] = []
    for (const now of plan.targets)
      decided.push(await decideTarget(now, { request, plan }, pushes, resume, ports))
    await recordFound(plan, decided, ports)
    return { request, plan: withStale(plan, decided), roundTrips, decided }
  } catch (thrown) {
    const failed = { kind: 'failed', error: errorOf(thrown), software: plan.software, roundTrips } as const
    return { request, outcome: unreadOutcome(request.intent, failed) }
  }
}

/** What must hold before anything is sent to a device, whatever stands there. */
const needed: ReadonlySet<string> = new Set<Finding['code']>([
  'PRIVILEGE_INSUFFICIENT',
  'FAILOVER_STANDBY',
  'PLATFORM_MISMATCH',
  'CONTEXT_MISSING',
  'VPN_IN_CONTEXT_UNSUPPORTED',
])

function refusedFor(plan: DevicePlan, pushes: readonly UnfinishedPush[]): Finding | undefined {
  for (const { push } of pushes) {
    const { identity } = push.intent
    const changes = identity === undefined ? [] : identityChanges(identity, identityOf(plan.facts))
    if (changes.length > 0) {
      return {
        code: 'IDENTITY_CHANGED',
        severity: 'block',
        message: `another device answers under this name than at ${push.at}, when the run began to change it: ${changes.join('; ')}`,
        next: 'find out whether the device was replaced; if so, run plan: nothing of this run is finished on it',
      }
    }
  }
  return plan.findings.find((finding) => blocks(finding) && needed.has(finding.code))
}

function refusedOutcome(plan: DevicePlan, why: Finding, roundTrips: number): SpaceOutcome['outcome'] {
  const results = new Map<string, TargetResult>(
    plan.targets.map(({ name, state }) => [name, { status: 'blocked', sent: false, after: state.before }]),
  )
  const findings = plan.findings.includes(why) ? plan.findings : [why, ...plan.findings]
  return plannedOutcome({ ...plan, findings, targets: unchanging(plan.targets) }, results, { roundTrips })
}

/** The same targets, of which nothing is sent. */
export function unchanging(targets: readonly TargetPlan[]): readonly TargetPlan[] {
  return targets.map((target) => ({ ...target, decision: { kind: 'no-change' } }))
}

async function decideTarget(
  now: TargetPlan,
  { request, plan }: Pick<OpenSpace, 'request' | 'plan'>,
  pushes: readonly UnfinishedPush[],
  resume: ResumeRequest,
  ports: Ports,
): Promise<Decided> {
  const { name } = now
  const found = pushes
    .flatMap(({ push, targets }) => targets.map((target) => ({ push, target })))
    .find(({ target }) => target.name === name)
  if (found === undefined) return { name, now, step: notBegun(now, resume.noPush) }
  const { push, target } = found
  const { known, recorded } = target
  const change = recordedChange(driverFor(plan.platform), plan.facts, known, recorded.intent)
  const timer = standingTimer(push, { request, plan }, ports.clock)
  const newer = await newerRun(plan.host, target, resume, ports)
  const step = decideResume(target, {
    push,
    now,
    damaged: resume.damaged(plan.host),
    ...(change === undefined ? {} : { change }),
    ...(newer === undefined ? {} : { newer }),
    ...(timer === undefined ? {} : { timer }),
    ...(resume.noPush === undefined ? {} : { noPush: resume.noPush }),
  })
  return { name, now, push, step, known }
}

/** In another space of a device that was begun. */
function notBegun({ decision, state }: TargetPlan, noPush: string | undefined): ResumeStep {
  const why = `reads ${state.before}; the run had not begun it`
  if (decision.kind === 'blocked')
    return { kind: 'leave', status: 'blocked', why: `${why}; a check refuses it` }
  if (decision.kind !== 'change') return { kind: 'leave', status: 'compliant', why: `${why}: as asked` }
  if (noPush !== undefined) return { kind: 'leave', status: 'skipped', why: `${why}; ${noPush}` }
  return { kind: 'push', why }
}

async function newerRun(
  host: string,
  { name }: UnfinishedTarget,
  { runs }: ResumeRequest,
  ports: Ports,
): Promise<string | undefined> {
  const last = await ports.history.lastChange(host, name)
  const first = runs[0]
  if (last === undefined || first === undefined || runs.includes(last.runId)) return undefined
  // Run ids begin with their time.
  return last.runId.slice(0, 15) > first.slice(0, 15) ? last.runId : undefined
}

/** The journal of the resume tells what was and what was not applied. */
async function recordFound(
  plan: DevicePlan,
  decided: readonly Decided[],
  ports: Pick<Ports, 'journal' | 'emit'>,
): Promise<void> {
  const begun = decided.flatMap(({ now, known, push }) =>
    push === undefined || known === undefined
      ? []
      : [{ ...now, state: { ...now.state, before: known.before, wanted: known.wanted } }],
  )
  const values = new Map(
    plan.targets.map(({ name, state }) => [name, { kind: 'value', value: state.before } as const]),
  )
  await recordReadBack(plan.host, values, begun, 'wanted', ports)
}

/** PLAN_STALE for what is not sent again because it moved. */
function withStale(plan: DevicePlan, decided: readonly Decided[]): DevicePlan {
  const findings = decided.flatMap(({ name, step }): readonly Finding[] =>
    step.kind === 'leave' && step.stale === true
      ? [
          {
            code: 'PLAN_STALE',
            severity: 'block',
            target: name,
            message: `${name} ${step.why}`,
            next: 'run plan and look at what is different; nothing was sent for it',
          },
        ]
      : [],
  )
  return { ...plan, findings: [...plan.findings, ...findings] }
}
