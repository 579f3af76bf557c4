import { formatDuration } from '../kernel/duration.ts'
import { printable } from '../kernel/printable.ts'
import { someOf } from '../kernel/some-of.ts'
import { addressKey } from '../model/address.ts'
import type { IkeSa } from '../model/facts.ts'
import { changesOf, type DevicePlan, spaceOfPlan } from '../model/plan.ts'
import { configuredPeers } from '../model/tunnel-peers.ts'
import { beside, bounded, type Frame, sentence } from './frame.ts'
import { counted } from './layout.ts'

const shownDevices = 10
const shownPeers = 5

/**
 * What a change can hit: how many devices, tunnels and peers, which peers have an SA and when the first and
 * the last of these end, as they stood when the devices were read; and who is reached through a tunnel.
 */
export function blastRadius(changing: readonly DevicePlan[], frame: Frame): readonly string[] {
  if (changing.length === 0) return []
  const spaces = changing.map((plan) => ({ plan, up: upNow(plan) }))
  const up = spaces.reduce((total, space) => total + peersOf(space.up).length, 0)
  const changes = changing.flatMap(changesOf)
  // An interface for each tunnel of a profile; an entry of a crypto map is one.
  const tunnels = changes.reduce(
    (total, { state }) => total + (state.target.kind === 'ipsec-profile' ? state.usedBy.length : 1),
    0,
  )
  const listed = changes.reduce((total, { state }) => total + state.peers.listed.length, 0)
  const devices = counted(new Set(changing.map(({ host }) => host)).size, 'device')
  const total = `${devices}, ${counted(tunnels, 'tunnel')}, ${counted(listed, 'listed peer')}; ${counted(up, 'peer')} with an SA now`
  const busy = spaces.filter((space) => space.up.length > 0)
  const idle = spaces.filter((space) => space.up.length === 0).map(({ plan }) => spaceOfPlan(plan))
  const rows = [
    ...busy.map(({ plan, up: sas }) => `${spaceOfPlan(plan)}: ${upText(sas, frame)}`),
    ...(idle.length === 0
      ? []
      : [`no peer has an SA on ${someOf(idle, frame.verbose ? idle.length : shownDevices)}`]),
  ]
  const through = changing.flatMap(({ facts, host }) =>
    facts.managementThrough?.tunnel === true ? [`${host} (${facts.managementThrough.name})`] : [],
  )
  const reached =
    through.length === 0
      ? []
      : sentence(
          `${someOf([...new Set(through)], shownDevices)}: reached through a tunnel; if that goes, so does the way back`,
          frame,
        )
  return [
    ...beside('reach', sentence(total, frame), frame.style.bold),
    ...beside(
      '',
      bounded(
        rows.flatMap((row) => sentence(row, frame)),
        shownDevices,
        'lines',
        frame,
      ),
      frame.style.dim,
    ),
    ...beside('through', reached, frame.style.red),
  ]
}

/** The established IKE SAs of the targets that are changed. */
function upNow(plan: DevicePlan): readonly IkeSa[] {
  const peers = changesOf(plan).map(({ state }) => state.peers)
  const keys = (names: readonly string[]): ReadonlySet<string> => new Set(names.map(addressKey))
  const listed = keys(peers.flatMap((one) => one.listed))
  const configured = keys(configuredPeers(plan.facts))
  const open = peers.filter((one) => one.any)
  return plan.facts.reading.sas.filter(({ established, peer, local }) => {
    if (!established || peer === undefined) return false
    if (listed.has(addressKey(peer))) return true
    if (configured.has(addressKey(peer))) return false
    return open.some(
      ({ locals }) => locals === undefined || (local !== undefined && keys(locals).has(addressKey(local))),
    )
  })
}

function peersOf(sas: readonly IkeSa[]): readonly string[] {
  return [
    ...new Map(sas.flatMap(({ peer }) => (peer === undefined ? [] : [[addressKey(peer), peer]]))).values(),
  ]
}

function upText(sas: readonly IkeSa[], frame: Frame): string {
  const peers = peersOf(sas).map(printable)
  const names = someOf(peers, frame.verbose ? peers.length : shownPeers)
  const ends = sas
    .flatMap(({ peer = '', remainingSeconds }) =>
      remainingSeconds === undefined ? [] : [{ peer, ms: remainingSeconds * 1000 }],
    )
    .sort((a, b) => a.ms - b.ms)
  const [first, last] = [ends[0], ends.at(-1)]
  if (first === undefined || last === undefined) return `${names}; when their SAs end is not shown`
  const later = first === last ? '' : `, the last in ${formatDuration(last.ms)}`
  return `${names}; the next SA ends or is rekeyed in ${formatDuration(first.ms)} (${printable(first.peer)})${later}`
}
