import type { Capture } from '../model/capture.ts'
import type { LoggedChange } from '../model/facts.ts'
import type { Finding } from '../model/finding.ts'
import type { ReadOnlyLine } from '../model/ids.ts'
import type { DevicePlan, TargetPlan, TargetValue } from '../model/plan.ts'
import { driverFor } from '../platform/registry.ts'
import type { TargetResult } from './outcome.ts'

/** Asks a device one more line; undefined where it cannot be had. */
export type Ask = (line: ReadOnlyLine) => Promise<Capture | undefined>

/**
 * LAST_CHANGE: who took the setting of a drifted target away, by the log that the device keeps of its configuration
 * lines; of targets that no log tells of, who touched the configuration last, by its heading. The log is asked for
 * only where the configuration says that there is one, and something has drifted: a clean device is not asked more.
 */
export async function whoChanged(
  plan: DevicePlan,
  results: ReadonlyMap<string, TargetResult>,
  ask: Ask,
): Promise<readonly Finding[]> {
  const drifted = plan.targets.filter(({ name }) => results.get(name)?.pendingKind === 'drifted')
  if (drifted.length === 0) return []
  const log = plan.facts.keepsChangeLog === true ? driverFor(plan.platform).changeLog : undefined
  const capture = log === undefined ? undefined : await ask(log.line)
  const told = drifted.map((target): Finding | undefined => {
    const { target: named, before } = target.state
    const change = capture === undefined ? undefined : log?.madeIt(capture, named, before)
    return change === undefined ? undefined : byLog(plan, target, change)
  })
  const found = told.flatMap((one) => one ?? [])
  return found.length < drifted.length ? [...found, ...byHeading(plan)] : found
}

const deeds: Readonly<Record<TargetValue, (target: string) => string>> = {
  absent: (target) => `${target} was removed`,
  bidirectional: (target) => `the setting of ${target} was taken away`,
  'responder-only': (target) => `${target} was set to responder-only`,
  'answer-only': (target) => `${target} was set to answer-only`,
  'originate-only': (target) => `${target} was set to originate-only`,
}

/** The log has no times: it is the heading's where nobody has changed anything since, else no later than that. */
function byLog({ facts }: DevicePlan, { name, state }: TargetPlan, change: LoggedChange): Finding {
  const { lastChange } = facts
  const { by, from, last, evidence } = change
  const same = last && (lastChange?.by === undefined || lastChange.by === by)
  const when =
    lastChange?.what !== 'changed'
      ? ''
      : `, ${same ? 'at' : 'no later than'} ${lastChange.at} by the device's own clock`
  return {
    code: 'LAST_CHANGE',
    severity: 'info',
    target: name,
    message: `${deeds[state.before](name)} by ${by} on ${from}${when}`,
    evidence,
    next: `ask ${by} why, before it is set again`,
  }
}

/** By the device's own words; it may have been for another line of the configuration. */
function byHeading({ host, facts: { lastChange } }: DevicePlan): readonly Finding[] {
  if (lastChange === undefined) return []
  const { what, at, by, evidence } = lastChange
  return [
    {
      code: 'LAST_CHANGE',
      severity: 'info',
      message: `the configuration of ${host} was last ${what} at ${at}${by === undefined ? '' : ` by ${by}`}, by its own clock`,
      evidence,
      next:
        what === 'changed'
          ? 'ask whoever that was; the line may be of another change than that of the target'
          : 'whoever changed the target did so before or after that save: ask them',
    },
  ]
}
