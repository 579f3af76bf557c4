import { formatDuration } from '../kernel/duration.ts'
import { formatSecond } from '../kernel/moment.ts'
import type { Lifetimes } from '../model/facts.ts'
import type { PeerImpact, TargetImpact } from '../model/impact.ts'
import { defaultsOfOs, defaultsOfType } from '../model/lifetime-defaults.ts'
import type { DeviceOutcome, RoleRow, RunResult, TargetOutcome } from '../model/outcome.ts'
import type { Tone } from './change-report.ts'
import { isAsAsked, onlyLooked } from './drift.ts'
import { counted } from './layout.ts'

/** One peer of one target, in the words of the table that a board reads. */
export interface ImpactRow {
  readonly host: string
  readonly target: string
  readonly peer: string
  /** What the peer's device or description is called. */
  readonly name?: string
  readonly type: string
  readonly typeSource: string
  readonly startedBy: string
  readonly canStart: string
  readonly canStartTone: Tone
  readonly why: string
  /** Of that end. */
  readonly lifetimes: string
  /** How far its role was proven since; absent where nothing was sent. */
  readonly now?: { readonly text: string; readonly tone: Tone }
  readonly ifNot: string
}

/** A target with its peers. */
export interface TargetRows {
  readonly device: DeviceOutcome
  readonly target: TargetOutcome
  readonly rows: readonly ImpactRow[]
  /** What its SAs live by this device's configuration. */
  readonly lifetimes: string
  /** Peers that are not listed, and how many of them can start. */
  readonly more?: string
}

/** Whether a target is what this run is about: it is to change, was changed, or its proof is open. */
export function isConcerned(target: TargetOutcome): boolean {
  return (
    target.sent || ['pending', 'unproven', 'verified', 'blocked', 'failed', 'unknown'].includes(target.status)
  )
}

const startedWords: Readonly<Record<PeerImpact['startedBy'], string>> = {
  peer: 'the peer',
  'this-device': 'this device',
  both: 'both ends',
  nobody: 'no SA',
  'not-known': 'not known',
}

/** What kinds of remote ends are called. */
export const typeNames: Readonly<Record<PeerImpact['type'], string>> = {
  asa: 'ASA',
  vpn3000: 'VPN 3000',
  pix: 'PIX',
  ios: 'IOS or IOS-XE',
  aws: 'AWS',
  azure: 'Azure',
  gcp: 'Google Cloud',
  checkpoint: 'Check Point',
  paloalto: 'Palo Alto',
  fortinet: 'Fortinet',
  other: 'other',
  unknown: 'not known',
}

const answers = {
  yes: { text: 'yes', tone: 'good' },
  no: { text: 'no', tone: 'bad' },
  'not-known': { text: 'nothing shows it', tone: 'open' },
} as const

const notRecorded = 'not on record'

/** The targets of a run with at most `most` peers each. */
export function targetRows(result: RunResult, most: number): readonly TargetRows[] {
  // Of a check, those that somebody has to look at.
  const devices = onlyLooked(result) ? result.devices.filter((device) => !isAsAsked(device)) : result.devices
  return devices.flatMap((device) =>
    device.targets.filter(isConcerned).map((target): TargetRows => {
      const { impact } = target
      const rows =
        impact === undefined
          ? rolesOnly(device, target)
          : impact.peers.map((peer) => rowOf(device, target, impact, peer))
      const hidden = rows.length - Math.min(rows.length, most) + (impact?.morePeers ?? 0)
      const more = hidden === 0 ? {} : { more: moreText(rows.slice(most), hidden) }
      const usual = defaultsOfOs(device.software?.os ?? 'other')
      const lifetimes = impact === undefined ? notRecorded : lifetimeText(impact.lifetimes, usual)
      return { device, target, rows: rows.slice(0, most), lifetimes, ...more }
    }),
  )
}

function moreText(rest: readonly ImpactRow[], hidden: number): string {
  const tellings = (['yes', 'nothing shows it', 'no'] as const).flatMap((word) => {
    const count = rest.filter((row) => row.canStart === word).length
    return count === 0 ? [] : [`${count} ${word}`]
  })
  const can = tellings.length === 0 ? '' : `; can start: ${tellings.join(', ')}`
  return `and ${counted(hidden, 'more peer')}${can}`
}

function rowOf(
  device: DeviceOutcome,
  target: TargetOutcome,
  impact: TargetImpact,
  peer: PeerImpact,
): ImpactRow {
  const answer = answers[peer.canStart.answer]
  const name = [...new Set([peer.name, peer.description].filter((one) => one !== undefined))].join(', ')
  return {
    host: device.host,
    target: target.name,
    peer: peer.address,
    ...(name === '' ? {} : { name }),
    type: typeNames[peer.type] ?? String(peer.type),
    typeSource:
      peer.typeBasis === 'read'
        ? `its own show version: ${peer.typeSource ?? ''}`
        : (peer.typeSource ?? 'nothing says what it is'),
    startedBy: startedWords[peer.startedBy] ?? String(peer.startedBy),
    canStart: answer?.text ?? notRecorded,
    canStartTone: answer?.tone ?? 'plain',
    why: peer.canStart.why,
    lifetimes: lifetimeText(peer.lifetimes, defaultsOfType(peer.type)),
    ...nowOf(device, target, peer.address),
    ifNot: ifNotText(target, impact, peer),
  }
}

/** `IKE 8h, IPsec 1h (default)`: what is configured or declared, else what the platform does by itself. */
function lifetimeText(known: Lifetimes | undefined, usual: Lifetimes): string {
  const all = (
    [
      ['IKE', known?.ikeSeconds, usual.ikeSeconds],
      ['IPsec', known?.ipsecSeconds, usual.ipsecSeconds],
    ] as const
  ).flatMap(([name, set, byDefault]) => {
    const seconds = set ?? byDefault
    return seconds === undefined ? [] : [{ text: `${name} ${lengthText(seconds)}`, set: set !== undefined }]
  })
  if (all.length === 0) return 'not known'
  return all.some((one) => one.set)
    ? all.map(({ text, set }) => (set ? text : `${text} (default)`)).join(', ')
    : `${all.map(({ text }) => text).join(', ')} (defaults)`
}

/** No lifetime at all is written as 0. */
function lengthText(seconds: number): string {
  return seconds === 0 ? 'no limit' : formatDuration(seconds * 1000)
}

const nowWords = {
  lost: { text: 'lost: it had an SA and has none', tone: 'bad' },
  contradicts: { text: 'contradicts: this device started a fresh SA', tone: 'bad' },
  missing: { text: 'missing: it had an SA and has none', tone: 'bad' },
  proven: { text: 'proven: it has started a fresh SA', tone: 'good' },
  ambiguous: { text: 'ambiguous: its SAs may belong to several tunnels', tone: 'open' },
  waiting: { text: 'waiting: the SA that it started before is up', tone: 'open' },
  'at-risk': { text: 'at risk: only an SA that this device started is up', tone: 'open' },
  idle: { text: 'idle: it had no SA', tone: 'plain' },
} as const satisfies Partial<Record<RoleRow['proof'], ImpactRow['now']>>

/** The worst of its rows that is a fault, else the best: one fresh SA proves a peer beside old ones. */
function nowOf(device: DeviceOutcome, target: TargetOutcome, peer: string): Pick<ImpactRow, 'now'> {
  if (!target.sent || target.status === 'rolled-back') return {}
  const proofs = device.roles.flatMap((row) =>
    row.peer === peer && row.target === target.name ? [row.proof] : [],
  )
  const [found] = Object.entries(nowWords).filter(([proof]) => proofs.some((one) => one === proof))
  return found === undefined ? {} : { now: found[1] }
}

/** The last SA outlives its lifetime by nothing, but may end before: by volume, by a clear or a restart. */
function ifNotText(target: TargetOutcome, impact: TargetImpact, peer: PeerImpact): string {
  if (impact.wanted === 'bidirectional') return 'this end may start the tunnel itself again'
  if (target.status === 'rolled-back') return 'taken back: this end may start as before'
  if (target.status === 'blocked') return 'nothing is sent: the tunnel stays as it is'
  if (peer.startedBy === 'nobody') return 'down, as now, until it calls'
  const end = endOf(impact, peer)
  return end === undefined
    ? 'down once its present SA has ended, until it calls; the device does not print when that is'
    : `down once its present SA has ended, until it calls: ${formatSecond(end)} or before`
}

/** When the longest present SA with a peer ends; absent where that is not known. */
export function endOf(
  { readAt }: Pick<TargetImpact, 'readAt'>,
  { remainingSeconds }: Pick<PeerImpact, 'remainingSeconds'>,
): number | undefined {
  const ms = Date.parse(readAt)
  return remainingSeconds === undefined || !Number.isFinite(ms) ? undefined : ms + remainingSeconds * 1000
}

/** Older records say only who started the SAs. */
export function rolesOnly(device: DeviceOutcome, target: TargetOutcome): readonly ImpactRow[] {
  const rows = device.roles.filter((row) => row.target === target.name)
  return [...new Set(rows.map((row) => row.peer))].map((peer) => ({
    host: device.host,
    target: target.name,
    peer,
    type: notRecorded,
    typeSource: 'this run did not record it',
    startedBy: startedIn(rows.filter((row) => row.peer === peer)),
    canStart: notRecorded,
    canStartTone: 'plain',
    why: 'this run did not record it',
    lifetimes: notRecorded,
    ...nowOf(device, target, peer),
    ifNot: 'down once its present SA has ended, until it calls',
  }))
}

function startedIn(rows: readonly RoleRow[]): string {
  const readings = new Set(rows.map((row) => row.reading))
  if (readings.has('responder') && readings.has('initiator')) return startedWords.both
  if (readings.has('responder')) return startedWords.peer
  if (readings.has('initiator')) return startedWords['this-device']
  return readings.has('unreadable') ? startedWords['not-known'] : startedWords.nobody
}
