import { addressKey, sameAddress } from '../model/address.ts'
import type { IkeSa, SaReading } from '../model/facts.ts'
import { attributor, namesOf, type ProofTarget } from './attribute.ts'
import { endsIn } from './unreadable.ts'
import type { Watch } from './watch.ts'

/** Why the SA of a peer is not cleared although this device started it. */
export type Unclear =
  /** This very session reaches the device through the tunnel. */
  | 'management'
  /** A row that could not be read may be about it. */
  | 'unreadable'
  /** An SA that the peer started is up beside it: the duplicate ends by itself. */
  | 'answered-too'
  /** Several SAs, up or coming up, stand at this address, or a session of IPsec SAs alone, or a user. */
  | 'several-sas'
  /** The address belongs to several tunnels, or to one that is not changed. */
  | 'several-tunnels'
  /** Nothing certain says that the peer starts. */
  | 'no-evidence'
  /** It was planned, and no SA that this device started is up any more. */
  | 'gone'
  /** It was planned, and its SA is another one by now. */
  | 'renewed'

/** The same as half a sentence. */
export const unclearWords: Readonly<Record<Unclear, string>> = {
  management: 'this session itself reaches the device through the tunnel',
  unreadable: 'a row that could not be read may be about the same peer',
  'answered-too': 'an SA that the peer started is up beside it',
  'several-sas': 'several SAs stand at the same address, and a clear would take all of them',
  'several-tunnels': 'its address belongs to several tunnels, and a clear would take all of them',
  'no-evidence': 'it is not certain that the peer starts by itself',
  gone: 'the SA that this device had started is not up any more',
  renewed: 'its SA is not the one of before the change any more',
}

/** One peer of a target with an SA that this device started. */
export interface ClearChoice {
  readonly peer: string
  readonly version: 1 | 2
  /** Absent: it may be cleared. */
  readonly not?: Unclear
}

/** What is chosen from. */
export interface ClearScene {
  readonly reading: SaReading
  readonly target: ProofTarget
  /** All tunnels of the device, the target among them. */
  readonly tunnels: readonly ProofTarget[]
  /** Whether it is certain that a peer starts. */
  readonly starts: (peer: string) => boolean
  /** This session reaches the device through one of the target's tunnels. */
  readonly management: boolean
}

/**
 * The peers of one target with an established SA that this device started, each with the first rule that
 * forbids to clear it (rules of renegotiation). An address counts once; listed peers come first.
 */
export function chooseClears(scene: ClearScene): readonly ClearChoice[] {
  const { reading, target, tunnels } = scene
  const attribute = attributor(tunnels)
  const chosen = new Map<string, ClearChoice>()
  for (const sa of reading.sas) {
    if (!sa.established || sa.role !== 'initiator' || sa.peer === undefined) continue
    const names = namesOf(attribute(sa.peer, sa.local))
    if (!names.includes(target.name) || chosen.has(addressKey(sa.peer))) continue
    const not = names.length > 1 ? 'several-tunnels' : forbids(scene, sa.peer)
    const choice = { peer: sa.peer, version: sa.version }
    chosen.set(addressKey(sa.peer), not === undefined ? choice : { ...choice, not })
  }
  // As the configuration lists them: a device's own order changes from reading to reading.
  const listed = new Set(target.peers.listed.map(addressKey))
  const inOrder = [...new Set([...listed, ...chosen.keys()])]
  return inOrder.flatMap((key) => chosen.get(key) ?? [])
}

function forbids(
  { reading, starts, management, tunnels, target }: ClearScene,
  peer: string,
): Unclear | undefined {
  if (management) return 'management'
  const unowned = reading.sas.filter((sa) => sa.peer === undefined).map((sa) => sa.evidence)
  const ends = [...reading.unreadable, ...unowned].map((row) => endsIn([row]))
  // A row of which not even the ends, or which of them is the peer, can be told may be anybody's.
  if (ends.some((keys) => keys.size === 0 || keys.has(addressKey(peer)))) return 'unreadable'
  const same = reading.sas.filter((sa) => isAt(sa, peer) && (sa.established || sa.halfOpen))
  if (same.some((sa) => sa.established && sa.role === 'responder')) return 'answered-too'
  const alsoHere = [...(reading.upWithoutIke ?? []), ...(reading.users ?? [])]
  if (same.length > 1 || alsoHere.some((other) => sameAddress(other, peer))) return 'several-sas'
  const elsewhere = tunnels.some(
    ({ name, peers }) => name !== target.name && peers.listed.some((other) => sameAddress(other, peer)),
  )
  if (elsewhere) return 'several-tunnels'
  return starts(peer) ? undefined : 'no-evidence'
}

function isAt(sa: IkeSa, peer: string): boolean {
  return sa.peer !== undefined && sameAddress(sa.peer, peer)
}

/**
 * Whether a planned clear still holds by the last reading that the watch has taken in, which must be
 * `reading`. Undefined: it does.
 */
export function notAnyMore(
  watch: Watch,
  reading: SaReading,
  planned: { readonly target: string; readonly peer: string },
): Unclear | undefined {
  const target = watch.targets.find((one) => one.name === planned.target)
  if (target === undefined) return 'gone'
  const tunnels = [...watch.targets, ...watch.others]
  const choices = chooseClears({ reading, target, tunnels, starts: () => true, management: false })
  const choice = choices.find((one) => sameAddress(one.peer, planned.peer))
  if (choice === undefined) return 'gone'
  if (choice.not !== undefined) return choice.not
  return upWith(watch, planned.peer).some((seen) => seen.fresh) ? 'renewed' : undefined
}

/** What the last reading shows of a peer that was cleared. */
export type Return =
  /** An SA that the peer started is up. */
  | 'back'
  /** This device has started a new one. */
  | 'called'
  /** The old SA is still up: the clear did nothing. */
  | 'kept'
  /** It has none. */
  | 'away'
  /** Its row, or its role, cannot be read, or only its IPsec SAs are up. */
  | 'not-told'

export function returnOf(watch: Watch, peer: string): Return {
  const key = addressKey(peer)
  const up = upWith(watch, peer)
  if (up.some(({ sa }) => sa.role === 'responder')) return 'back'
  if (up.some(({ sa, fresh }) => sa.role === 'initiator' && fresh)) return 'called'
  if (up.some(({ sa }) => sa.role === 'unknown')) return 'not-told'
  if (up.length > 0) return 'kept'
  return watch.unreadable.has(key) || watch.withoutIke.has(key) ? 'not-told' : 'away'
}

function upWith(watch: Watch, peer: string): Watch['sas'] {
  return watch.sas.filter((seen) => seen.sa.established && sameAddress(seen.peer, peer))
}
