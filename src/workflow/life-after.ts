import { sameAddress } from '../model/address.ts'
import type { DeviceRequest } from '../model/device-request.ts'
import type { SaReading } from '../model/facts.ts'
import type { Finding } from '../model/finding.ts'
import type { DeviceError } from '../model/outcome.ts'
import { contextOfPlan, type DevicePlan, type TargetPlan } from '../model/plan.ts'
import { namesOf } from '../proof/attribute.ts'
import { judge } from '../proof/judge.ts'
import { nextPollMs } from '../proof/poll-times.ts'
import { beginWatch, observe, type Watch } from '../proof/watch.ts'
import { pollSas } from './poll.ts'
import type { Ports } from './ports.ts'
import { otherTunnels, proofTarget } from './proof-targets.ts'
import type { DeviceTurns } from './turns.ts'

/** How long the peers of what was taken back are watched, in milliseconds. */
export const watchedMs = 60_000
/** As a playbook's `proof.lostAfter` where it says nothing: a peer that is away after the minute has until then. */
const lostAfterMs = 90_000
/** How often such a peer is looked for. */
const awayPollMs = 5_000

export interface LifeInput {
  readonly request: DeviceRequest
  readonly plan: DevicePlan
  /** The targets that were read back as before the run. */
  readonly targets: readonly TargetPlan[]
  /** The SAs just before the lines. */
  readonly before: SaReading
  /** Those before the run that is taken back: a peer that the run cost its tunnel is to come back. */
  readonly beforeRun: SaReading
  readonly first?: SaReading
  /** Monotonic time of the lines. */
  readonly sentAtMs: number
  readonly ports: Ports
  readonly turns: DeviceTurns
  readonly signal: AbortSignal
}

export interface LifeAfter {
  readonly findings: readonly Finding[]
  readonly roundTrips: number
  /** One sentence; absent where no peer of these targets had an SA. */
  readonly text?: string
}

/**
 * Watches for a minute whether the peers that had an SA still have one, or get one back; half a minute more
 * where one is away at its end: it may be between two SAs. Roles are not looked at, and nothing is sent
 * whatever is seen. Never throws.
 */
export async function lifeAfter(input: LifeInput): Promise<LifeAfter> {
  const { plan, targets, ports, signal, sentAtMs } = input
  const names = new Set(targets.map((target) => target.name))
  let watch = beginWatch({
    before: withPeersOf(input.before, input.beforeRun),
    targets: targets.map(proofTarget),
    others: otherTunnels(plan.facts, targets),
  })
  const watched = [...watch.before.values()].filter(({ owner }) =>
    namesOf(owner).some((name) => names.has(name)),
  )
  if (watched.length === 0) return { findings: [], roundTrips: 0 }
  ports.emit({ kind: 'step', host: plan.host, step: 'proving' })
  if (input.first !== undefined) watch = observe(watch, input.first, 0)
  let roundTrips = 0
  let error: DeviceError | undefined
  for (;;) {
    const sinceMs = ports.clock.monotonicMs() - sentAtMs
    tell(watch, input)
    const endMs = isAway(watch, error) ? lostAfterMs : watchedMs
    if (sinceMs >= endMs || signal.aborted) break
    const nextMs = sinceMs < watchedMs ? Math.min(nextPollMs(sinceMs), watchedMs) : sinceMs + awayPollMs
    await ports.clock.sleep(nextMs - sinceMs, signal)
    if (signal.aborted) break
    const poll = await input.turns.polling(() => pollSas(input.request, plan, ports, signal))
    roundTrips += poll.roundTrips
    error = poll.kind === 'failed' ? poll.error : undefined
    if (poll.kind === 'read') watch = await taken(watch, poll.reading, input)
  }
  const down = downBy(watch)
  const { up, all } = counts(watch)
  const text = `${up} of ${all} peers that had an SA have one`
  if (error !== undefined) return { findings: [notSeen(error)], roundTrips, text: `${text}, when last seen` }
  return { findings: targets.flatMap((target) => peerDown(target, down, input)), roundTrips, text }
}

async function taken(watch: Watch, reading: SaReading, { plan, ports, sentAtMs }: LifeInput): Promise<Watch> {
  const atMs = ports.clock.monotonicMs() - sentAtMs
  const entry = { kind: 'sa-reading', host: plan.host, ...contextOfPlan(plan) } as const
  // Nothing is sent any more: watching goes on where it can no longer be recorded.
  await ports.journal.append({ ...entry, afterPushMs: Math.round(atMs), reading }).catch(() => undefined)
  return observe(watch, reading, atMs)
}

function tell(watch: Watch, { plan, ports }: LifeInput): void {
  const { up, all } = counts(watch)
  const text = `${up} of ${all} peers that had an SA have one`
  ports.emit({ kind: 'coverage', host: plan.host, ...contextOfPlan(plan), text, proven: up, peers: all })
}

/** A reading in which peers of an earlier one that are away now count as up too. */
function withPeersOf(now: SaReading, earlier: SaReading): SaReading {
  const upNow = [
    ...now.sas.flatMap((sa) => (sa.established && sa.peer !== undefined ? [sa.peer] : [])),
    ...(now.upWithoutIke ?? []),
  ]
  const away = (peer: string | undefined): boolean =>
    peer !== undefined && !upNow.some((other) => sameAddress(other, peer))
  return {
    ...now,
    sas: [...now.sas, ...earlier.sas.filter((sa) => sa.established && away(sa.peer))],
    upWithoutIke: [...(now.upWithoutIke ?? []), ...(earlier.upWithoutIke ?? []).filter(away)],
  }
}

function isAway(watch: Watch, error: DeviceError | undefined): boolean {
  return error !== undefined || [...downBy(watch).values()].some((peers) => peers.length > 0)
}

function downBy(watch: Watch): ReadonlyMap<string, readonly string[]> {
  const { targets } = judge(watch, { lostAfterMs, lifeOnly: true })
  return new Map(targets.map(({ name, missing, lost }) => [name, [...missing, ...lost]]))
}

function counts(watch: Watch): { readonly up: number; readonly all: number } {
  const names = new Set(watch.targets.map((target) => target.name))
  const all = [...watch.before.values()].filter(({ owner }) => namesOf(owner).some((name) => names.has(name)))
  const down = new Set([...downBy(watch).values()].flat())
  return { up: all.filter(({ peer }) => !down.has(peer)).length, all: all.length }
}

function peerDown(
  target: TargetPlan,
  down: ReadonlyMap<string, readonly string[]>,
  { before }: LifeInput,
): readonly Finding[] {
  const peers = down.get(target.name) ?? []
  if (peers.length === 0) return []
  const had = before.sas.some((sa) =>
    peers.some((peer) => sa.peer !== undefined && sameAddress(peer, sa.peer)),
  )
  const since = had ? 'when it was taken back' : 'before the run'
  const how =
    target.state.target.kind === 'crypto-map-entry'
      ? 'a crypto map entry sets its tunnel up when a packet matches its access list: it waits for traffic from this side, or for the peer'
      : 'the tunnel interface starts it again by itself, or with the next packet'
  return [
    {
      code: 'PEER_DOWN',
      severity: 'warn',
      target: target.name,
      message: `${peers.join(', ')} had an SA ${since} and ${peers.length === 1 ? 'has' : 'have'} none: ${how}`,
      peers,
      next: `send traffic through the tunnel, then look at its SAs on both ends`,
    },
  ]
}

function notSeen(error: DeviceError): Finding {
  return {
    code: 'PEER_DOWN',
    severity: 'warn',
    message: `whether the peers are up could not be seen: ${error.message}`,
    next: 'log in to the device and look at its SAs',
  }
}
