import { formatDuration } from '../kernel/duration.ts'
import { formatMoment } from '../kernel/moment.ts'
import type { Lifetimes } from '../model/facts.ts'
import type { PeerImpact, TargetImpact } from '../model/impact.ts'
import type { DeviceOutcome, RoleRow, RunResult, TargetOutcome } from '../model/outcome.ts'
import type { Tone } from './change-report.ts'
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
  readonly lifetimesHere: string
  readonly lifetimesThere: string
  readonly ifNot: string
}

/** A target with its peers. */
export interface TargetRows {
  readonly device: DeviceOutcome
  readonly target: TargetOutcome
  readonly rows: readonly ImpactRow[]
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

const typeNames: Readonly<Record<PeerImpact['type'], string>> = {
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

/** The targets of a run with at most `most` peers each. */
export function targetRows(result: RunResult, most: number): readonly TargetRows[] {
  return result.devices.flatMap((device) =>
    device.targets.filter(isConcerned).map((target): TargetRows => {
      const { impact } = target
      const rows =
        impact === undefined
          ? rolesOnly(device, target)
          : impact.peers.map((peer) => rowOf(device, target, impact, peer))
      const hidden = rows.length - Math.min(rows.length, most) + (impact?.morePeers ?? 0)
      const more = hidden === 0 ? {} : { more: moreText(rows.slice(most), hidden) }
      return { device, target, rows: rows.slice(0, most), ...more }
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
    canStart: answer?.text ?? 'not on record',
    canStartTone: answer?.tone ?? 'plain',
    why: peer.canStart.why,
    lifetimesHere: lifetimeText(impact.lifetimes),
    lifetimesThere: lifetimeText(peer.lifetimes),
    ifNot: ifNotText(target, impact, peer),
  }
}

function lifetimeText(lifetimes: Lifetimes | undefined): string {
  const { ikeSeconds, ipsecSeconds } = lifetimes ?? {}
  const parts = [
    ...(ikeSeconds === undefined ? [] : [`IKE ${formatDuration(ikeSeconds * 1000)}`]),
    ...(ipsecSeconds === undefined ? [] : [`IPsec ${formatDuration(ipsecSeconds * 1000)}`]),
  ]
  return parts.length === 0 ? 'default, or not known' : parts.join(', ')
}

function ifNotText(target: TargetOutcome, impact: TargetImpact, peer: PeerImpact): string {
  if (impact.wanted === 'bidirectional') return 'this end may start the tunnel itself again'
  if (target.status === 'blocked') return 'nothing is sent: the tunnel stays as it is'
  if (peer.startedBy === 'nobody') return 'the tunnel stays down until the peer starts it'
  const end = endOf(impact, peer)
  return end === undefined
    ? 'the tunnel is down when its present SA ends; the device does not print when'
    : `the tunnel is down from ${formatMoment(end)} on, or from an earlier end of its SA`
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
function rolesOnly(device: DeviceOutcome, target: TargetOutcome): readonly ImpactRow[] {
  const rows = device.roles.filter((row) => row.target === target.name)
  return [...new Set(rows.map((row) => row.peer))].map((peer) => ({
    host: device.host,
    target: target.name,
    peer,
    type: 'not on record',
    typeSource: 'this run did not record it',
    startedBy: startedIn(rows.filter((row) => row.peer === peer)),
    canStart: 'not on record',
    canStartTone: 'plain',
    why: 'this run did not record it',
    lifetimesHere: 'not on record',
    lifetimesThere: 'not on record',
    ifNot: 'the tunnel is down when its present SA ends',
  }))
}

function startedIn(rows: readonly RoleRow[]): string {
  const readings = new Set(rows.map((row) => row.reading))
  if (readings.has('responder') && readings.has('initiator')) return startedWords.both
  if (readings.has('responder')) return startedWords.peer
  if (readings.has('initiator')) return startedWords['this-device']
  return readings.has('unreadable') ? startedWords['not-known'] : startedWords.nobody
}

/** What the change touches, and when the setting takes effect tunnel by tunnel: sentences. */
export function impactSentences(result: RunResult): readonly string[] {
  const concerned = result.devices.flatMap((device) =>
    device.targets
      .filter((target) => target.sent || target.status === 'pending' || target.status === 'unproven')
      .map((target) => ({ device, target })),
  )
  if (concerned.length === 0) return ['No target is changed by this run.']
  const hosts = new Set(concerned.map(({ device }) => device.host))
  const impacts = concerned.flatMap(({ target }) => target.impact ?? [])
  const recorded = concerned.flatMap(({ device: { host }, target: { impact } }) =>
    (impact?.peers ?? []).map((peer) => ({ host, peer, end: impact && endOf(impact, peer) })),
  )
  const peers =
    impacts.reduce((sum, impact) => sum + impact.peers.length + impact.morePeers, 0) +
    concerned
      .filter(({ target }) => target.impact === undefined)
      .reduce((sum, { device, target }) => sum + rolesOnly(device, target).length, 0)
  return [
    `${counted(concerned.length, 'target')} on ${counted(hosts.size, 'device')} with ${counted(peers, 'known peer')}${impacts.some((impact) => impact.anyPeer) ? ', and peers that no configuration lists may call too' : ''}.`,
    clearSentence(result),
    ...effectSentences(recorded),
  ]
}

function clearSentence({ devices, command }: RunResult): string {
  const clears = devices.flatMap((device) => device.change.clears)
  if (clears.length === 0) return 'No SA is cleared: no tunnel is interrupted by the change itself.'
  const most = Math.max(0, ...devices.map((device) => device.change.interruption?.atMostSecondsEach ?? 0))
  const down = most === 0 ? '' : `, each tunnel being down for at most ${formatDuration(most * 1000)}`
  return `${counted(clears.length, 'line')} ${command === 'plan' ? 'would clear' : 'cleared'} SAs, one peer at a time${down}.`
}

interface End {
  readonly host: string
  readonly peer: PeerImpact
  readonly end: number | undefined
}

function effectSentences(all: readonly End[]): readonly string[] {
  const up = all.filter(({ peer }) => peer.startedBy !== 'nobody')
  const known = up.flatMap(({ end, ...rest }) => (end === undefined ? [] : [{ ...rest, end }]))
  const sorted = [...known].sort((a, b) => a.end - b.end)
  const [first] = sorted
  const last = sorted.at(-1)
  if (first === undefined || last === undefined) {
    return up.length === 0
      ? []
      : [
          `When the setting takes effect is not known: ${counted(up.length, 'tunnel')} with an SA printed no remaining lifetime.`,
        ]
  }
  const unknown = up.length - known.length
  const idle = all.length - up.length
  return [
    `The setting takes effect tunnel by tunnel, when the SA ends that was up when the devices were read: first ${placeOf(first)}, last ${placeOf(last)}.`,
    ...(unknown === 0 ? [] : [`${counted(unknown, 'tunnel')} printed no remaining lifetime.`]),
    ...(idle === 0 ? [] : [`${counted(idle, 'peer')} had no SA: there it takes effect at once.`]),
  ]
}

function placeOf({ host, peer, end }: End & { readonly end: number }): string {
  return `on ${host} with ${peer.address} by ${formatMoment(end)}`
}
