import { blocks, type Finding } from '../model/finding.ts'
import type { DeviceOutcome } from '../model/outcome.ts'
import type { DevicePlan, TargetPlan } from '../model/plan.ts'
import { type ChangeOutcome, change } from './change.ts'
import type { SpaceOutcome } from './join-spaces.ts'
import { changedResult, plannedOutcome, type TargetResult } from './outcome.ts'
import type { Ports } from './ports.ts'
import { type ProveOutcome, prove } from './prove.ts'
import type { ResumeRequest } from './resume.ts'
import { type Decided, type OpenSpace, unchanging } from './resume-find.ts'
import { settleRecorded } from './resume-settle.ts'
import { takeBack } from './resume-take-back.ts'
import type { ChangePlan } from './rollback.ts'
import type { DeviceTurns } from './turns.ts'

/** What the spaces of one resumed device share. */
export interface ResumeRun {
  readonly fleet: ResumeRequest
  readonly ports: Ports
  readonly turns: DeviceTurns
  /** Why nothing is begun any more. */
  readonly skip: () => string | undefined
  /** Nothing that the run had not begun is begun any more. */
  readonly stop: (why: string) => void
}

/** What became of some targets of a space. */
export interface Part {
  readonly results: ReadonlyMap<string, TargetResult>
  readonly findings: readonly Finding[]
  readonly saved: DeviceOutcome['saved']
  readonly foreignUnsaved?: number
  readonly roundTrips: { readonly change: number; readonly secondLogin: number; readonly proof: number }
}

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
    for (const group of byPush(of('take-back'))) parts.push(await takeBack(space, group, run))
    const proofs: Promise<Part>[] = []
    for (const group of byPush(of('settle'))) {
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

/** A target as the run recorded it: its value before, and the way back from then. */
export function recordedPlan({ now, known, step, name }: Decided): ChangePlan {
  if (known === undefined || (step.kind !== 'settle' && step.kind !== 'take-back'))
    throw new Error(`${name} is not to be finished by its record`)
  return {
    ...now,
    state: { ...now.state, before: known.before, wanted: known.wanted },
    decision: { kind: 'change', change: step.change },
  }
}

/** The plan of a space in which these targets change and no others. */
export function planWith(plan: DevicePlan, changes: readonly ChangePlan[]): DevicePlan {
  const targets = unchanging(plan.targets).map(
    (target): TargetPlan => changes.find((one) => one.name === target.name) ?? target,
  )
  return { ...plan, targets }
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
  const save = fleet.proof.require === true ? 'never' : fleet.save
  const changed = await turns.writing(() => change(request, plan, save, run.skip, ports))
  const proof = await provePart(space, plan, changes, changed, run)
  const results = new Map<string, TargetResult>()
  for (const { name } of changes)
    results.set(name, at(changedResult(changed.targets.get(name), proof.targets.get(name)), proof))
  return partOf(results, changed, proof)
}

export function at(result: TargetResult, { pushedAtWallMs }: ProveOutcome): TargetResult {
  return pushedAtWallMs === undefined ? result : { ...result, pushedAtWallMs }
}

export function partOf(
  results: ReadonlyMap<string, TargetResult>,
  changed: ChangeOutcome,
  proof: ProveOutcome,
): Part {
  const kept = [...results.values()].some(({ status }) => status === 'verified' || status === 'unproven')
  const saved = proof.saved ?? (kept || changed.saved === 'yes' ? changed.saved : 'not-needed')
  return {
    results,
    findings: [...changed.findings.filter(({ code }) => kept || code !== 'NOT_SAVED'), ...proof.findings],
    saved,
    ...(saved === 'no' && changed.foreignUnsaved !== undefined
      ? { foreignUnsaved: changed.foreignUnsaved }
      : {}),
    roundTrips: {
      change: changed.roundTrips,
      secondLogin: changed.secondLoginRoundTrips ?? 0,
      proof: proof.roundTrips,
    },
  }
}

/** Life and role of what was changed, from its push on. */
export function provePart(
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
