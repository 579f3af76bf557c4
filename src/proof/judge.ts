import type { Finding } from '../model/finding.ts'
import type { Coverage, RoleRow } from '../model/outcome.ts'
import { namesOf, type ProofTarget } from './attribute.ts'
import { duplicatesIn } from './duplicates.ts'
import { goneWith, outsidersOf } from './outsiders.ts'
import type { PeerLife } from './peer-life.ts'
import { judgePeer, type PeerVerdict } from './peer-verdict.ts'
import { peersByTarget } from './peers-by-target.ts'
import { ownStartFinding, peerLost, sharedPeers } from './proof-findings.ts'
import type { Watch } from './watch.ts'

/** What is known of one target; the configuration, read back, is the caller's part of the proof. */
export interface TargetVerdict {
  readonly name: string
  readonly verdict: 'verified' | 'unproven' | 'lost' | 'contradicted'
  readonly coverage: Coverage
  readonly roles: readonly RoleRow[]
  /** Had an SA before, have none now, and are not lost (yet). */
  readonly missing: readonly string[]
  readonly lost: readonly string[]
  /**
   * Peers of tunnels that are not changed, which vanished together with each of the lost ones: "not only
   * this change", and nothing is to be reverted. Empty as soon as one of the lost peers went alone.
   */
  readonly outsidersLost: readonly string[]
  readonly contradictedBy?: RoleRow
  /** Since the push: when the last old SA must have ended; absent when not known or when none is left. */
  readonly completeByMs?: number
  readonly findings: readonly Finding[]
}

export interface Verdict {
  readonly targets: readonly TargetVerdict[]
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

/** Judges every target by the readings up to the last one: time in which nobody looked decides nothing. */
export function judge(watch: Watch, rules: JudgeRules): Verdict {
  const views = peersByTarget(watch)
  const outsiders = outsidersOf(watch)
  const peers = watch.targets.map((target) =>
    (views.get(target.name) ?? []).map((view) => judgePeer(watch, target, view, rules.lostAfterMs)),
  )
  const targets = watch.targets.map((target, index) =>
    judgeTarget(target, peers[index] ?? [], { rules, outsiders, seen: watch.readings > 0 }),
  )
  return {
    targets,
    duplicates: { before: watch.duplicatesBefore, now: duplicatesIn(watch.targets, watch.sas) },
    undecided: peers.flat().some(isUndecided),
  }
}

function isUndecided(peer: PeerVerdict): boolean {
  return (
    (peer.life.kind === 'missing' && !peer.life.harmless) ||
    peer.starts.some(({ start }) => start.kind === 'unconfirmed')
  )
}

interface Moment {
  readonly rules: JudgeRules
  readonly outsiders: readonly PeerLife[]
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
    outsidersLost: outsidersLost(peers, moment.outsiders),
    ...(contradictedBy === undefined ? {} : { contradictedBy }),
    ...(known.length === 0 || known.length < ends.length ? {} : { completeByMs: Math.max(...known) }),
    findings: [
      ...lifeFindings(target.name, peers, moment),
      ...(moment.rules.lifeOnly ? [] : roleFindings(target.name, peers)),
    ],
  }
}

function outsidersLost(peers: readonly PeerVerdict[], outsiders: readonly PeerLife[]): readonly string[] {
  const together = peers.flatMap(({ life }) => (life.kind === 'lost' ? [goneWith(outsiders, life.life)] : []))
  return together.some((gone) => gone.length === 0) ? [] : [...new Set(together.flat())]
}

function coverageOf(peers: readonly PeerVerdict[]): Coverage {
  const count = (bucket: PeerVerdict['bucket']): number =>
    peers.filter((peer) => peer.bucket === bucket).length
  const ambiguous = count('ambiguous')
  return {
    peers: peers.length,
    proven: count('proven'),
    waiting: count('waiting'),
    atRisk: count('atRisk'),
    idle: count('idle'),
    lost: count('lost'),
    ...(ambiguous === 0 ? {} : { ambiguous }),
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
  const startedHere = peers.some((peer) => peer.startedHere || peer.starts.length > 0)
  return coverage.proven > 0 && !startedHere ? 'verified' : 'unproven'
}

function lifeFindings(target: string, peers: readonly PeerVerdict[], moment: Moment): readonly Finding[] {
  const { lostAfterMs } = moment.rules
  return peers.flatMap(({ life }) => {
    if (life.kind === 'lost') {
      const outsiders = goneWith(moment.outsiders, life.life)
      return [peerLost(target, life.life, { harmless: false, lostAfterMs, outsiders })]
    }
    if (life.kind !== 'missing' || !life.harmless) return []
    return [peerLost(target, life.life, { harmless: true, lostAfterMs, outsiders: [] })]
  })
}

/** What is said of roles; a lost peer has none, and what this device tries with it says nothing more. */
function roleFindings(target: string, peers: readonly PeerVerdict[]): readonly Finding[] {
  const known = peers.filter((peer) => peer.life.kind !== 'lost')
  const starts = known.flatMap((peer) =>
    peer.starts.flatMap(({ start, row }) =>
      start.kind === 'shared' ? [] : [ownStartFinding(target, start, row)],
    ),
  )
  const shared = known.filter(
    ({ owner, rows, starts: own }) =>
      owner.kind === 'several' && (own.length > 0 || rows.some((row) => row.fresh)),
  )
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
