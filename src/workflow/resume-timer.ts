import type { RecordedTarget } from '../model/recorded-push.ts'
import type { TargetChanged } from './change.ts'
import { changedResult, type TargetResult } from './outcome.ts'
import type { Decided, OpenSpace } from './resume-find.ts'
import { type Part, planWith, type ResumeRun, recordedPlan } from './resume-part.ts'
import { endRecorded } from './revert-timer-end.ts'

/** What came of the targets that a timer stood over: some stand, and are settled like others; the rest is at its end. */
export interface TimerEnded {
  readonly standing: readonly Decided[]
  readonly part: Part
}

/**
 * Ends the timer of a run that was cut off, as apply does after a lost session: it is confirmed where the device had
 * accepted every line and a new session reads all of it, or where nothing stands; otherwise it is waited for.
 */
export async function endTimerOf(
  space: OpenSpace,
  group: readonly Decided[],
  { fleet, ports, turns }: ResumeRun,
): Promise<TimerEnded> {
  const changes = group.map(recordedPlan)
  const [first] = group
  if (first?.step.kind !== 'timer') throw new Error('no timer to end')
  const { timer } = first.step
  const context = {
    request: space.request,
    plan: planWith(space.plan, changes),
    targets: changes,
    ports,
    save: fleet.save,
    stopped: () => undefined,
    endsAtMs: ports.clock.monotonicMs() + space.request.host.timeouts.totalMs,
  }
  const touched = new Set(group.filter((one) => wasSent(recordOf(one))).map(({ name }) => name))
  const complete = group.every((one) => acceptedWhole(recordOf(one))) && first.push?.secondLogin !== false
  const end = await turns.writing(() => endRecorded(context, timer, { touched, complete }))
  const results = new Map<string, TargetResult>()
  const standing: Decided[] = []
  for (const one of group) {
    const outcome = end.targets.get(one.name)
    if (outcome?.kind === 'changed' && one.step.kind === 'timer')
      standing.push({ ...one, step: { kind: 'settle', change: one.step.change, why: one.step.why } })
    else results.set(one.name, endedResult(one, outcome))
  }
  const roundTrips = { change: end.otherRoundTrips, secondLogin: 0, proof: 0 }
  return { standing, part: { results, findings: [], saved: 'not-needed', roundTrips } }
}

/**
 * Where the run itself had taken the target back, that is how it ended. What was neither taken back nor refused is
 * left for the next resume: the checks of a change anew were made while the timer was pending.
 */
function endedResult(one: Decided, outcome: TargetChanged | undefined): TargetResult {
  const result = changedResult(outcome, undefined)
  if (outcome?.kind !== 'not-changed') return result
  const lines = recordOf(one)?.lines ?? []
  if (lines.some(({ purpose }) => purpose === 'revert')) return { ...result, status: 'rolled-back' }
  if (lines.some(({ reply }) => reply === 'refused')) return result
  const { sent, value } = outcome
  const reason = 'the revert timer of the run was ended, and nothing of the change stands: run resume again'
  return { status: 'skipped', sent, reason, ...(value === undefined ? {} : { after: value }) }
}

function recordOf({ push, name }: Decided): RecordedTarget | undefined {
  return push?.targets.find(({ intent }) => intent.name === name)
}

function wasSent(recorded: RecordedTarget | undefined): boolean {
  return recorded?.lines.some(({ purpose }) => purpose === 'change') === true
}

function acceptedWhole(recorded: RecordedTarget | undefined): boolean {
  return (
    recorded !== undefined &&
    recorded.lines.length === recorded.intent.lines.length &&
    recorded.lines.every(({ purpose, reply }) => purpose === 'change' && reply === 'accepted')
  )
}
