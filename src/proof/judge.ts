import { addressKey } from '../model/address.ts'
import type { Finding } from '../model/finding.ts'
import type { Coverage, RoleRow } from '../model/outcome.ts'
import { namesOf, type ProofTarget } from './attribute.ts'
import { duplicatesIn } from './duplicates.ts'
import { isLost, judgePeer, type PeerVerdict, type PeerView } from './peer-verdict.ts'
import { ownStartFinding, peerLost, sharedPeers } from './proof-findings.ts'
import type { SeenSa, Watch } from './watch.ts'

/** What is known of one target; the configuration, read back, is the caller's part of the proof. */
export interface TargetVerdict {
  readonly name: string
  readonly verdict: 'verified' | 'unproven' | 'lost' | 'contradicted'
  readonly coverage: Coverage
  readonly roles: readonly RoleRow[]
  /** Had an SA before, have none now, and are not lost (yet). */
  readonly missing: readonly string[]
  readonly lost: readonly string[]
  readonly contradictedBy?: RoleRow
  /** Since the push: when the last old SA must have ended; absent when not known or when none is left. */
  readonly completeByMs?: number
  readonly findings: readonly Finding[]
}

export interface Verdict {
  readonly targets: readonly TargetVerdict[]
  /** Peers of no target that were lost as well: "not only this change"; then nothing is to be reverted. */
  readonly outsidersLost: readonly string[]
  /** Peers of the targets with more than one IKE SA, or SAs in both directions. */
  readonly duplicates: { readonly before: number; readonly now: number }
  /** True while one more reading may turn an absence into a loss, or a suspicion into a contradiction. */
  readonly undecided: boolean
}

export interface JudgeRules {
  readonly lostAfterMs: number
  /** For `state: bidirectional`: life and configuration are the whole proof. */
  readonly lifeOnly?: boolean
}

/** Judges every target after a reading; `nowMs` counts from the push, like the readings. */
export function judge(watch: Watch, nowMs: number, rules: JudgeRules): Verdict {
  const inScope = new Set(watch.targets.map((target) => target.name))
  const concerns = (peer: string): boolean => namesOf(watch.attribute(peer)).some((name) => inScope.has(name))
  const outsiders = [...watch.before.values()].filter((life) => !concerns(life.peer))
  const outsidersLost = outsiders
    .filter((life) => isLost(life, nowMs, rules.lostAfterMs))
    .map((life) => life.peer)
  const views = peersByTarget(watch)
  const peers = watch.targets.map((target) =>
    (views.get(target.name) ?? []).map((view) => judgePeer(watch, target, view, nowMs, rules.lostAfterMs)),
  )
  return {
    targets: watch.targets.map((target, index) =>
      judgeTarget(target, peers[index] ?? [], { nowMs, rules, outsidersLost, seen: watch.readings > 0 }),
    ),
    outsidersLost,
    duplicates: {
      before: watch.duplicatesBefore,
      now: duplicatesIn(watch.targets, watch.attribute, watch.sas),
    },
    undecided: peers.flat().some(isUndecided),
  }
}

function isUndecided(peer: PeerVerdict): boolean {
  return (
    (peer.life.kind === 'missing' && !peer.life.harmless) ||
    peer.starts.some(({ start }) => start.kind === 'unconfirmed')
  )
}

/** Listed peers of each target, and those that came to it because it takes any. */
function peersByTarget(watch: Watch): ReadonlyMap<string, readonly PeerView[]> {
  const sas = new Map<string, SeenSa[]>()
  for (const seen of watch.sas) {
    const known = sas.get(addressKey(seen.peer))
    if (known === undefined) sas.set(addressKey(seen.peer), [seen])
    else known.push(seen)
  }
  const views = new Map(watch.targets.map((target) => [target.name, new Map<string, PeerView>()]))
  const add = (name: string, peer: string): void => {
    const key = addressKey(peer)
    const target = views.get(name)
    if (target !== undefined && !target.has(key)) target.set(key, { key, peer, sas: sas.get(key) ?? [] })
  }
  for (const target of watch.targets) for (const peer of target.peers.listed) add(target.name, peer)
  const alive = watch.sas.filter((seen) => seen.sa.established).map((seen) => seen.peer)
  for (const peer of [...[...watch.before.values()].map((life) => life.peer), ...alive]) {
    for (const name of namesOf(watch.attribute(peer))) add(name, peer)
  }
  return new Map([...views].map(([name, peers]) => [name, [...peers.values()]]))
}

interface Moment {
  readonly nowMs: number
  readonly rules: JudgeRules
  readonly outsidersLost: readonly string[]
  readonly seen: boolean
}

function judgeTarget(target: ProofTarget, peers: readonly PeerVerdict[], moment: Moment): TargetVerdict {
  const coverage = coverageOf(peers)
  const contradictedBy = moment.rules.lifeOnly
    ? undefined
    : peers.flatMap((peer) => peer.starts).find(({ start }) => start.kind === 'contradicts')?.row
  const ends = peers.flatMap((peer) => peer.oldEndsMs)
  const known = ends.filter((end) => end !== undefined)
  return {
    name: target.name,
    verdict: verdictOf(peers, coverage, contradictedBy, moment),
    coverage,
    roles: peers.flatMap((peer) => peer.rows),
    missing: peers.filter((peer) => peer.life.kind === 'missing').map((peer) => peer.peer),
    lost: peers.filter((peer) => peer.life.kind === 'lost').map((peer) => peer.peer),
    ...(contradictedBy === undefined ? {} : { contradictedBy }),
    ...(known.length === 0 || known.length < ends.length ? {} : { completeByMs: Math.max(...known) }),
    findings: [
      ...lifeFindings(target.name, peers, moment),
      ...(moment.rules.lifeOnly ? [] : roleFindings(target.name, peers)),
    ],
  }
}

function coverageOf(peers: readonly PeerVerdict[]): Coverage {
  const count = (bucket: PeerVerdict['bucket']): number =>
    peers.filter((peer) => peer.bucket === bucket).length
  return {
    peers: peers.length,
    proven: count('proven'),
    waiting: count('waiting'),
    atRisk: count('atRisk'),
    idle: count('idle'),
    lost: count('lost'),
  }
}

function verdictOf(
  peers: readonly PeerVerdict[],
  coverage: Coverage,
  contradictedBy: RoleRow | undefined,
  moment: Moment,
): TargetVerdict['verdict'] {
  if (coverage.lost > 0) return 'lost'
  if (contradictedBy !== undefined) return 'contradicted'
  const away = peers.some((peer) => peer.life.kind === 'missing' || peer.life.kind === 'unreadable')
  if (away || !moment.seen) return 'unproven'
  if (moment.rules.lifeOnly) return 'verified'
  const startedHere = coverage.atRisk > 0 || peers.some((peer) => peer.starts.length > 0)
  return coverage.proven > 0 && !startedHere ? 'verified' : 'unproven'
}

function lifeFindings(target: string, peers: readonly PeerVerdict[], moment: Moment): readonly Finding[] {
  return peers.flatMap(({ life }) => {
    if (life.kind !== 'lost' && !(life.kind === 'missing' && life.harmless)) return []
    const about = { harmless: life.kind === 'missing', outsidersLost: moment.outsidersLost }
    return [peerLost(target, life.life, moment.nowMs, about)]
  })
}

function roleFindings(target: string, peers: readonly PeerVerdict[]): readonly Finding[] {
  const starts = peers.flatMap((peer) =>
    peer.starts.map(({ start, row }) => ownStartFinding(target, start, row)),
  )
  const shared = peers.filter((peer) => peer.owner.kind === 'several' && peer.rows.some((row) => row.fresh))
  if (shared.length === 0) return starts
  const tunnels = [...new Set(shared.flatMap((peer) => namesOf(peer.owner)))]
  return [
    ...starts,
    sharedPeers(
      target,
      shared.map((peer) => peer.peer),
      tunnels,
    ),
  ]
}
