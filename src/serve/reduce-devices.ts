import { blocks } from '../model/finding.ts'
import { type DeviceOutcome, type RunResult, statuses, worst } from '../model/outcome.ts'
import { type DeviceStanding, type DeviceState, mostHistory } from '../model/serve-state.ts'
import { coverageOf, rolesOf, sameStanding, standingOf } from './standing.ts'

/** Where a look belongs: whose, when it was told, and the run that has its record. */
interface Look {
  readonly schedule: string
  readonly at: string
  readonly runId: string
}

/**
 * The devices of a schedule after one of its runs. What is no longer in the result is gone. What an interrupted run did
 * not come to stands as before: nothing new is known of it.
 */
export function devicesAfterRun(
  before: readonly DeviceState[],
  schedule: string,
  result: RunResult,
  at: string,
): readonly DeviceState[] {
  const look: Look = { schedule, at, runId: result.runId }
  const others = before.filter((device) => device.schedule !== schedule)
  const known = new Map(before.filter((device) => device.schedule === schedule).map((one) => [one.host, one]))
  const seen = result.devices.filter(({ status }) => !(result.interrupted && status === 'skipped'))
  const now = seen.map((outcome) => deviceAfter(known.get(outcome.host), outcome, look))
  const hosts = new Set(seen.map(({ host }) => host))
  const kept = result.interrupted ? [...known.values()].filter(({ host }) => !hosts.has(host)) : []
  return [...others, ...kept, ...now]
}

function deviceAfter(before: DeviceState | undefined, outcome: DeviceOutcome, look: Look): DeviceState {
  const coverage = coverageOf(outcome)
  const provenAt = provenAfter(before, outcome, look.at)
  return {
    ...standingAfter(before, outcome.host, standingOf(outcome), look),
    ...(coverage === undefined ? {} : { coverage }),
    roles: rolesOf(outcome.roles),
    roundTrips: outcome.roundTrips,
    ...(provenAt === undefined ? {} : { provenAt }),
  }
}

function provenAfter(
  before: DeviceState | undefined,
  { status }: DeviceOutcome,
  at: string,
): string | undefined {
  const again = status === 'compliant' && before?.provenAt !== undefined
  return status === 'verified' || again ? at : before?.provenAt
}

type Standing = Pick<DeviceState, 'schedule' | 'host' | 'now' | 'since' | 'seenAt' | 'runId' | 'history'>

function standingAfter(
  before: DeviceState | undefined,
  host: string,
  now: DeviceStanding,
  { schedule, at, runId }: Look,
): Standing {
  const same = before !== undefined && sameStanding(before.now, now)
  return {
    schedule,
    host,
    now,
    since: same ? before.since : at,
    seenAt: at,
    runId,
    history: same ? before.history : changed(before?.history ?? [], { at, runId, to: remembered(now) }),
  }
}

/** What to do about it is of no use any more when it is history. */
function remembered({ next: _next, ...standing }: DeviceStanding): DeviceStanding {
  return standing
}

function changed(
  history: DeviceState['history'],
  change: DeviceState['history'][number],
): DeviceState['history'] {
  return [...history, change].slice(-mostHistory)
}

/**
 * The devices after an open run was looked at again. It sees some targets of a device only, so that it may say that a
 * device stands worse than was known, and that it is proven; that all is well again, the next run of a schedule says.
 */
export function devicesAfterProof(
  before: readonly DeviceState[],
  result: RunResult,
  at: string,
): readonly DeviceState[] {
  const outcomes = new Map(result.devices.map((outcome) => [outcome.host, outcome]))
  return before.map((device) => {
    const outcome = outcomes.get(device.host)
    if (outcome === undefined || (result.interrupted && outcome.status === 'skipped')) return device
    const proven = outcome.status === 'verified' ? { ...device, provenAt: at } : device
    const worse = worsened(device.now, standingOf(asDrift(outcome)))
    if (worse === undefined) return proven
    return {
      ...proven,
      ...standingAfter(device, device.host, worse, { schedule: device.schedule, at, runId: result.runId }),
    }
  })
}

/**
 * Where somebody has changed a target since, a look at its proof finds nothing to prove. That is drift, and told as a
 * check tells it: the same thing under another name would be news twice.
 */
function asDrift(outcome: DeviceOutcome): DeviceOutcome {
  const { error, ...rest } = outcome
  if (error?.code !== 'READ_BACK_FAILED') return outcome
  const refused = new Set(rest.findings.filter(blocks).map(({ target }) => target))
  const targets = rest.targets.map((target) =>
    target.status === 'failed' && !refused.has(target.name)
      ? { ...target, status: 'pending' as const, pendingKind: 'drifted' as const }
      : target,
  )
  return { ...rest, targets, status: worst(targets.map(({ status }) => status)) }
}

/** The standing that is worse than the one that was known: by status, or by what is told about the same one. */
function worsened(known: DeviceStanding, seen: DeviceStanding): DeviceStanding | undefined {
  const rank = ({ status }: DeviceStanding): number => statuses.indexOf(status)
  if (rank(seen) > rank(known)) return undefined
  if (rank(seen) < rank(known)) return seen
  const news = seen.codes.filter((code) => !known.codes.includes(code))
  return news.length === 0
    ? undefined
    : { ...known, ...seen, codes: [...new Set([...seen.codes, ...known.codes])] }
}
