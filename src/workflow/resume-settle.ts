import type { SaReading } from '../model/facts.ts'
import { blocks } from '../model/finding.ts'
import type { DeviceError } from '../model/outcome.ts'
import type { DevicePlan } from '../model/plan.ts'
import type { SavePolicy } from '../model/playbook.ts'
import type { ChangeRecord } from '../model/record.ts'
import type { WriteShell } from '../model/shell.ts'
import { driverFor } from '../platform/registry.ts'
import { resumeWatch } from '../proof/resume.ts'
import { observe, type Watch } from '../proof/watch.ts'
import type { ChangeContext, ChangeOutcome, TargetChanged } from './change.ts'
import { errorOf } from './faults.ts'
import { openToWrite } from './open-session.ts'
import { changedResult, type TargetResult } from './outcome.ts'
import { otherTunnels, proofTarget } from './proof-targets.ts'
import { prove } from './prove.ts'
import { type ReadBack, readBack, readSas, recordReadBack } from './read-back.ts'
import type { Decided, OpenSpace } from './resume-find.ts'
import { at, type Part, partOf, planWith, type ResumeRun, recordedPlan } from './resume-part.ts'
import { type ChangePlan, revertTargets } from './rollback.ts'
import { notSaved, type SaveOutcome, saveIfWanted, secondLogin } from './settle.ts'
import { foreignUnsaved } from './unsaved.ts'

/**
 * Goes on where the run was cut off with targets that stand as it wanted them: read back, second login, save,
 * then the proof against the SAs before that push. No line of the change is sent. Resolves when the proof may
 * run beside other steps.
 */
export async function settleRecorded(
  space: OpenSpace,
  targets: readonly Decided[],
  run: ResumeRun,
): Promise<{ readonly end: Promise<Part> }> {
  const changes = targets.map(recordedPlan)
  const plan = planWith(space.plan, changes)
  const settled = await run.turns.writing(() => settle(space, plan, changes, targets, run))
  return { end: provePush(space, plan, changes, targets, settled, run) }
}

async function settle(
  space: OpenSpace,
  plan: DevicePlan,
  changes: readonly ChangePlan[],
  targets: readonly Decided[],
  run: ResumeRun,
): Promise<ChangeOutcome> {
  const { fleet, ports } = run
  const opened = await openToWrite(space.request, ports)
  if (opened.kind === 'err') return unsettled(changes, opened.error, 0)
  const shell = opened.value
  try {
    const values = await readBack(shell, plan, changes)
    await recordReadBack(plan.host, values, changes, 'wanted', ports)
    const outcome = new Map<string, TargetChanged>()
    for (const target of changes) {
      const read = values.get(target.name)
      if (read?.kind === 'value' && read.value === target.state.wanted)
        outcome.set(target.name, { kind: 'changed', value: read.value })
      else outcome.set(target.name, { kind: 'unknown', error: movedError(target, read) })
    }
    const kept = changes.filter(({ name }) => outcome.get(name)?.kind === 'changed')
    if (kept.length === 0) return outcomeOf(outcome, shell, { findings: [], saved: 'no' })
    const context: ChangeContext = {
      request: space.request,
      plan,
      targets: kept,
      ports,
      save: fleet.save,
      stopped: () => undefined,
      endsAtMs: ports.clock.monotonicMs() + space.request.host.timeouts.totalMs,
    }
    const login = await secondLogin(context)
    if (login.error !== undefined) {
      const reverted = await revertTargets(shell, plan, kept, ports)
      for (const { name } of kept) {
        const back = reverted.get(name)
        outcome.set(
          name,
          back?.kind === 'reverted'
            ? { kind: 'reverted', value: back.value, error: login.error }
            : { kind: 'unknown', error: back?.error ?? login.error },
        )
      }
      return outcomeOf(outcome, shell, { findings: [], saved: 'no' })
    }
    const saved = await saveRecorded(shell, space, plan, kept, targets, run)
    const sas = await readSas(shell, plan)
    const first = sas.kind === 'read' ? sas.reading : undefined
    return outcomeOf(outcome, shell, saved, login.roundTrips, first)
  } catch (thrown) {
    return unsettled(changes, errorOf(thrown), shell.roundTrips)
  } finally {
    await shell.close()
  }
}

/** Startup is looked at where the run's journal does not say that it saved. */
async function saveRecorded(
  shell: WriteShell,
  { plan: now }: OpenSpace,
  plan: DevicePlan,
  kept: readonly ChangePlan[],
  targets: readonly Decided[],
  { fleet, ports }: ResumeRun,
): Promise<SaveOutcome> {
  if (targets[0]?.push?.saved === 'yes') return { findings: [], saved: 'yes' }
  if (fleet.proof.require === true) return { findings: [notSaved('change', proofFirst)], saved: 'no' }
  const reader = driverFor(plan.platform).startup
  const { startup } = now.facts
  const held =
    startup?.kind === 'compared' &&
    !kept.some(({ state }) => startup.differences.some((one) => reader.isSetting(one, state.target)))
  if (held) return { findings: [], saved: 'yes' }
  const own = now.targets.map(({ state }) => state).filter((state) => state.before === state.wanted)
  const foreign = foreignUnsaved(now.facts, own, reader)
  return saveIfWanted(shell, { plan, ports, save: policyNow(now, fleet.save) }, foreign, {
    what: 'change',
    targets: kept,
  })
}

/** Why a resume leaves unsaved what `proof.require` would have apply save after its proof. */
export const proofFirst = 'proof is required before saving, and a resume does not save after it'

/** What would have blocked the change must not be saved along with it now. */
function policyNow({ findings }: DevicePlan, save: SavePolicy): SavePolicy {
  const foreign = findings.some((finding) => blocks(finding) && finding.code === 'UNSAVED_CHANGES')
  return save === 'always' && foreign ? 'if-clean' : save
}

function movedError(target: ChangePlan, read: ReadBack | undefined): DeviceError {
  if (read?.kind === 'unreadable') return read.error
  return {
    code: 'READ_BACK_FAILED',
    message: `${target.name} reads ${read?.value ?? 'nothing'} now, and read ${target.state.wanted} a moment ago`,
    next: 'somebody is at work there: ask, then run resume again',
  }
}

function outcomeOf(
  targets: ReadonlyMap<string, TargetChanged>,
  { roundTrips }: WriteShell,
  saved: SaveOutcome,
  secondLoginRoundTrips?: number,
  firstReading?: SaReading,
): ChangeOutcome {
  return {
    targets,
    ...saved,
    roundTrips,
    ...(secondLoginRoundTrips === undefined ? {} : { secondLoginRoundTrips }),
    ...(firstReading === undefined ? {} : { firstReading }),
  }
}

/** What stands on the device is as it was read; only how it ends is open. */
function unsettled(changes: readonly ChangePlan[], error: DeviceError, roundTrips: number): ChangeOutcome {
  const targets = new Map(changes.map(({ name }) => [name, { kind: 'unknown', error } as const]))
  return { targets, findings: [], saved: 'no', roundTrips }
}

async function provePush(
  { request }: OpenSpace,
  plan: DevicePlan,
  changes: readonly ChangePlan[],
  targets: readonly Decided[],
  settled: ChangeOutcome,
  { fleet, ports, turns, stop }: ResumeRun,
): Promise<Part> {
  const kept = changes.filter(({ name }) => settled.targets.get(name)?.kind === 'changed')
  const { sinceMs, watch, before } = await goingOn(plan, kept, targets, settled, fleet.runs, ports)
  const changed: ChangeOutcome = {
    ...settled,
    pushedAtMs: ports.clock.monotonicMs() - sinceMs,
    ...(before === undefined ? {} : { readingBefore: before }),
  }
  const proof = await prove({
    request,
    plan,
    targets: kept,
    changed,
    // Waited for as long as apply waits, from now on: the old run's time is over.
    settings: { ...fleet.proof, withinMs: fleet.proof.withinMs + sinceMs },
    ports,
    spaceTurns: turns,
    signal: fleet.signal,
    onStop: stop,
    ...(watch === undefined ? {} : { watch }),
  })
  const results = new Map<string, TargetResult>()
  for (const { name } of changes) {
    const result = changedResult(settled.targets.get(name), proof.targets.get(name))
    results.set(name, { ...at(result, proof), sent: result.status === 'rolled-back' })
  }
  return partOf(results, changed, proof)
}

/** The watch of the run that was cut off, up to what was read just now. */
async function goingOn(
  plan: DevicePlan,
  kept: readonly ChangePlan[],
  targets: readonly Decided[],
  settled: ChangeOutcome,
  runs: readonly string[],
  ports: ResumeRun['ports'],
): Promise<{ readonly sinceMs: number; readonly watch?: Watch; readonly before?: SaReading }> {
  const push = targets[0]?.push
  const [first] = kept
  if (push === undefined || first === undefined) return { sinceMs: 0 }
  const last = await ports.history.lastChange(plan.host, first.name).catch(() => undefined)
  const record: Pick<ChangeRecord, 'at' | 'readingBefore' | 'readingsSince'> =
    last !== undefined && runs.includes(last.runId)
      ? last
      : { at: push.at, readingBefore: push.intent.readingBefore, readingsSince: [] }
  const sinceMs = Math.max(
    0,
    ports.clock.wall().getTime() - Date.parse(record.at),
    ...record.readingsSince.map(({ afterPushMs }) => afterPushMs),
  )
  const watched = resumeWatch(record, kept.map(proofTarget), otherTunnels(plan.facts, kept))
  const reading = settled.firstReading
  const watch = reading === undefined ? watched : observe(watched, reading, sinceMs)
  return { sinceMs, watch, before: record.readingBefore }
}
