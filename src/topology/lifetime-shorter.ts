import { printable } from '../kernel/printable.ts'
import type { Lifetimes } from '../model/facts.ts'
import type { Finding, Severity } from '../model/finding.ts'
import { defaultsOfOs, defaultsOfType } from '../model/lifetime-defaults.ts'
import { lengthenedBy } from './lengthen.ts'
import type { JudgedPeer, TargetView } from './peers.ts'
import { listed, soften } from './words.ts'

/** What is compared: `ikeSeconds`, `ipsecSeconds`, `ipsecKilobytes`. */
export type Measure = keyof Lifetimes

const measures: readonly Measure[] = ['ikeSeconds', 'ipsecSeconds', 'ipsecKilobytes']

/** A lifetime and whether it was configured or declared, or is only the platform's default. */
interface Value {
  readonly length: number
  readonly known: boolean
}

type Protocol = 'separate' | 'negotiated' | 'not-known'

interface Comparison {
  readonly measure: Measure
  readonly own: Value
  readonly theirs: Value
  readonly severity: Severity
  readonly peers: readonly string[]
}

/**
 * LIFETIME_SHORTER: with IKEv2 each end counts its own lifetime and the shorter one rekeys (RFC 7296, 2.8). An
 * end that never starts and has the shorter one lets the SA end instead. IKEv1 agrees on the lower value, so
 * it is told only. One finding per pair of values, with all peers that it concerns.
 */
export function lifetimeShorter(view: TargetView): readonly Finding[] {
  const found = new Map<string, Comparison>()
  for (const peer of view.peers) {
    for (const measure of measures) {
      const one = compare(view, peer, measure)
      if (one === undefined) continue
      const key = [measure, one.severity, one.theirs.length, one.theirs.known].join(' ')
      found.set(key, { ...one, peers: [...(found.get(key)?.peers ?? []), ...one.peers] })
    }
  }
  return [...found.values()].map((one) => findingOf(view, one))
}

function compare(view: TargetView, peer: JudgedPeer, measure: Measure): Comparison | undefined {
  const own = ownValue(view, measure)
  const theirs = theirValue(peer, measure)
  if (own === undefined || theirs === undefined) return undefined
  const severity = severityOf(own, theirs, protocolOf(view, peer))
  return severity === undefined ? undefined : { measure, own, theirs, severity, peers: [peer.address] }
}

function severityOf(own: Value, theirs: Value, protocol: Protocol): Severity | undefined {
  const told = own.known && theirs.known ? 'info' : undefined
  if (own.length > theirs.length) return undefined
  if (own.length === theirs.length) return protocol === 'negotiated' ? undefined : told
  if (protocol === 'negotiated') return theirs.known ? 'info' : undefined
  return theirs.known && protocol === 'separate' ? 'block' : 'warn'
}

/** Whether the tunnel speaks IKEv2; where the configuration does not say, its SAs do. */
function protocolOf({ state, device }: TargetView, peer: JudgedPeer): Protocol {
  const { target } = state
  const profile = device.facts.profiles.find(
    (one) => target.kind === 'ipsec-profile' && one.name === target.profile,
  )
  const byProfile = profile?.ikev2Profile === undefined ? [] : [2]
  const configured: readonly number[] = state.ikeVersions ?? byProfile
  const versions = configured.length > 0 ? configured : peer.sas.map((sa) => sa.version)
  if (versions.includes(2)) return 'separate'
  return versions.length > 0 ? 'negotiated' : 'not-known'
}

function ownValue({ state, device }: TargetView, measure: Measure): Value | undefined {
  return lengthOf(state.lifetimes?.[measure], defaultsOfOs(device.facts.software.os)[measure])
}

/** What was read goes before what is declared, and both before the default of its kind. */
function theirValue({ ends, declared }: JudgedPeer, measure: Measure): Value | undefined {
  const read = ends.flatMap(({ ways }) => ways.flatMap((way) => way.lifetimes[measure] ?? []))
  const stated = measure === 'ipsecKilobytes' ? undefined : declared?.lifetimes?.[measure]
  const known = read.length > 0 ? Math.max(...read.map(finite)) : stated
  const [end] = ends
  const usual =
    end === undefined ? defaultsOfType(declared?.type ?? 'unknown') : defaultsOfOs(end.node.facts.software.os)
  return lengthOf(known, usual[measure])
}

function lengthOf(known: number | undefined, usual: number | undefined): Value | undefined {
  if (known !== undefined) return { length: finite(known), known: true }
  return usual === undefined ? undefined : { length: usual, known: false }
}

/** No lifetime at all is written as 0. */
function finite(length: number): number {
  return length === 0 ? Number.POSITIVE_INFINITY : length
}

function inWords(measure: Measure, { length, known }: Value): string {
  const unit = measure === 'ipsecKilobytes' ? 'KB' : 's'
  return `${length === Number.POSITIVE_INFINITY ? 'no limit' : `${length} ${unit}`}${known ? '' : ' (the default)'}`
}

const what: Readonly<Record<Measure, string>> = {
  ikeSeconds: 'IKE SAs',
  ipsecSeconds: 'IPsec SAs',
  ipsecKilobytes: 'the volume of IPsec SAs',
}

function findingOf(view: TargetView, one: Comparison): Finding {
  const { measure, own, theirs, peers } = one
  const equal = own.length === theirs.length
  const values = `${what[measure]}: ${inWords(measure, own)} here, ${inWords(measure, theirs)} at ${listed(peers)}`
  const consequence =
    one.severity === 'info'
      ? equal
        ? 'equal, so the end that starts rekeys first only by its margin'
        : 'IKEv1 agrees on the lower value'
      : 'with IKEv2 each end counts its own; this end would not rekey, so the SA ends before the peer renews it'
  const evidence = view.state.basis.filter((line) => /lifetime/.test(line))
  return {
    code: 'LIFETIME_SHORTER',
    severity: soften(one.severity, view.device.wanted),
    target: view.name,
    peers,
    message: `${values}: ${consequence}`,
    ...(evidence.length === 0 ? {} : { evidence: evidence.join('\n') }),
    next:
      one.severity === 'info' && !equal
        ? 'nothing to do while the tunnel speaks IKEv1'
        : `lengthen it here yourself: ${printable(lengthenedBy(view, measure, theirs.length))}`,
  }
}
