import { blocks } from '../model/finding.ts'
import type { DeviceOutcome } from '../model/outcome.ts'
import type { DevicePlan, TargetPlan } from '../model/plan.ts'
import { type ChangeOutcome, change } from './change.ts'
import type { SpaceOutcome } from './join-spaces.ts'
import { changedResult, plannedOutcome, type TargetResult } from './outcome.ts'
import { type ProveOutcome, prove } from './prove.ts'
import type { Decided, OpenSpace } from './resume-find.ts'
import { at, type Part, partOf, planWith, type ResumeRun } from './resume-part.ts'
import { proofFirst, settleRecorded } from './resume-settle.ts'
import { takeBack } from './resume-take-back.ts'
import { endTimerOf } from './resume-timer.ts'
import type { ChangePlan } from './rollback.ts'
import { notSaved } from './settle.ts'

/** Brings every unfinished target of one space to an end: first the ways back, then what stands, then what is new. */
export async function resumeSpace(space: OpenSpace, run: ResumeRun): Promise<SpaceOutcome> {
  const { request, decided } = space
  const of = (kind: Decided['step']['kind']): readonly Decided[] =>
    decided.filter(({ step }) => step.kind === kind)
  const parts: Part[] = [leave(of('leave'))]
  const skipped = run.skip()
  if (skipped !== undefined) {
    parts.push(
      skip(
        decided.filter(({ step }) => step.kind !== 'leave'),
        skipped,
      ),
    )
  } else {
    run.ports.emit({ kind: 'step', host: request.host.name, step: 'changing' })
    const standing: Decided[] = []
    for (const group of byPush(of('timer'))) {
      const ended = await endTimerOf(space, group, run)
      parts.push(ended.part)
      standing.push(...ended.standing)
    }
    for (const group of byPush(of('take-back'))) parts.push(await takeBack(space, group, run))
    const proofs: Promise<Part>[] = []
    for (const group of byPush([...of('settle'), ...standing])) {
      const settled = await settleRecorded(space, group, run)
      proofs.push(settled.end)
    }
    const fresh = of('push')
    if (fresh.length > 0) proofs.push(push(space, fresh, run))
    parts.push(...(await Promise.all(proofs)))
  }
  return { request, outcome: joined(space, parts) }
}

function byPush(targets: readonly Decided[]): readonly (readonly Decided[])[] {
  const groups = new Map<Decided['push'], Decided[]>()
  for (const target of targets) groups.set(target.push, [...(groups.get(target.push) ?? []), target])
  return [...groups.values()]
}

const noTrips = { change: 0, secondLogin: 0, proof: 0 } as const

function leave(targets: readonly Decided[]): Part {
  const results = new Map<string, TargetResult>()
  for (const { name, now, step } of targets) {
    if (step.kind !== 'leave') continue
    const error = step.error === undefined ? {} : { error: step.error }
    const why = step.status === 'skipped' ? { reason: step.why } : {}
    results.set(name, { status: step.status, sent: false, after: now.state.before, ...why, ...error })
  }
  return { results, findings: [], saved: 'not-needed', roundTrips: noTrips }
}

function skip(targets: readonly Decided[], reason: string): Part {
  const results = new Map<string, TargetResult>(
    targets.map(({ name, now }) => [
      name,
      { status: 'skipped', sent: false, after: now.state.before, reason },
    ]),
  )
  return { results, findings: [], saved: 'not-needed', roundTrips: noTrips }
}

/** A change anew: read again, journal, lines, read-back, second login, save and proof as in apply. */
async function push(space: OpenSpace, targets: readonly Decided[], run: ResumeRun): Promise<Part> {
  const { request } = space
  const { fleet, ports, turns } = run
  const changes = targets.flatMap(({ now }): readonly ChangePlan[] =>
    now.decision.kind === 'change'
      ? [{ ...now, decision: { kind: 'change', change: now.decision.change } }]
      : [],
  )
  const plan = planWith(space.plan, changes)
  // With proof required, startup gets nothing before the proof: the next apply saves.
  const late = fleet.proof.require === true && fleet.save !== 'never'
  const save = late ? 'never' : fleet.save
  const sent = await turns.writing(() => change(request, plan, save, run.skip, ports))
  const left = late && sent.saved === 'no' ? [notSaved('change', proofFirst)] : []
  const changed = { ...sent, findings: [...sent.findings, ...left] }
  const proof = await provePart(space, plan, changes, changed, run)
  const results = new Map<string, TargetResult>()
  for (const { name } of changes)
    results.set(name, at(changedResult(changed.targets.get(name), proof.targets.get(name)), proof))
  return partOf(results, changed, proof)
}

/** Life and role of what was changed, from its push on. */
function provePart(
  { request }: OpenSpace,
  plan: DevicePlan,
  changes: readonly ChangePlan[],
  changed: ChangeOutcome,
  { fleet, ports, turns, stop }: ResumeRun,
): Promise<ProveOutcome> {
  return prove({
    request,
    plan,
    targets: changes.filter(({ name }) => changed.targets.get(name)?.kind === 'changed'),
    changed,
    settings: fleet.proof,
    ports,
    spaceTurns: turns,
    signal: fleet.signal,
    onStop: stop,
  })
}

/** One outcome of the space; what an earlier run sent for a target stands before it, not in its lines. */
function joined({ plan, decided, roundTrips }: OpenSpace, parts: readonly Part[]): DeviceOutcome {
  const results = new Map(parts.flatMap((part) => [...part.results]))
  const sum = (of: keyof Part['roundTrips']): number =>
    parts.reduce((total, part) => total + part.roundTrips[of], 0)
  const by = {
    survey: roundTrips,
    change: sum('change'),
    secondLogin: sum('secondLogin'),
    proof: sum('proof'),
  }
  const saved = (['no', 'yes'] as const).find((one) => parts.some((part) => part.saved === one))
  const foreign = parts.find((part) => part.foreignUnsaved !== undefined)?.foreignUnsaved
  const blocked = [...results.values()].some(({ status }) => status === 'blocked')
  // A check that would refuse a change anew says nothing of one that stands.
  const findings = blocked ? plan.findings : plan.findings.filter((finding) => !blocks(finding))
  const targets = plan.targets.map((target) => toldTarget(target, decided))
  return plannedOutcome({ ...plan, findings, targets }, results, {
    findings: parts.flatMap((part) => part.findings),
    saved: saved ?? 'not-needed',
    ...(saved === 'no' && foreign !== undefined ? { foreignUnsaved: foreign } : {}),
    roundTrips: Object.values(by).reduce((total, count) => total + count, 0),
    roundTripsBy: by,
    clears: [],
  })
}

function toldTarget(target: TargetPlan, decided: readonly Decided[]): TargetPlan {
  const one = decided.find(({ name }) => name === target.name)
  if (one?.known === undefined || one.step.kind === 'push') return target
  const { before, wanted } = one.known
  const state = { ...target.state, before, wanted }
  const revert = one.step.kind === 'take-back' && target.state.before !== before ? one.step.change.revert : []
  const decision: TargetPlan['decision'] =
    revert.length === 0 ? { kind: 'no-change' } : { kind: 'change', change: { lines: [], revert } }
  return { ...target, state, decision }
}
