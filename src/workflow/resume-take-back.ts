import type { DeviceRequest } from '../model/device-request.ts'
import type { SaReading } from '../model/facts.ts'
import type { DevicePlan } from '../model/plan.ts'
import { driverFor } from '../platform/registry.ts'
import { judge } from '../proof/judge.ts'
import { beginWatch, observe } from '../proof/watch.ts'
import type { TargetResult } from './outcome.ts'
import { pollSas } from './poll.ts'
import { otherTunnels, proofTarget } from './proof-targets.ts'
import type { Decided, OpenSpace } from './resume-find.ts'
import { type Part, planWith, type ResumeRun, recordedPlan } from './resume-part.ts'
import { type ChangePlan, rollback } from './rollback.ts'

/** How often a device is asked whether a peer that the run lost is back. */
const returnPollMs = 10_000

/**
 * Finishes a way back that was cut off. What reads as before already gets no line; startup is written where
 * the run had saved, or may have.
 */
export async function takeBack(space: OpenSpace, targets: readonly Decided[], run: ResumeRun): Promise<Part> {
  const { request } = space
  const { ports, turns } = run
  const changes = targets.map(recordedPlan)
  const plan = planWith(space.plan, changes)
  const taken = await turns.writing(() => rollback(request, plan, changes, toSave(space, targets), ports))
  const reverted = changes.filter(({ name }) => taken.targets.get(name)?.kind === 'reverted')
  const before = targets[0]?.push?.intent.readingBefore
  const seen =
    before === undefined || reverted.length === 0
      ? { away: new Map<string, readonly string[]>(), roundTrips: 0 }
      : await awaitReturn(request, plan, reverted, before, run)
  const results = new Map<string, TargetResult>()
  for (const target of targets) {
    const outcome = taken.targets.get(target.name)
    const sent = target.now.state.before !== target.known?.before
    const away = seen.away.get(target.name) ?? []
    if (outcome?.kind !== 'reverted') {
      const error = outcome === undefined ? {} : { error: outcome.error }
      results.set(target.name, { status: 'unknown', sent, ...error })
    } else if (away.length > 0) results.set(target.name, notBack(target, away, outcome.value, sent))
    else {
      const why = target.step.kind === 'take-back' ? target.step.error : undefined
      const error = why === undefined ? {} : { error: why }
      results.set(target.name, { status: 'rolled-back', sent, after: outcome.value, ...error })
    }
  }
  return {
    results,
    findings: taken.findings,
    saved: taken.saved ?? 'not-needed',
    roundTrips: { change: taken.roundTrips, secondLogin: 0, proof: seen.roundTrips },
  }
}

/** Saved if the run had, or may have: a reload would bring the change back otherwise. */
function toSave({ plan }: OpenSpace, targets: readonly Decided[]): boolean {
  const push = targets[0]?.push
  if (push === undefined || push.saved === 'no') return false
  const { startup } = plan.facts
  if (startup?.kind !== 'compared') return true
  const reader = driverFor(plan.platform).startup
  return targets.some(
    ({ now, known }) =>
      now.state.before !== known?.before ||
      startup.differences.some((one) => reader.isSetting(one, now.state.target)),
  )
}

function notBack(target: Decided, away: readonly string[], value: string, sent: boolean): TargetResult {
  return {
    status: 'unknown',
    sent,
    after: value,
    error: {
      code: 'PEER_LOST',
      message: `${target.name} was taken back, and ${away.join(', ')} had an SA before the change and has none since`,
      next: 'look at the path of this device to its peers',
    },
  }
}

/** Peers that were up before the push and are away, target by target; waited for as long as proof waits. */
async function awaitReturn(
  request: DeviceRequest,
  plan: DevicePlan,
  targets: readonly ChangePlan[],
  before: SaReading,
  { fleet, ports, turns }: ResumeRun,
): Promise<{ readonly away: ReadonlyMap<string, readonly string[]>; readonly roundTrips: number }> {
  const begunMs = ports.clock.monotonicMs()
  const sinceMs = (): number => ports.clock.monotonicMs() - begunMs
  const { lostAfterMs, withinMs } = fleet.proof
  let watch = beginWatch({
    before,
    targets: targets.map(proofTarget),
    others: otherTunnels(plan.facts, targets),
  })
  let roundTrips = 0
  for (;;) {
    const poll = await turns.polling(() => pollSas(request, plan, ports, fleet.signal))
    roundTrips += poll.roundTrips
    if (poll.kind === 'read') watch = observe(watch, poll.reading, sinceMs())
    const away = new Map(
      judge(watch, { lostAfterMs, lifeOnly: true }).targets.map(
        ({ name, missing, lost }) => [name, [...missing, ...lost]] as const,
      ),
    )
    const back = poll.kind === 'read' && [...away.values()].every((peers) => peers.length === 0)
    if (back || fleet.signal.aborted || sinceMs() >= withinMs) return { away, roundTrips }
    await ports.clock.sleep(returnPollMs, fleet.signal)
  }
}
