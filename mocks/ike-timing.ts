import { hashOf } from './hash.ts'
import { deathOf, startersOf } from './ike-links.ts'
import type { IkeLink, IkeTimes, IkeWorldSa, LinkState, SideName } from './ike-types.ts'

/** From the first packet to the SA, in milliseconds. */
export const setupMs = 120

const sides: readonly SideName[] = ['a', 'b']

/** What happens next on a tunnel by itself. */
export interface LinkEvent {
  readonly atMs: number
  readonly what: 'start' | 'rekey' | 'renew' | 'idle' | 'end'
}

/** The next moment of a beat that is not before `fromMs`; every tunnel has a beat of its own. */
export function nextBeat(key: string, everyMs: number, fromMs: number): number {
  const beat = hashOf(key) % everyMs
  return Math.ceil((fromMs - beat) / everyMs) * everyMs + beat
}

function trafficFrom(link: IkeLink, side: SideName, fromMs: number): number {
  const every = link[side].habits.onTrafficMs
  return every === undefined ? fromMs : nextBeat(`${link.key} ${side} traffic`, every, fromMs)
}

/** The lifetime that one end is configured with, in milliseconds. */
export function ownLifetimeMs(link: IkeLink, side: SideName, times: IkeTimes): number {
  const seconds = times.lifetimeFixed === true ? undefined : link[side].endpoint.ikeSeconds?.[link.version]
  return seconds === undefined ? times.lifetimeMs : seconds * 1000
}

/** When an IKE SA ends: IKEv1 agrees on the lower lifetime, and IKEv2's shorter end lets it go. */
export function lifetimeMs(link: IkeLink, times: IkeTimes): number {
  return Math.min(ownLifetimeMs(link, 'a', times), ownLifetimeMs(link, 'b', times))
}

/** The end that replaces an SA before it ends; it is the initiator of the new one (RFC 7296, 1.3.2 and 2.8). */
export function rekeyerOf(link: IkeLink, sa: IkeWorldSa, times: IkeTimes): SideName | undefined {
  if (lapsesOn(link)) return undefined
  const able = sides.filter((side) => link[side].habits.rekeys === true && link[side].mayRekey)
  const [a, b] = [ownLifetimeMs(link, 'a', times), ownLifetimeMs(link, 'b', times)]
  // IKEv2 lifetimes are not negotiated: for the end with the longer one it is not time yet.
  const due = link.version === 2 && a !== b ? able.filter((side) => side === (a < b ? 'a' : 'b')) : able
  return due.includes(sa.initiator) ? sa.initiator : due[0]
}

/** How long before its end an SA is rekeyed: for so long there are two. */
export function overlapMs(lifetime: number): number {
  return Math.floor(Math.min(30_000, lifetime / 4))
}

/** True where an IKE SA is let go while its IPsec SAs live on: known of IKEv1 only. */
export function lapsesOn(link: IkeLink): boolean {
  return link.version === 1 && sides.some((side) => link[side].habits.lapses === true)
}

/** When an end that would start now really does, and which ends do then. */
export function nextStart(
  state: LinkState,
): { readonly atMs: number; readonly by: readonly SideName[] } | undefined {
  const { link, downMs, quietMs, children } = state
  const from = Math.max(downMs + setupMs, quietMs ?? -Infinity, children?.endsMs ?? -Infinity)
  const plans = startersOf(link).map((side) => ({ side, atMs: trafficFrom(link, side, from) }))
  const atMs = Math.min(...plans.map((plan) => plan.atMs))
  if (plans.length === 0 || atMs >= deathOf(link)) return undefined
  return { atMs, by: plans.filter((plan) => plan.atMs === atMs).map((plan) => plan.side) }
}

/** The first moment at which nothing has passed for the idle timeout; undefined where that never comes. */
function idleAt(link: IkeLink, sa: IkeWorldSa): number | undefined {
  const idle = Math.min(link.a.endpoint.idleMs ?? Infinity, link.b.endpoint.idleMs ?? Infinity)
  const talking = sides.filter((side) => link[side].habits.onTrafficMs !== undefined)
  if (idle === Infinity || talking.length === 0) return undefined
  let last = sa.startedMs
  while (last < sa.endsMs) {
    const next = Math.min(...talking.map((side) => trafficFrom(link, side, last + 1)))
    if (next - last > idle) return last + idle
    last = next
  }
  return undefined
}

/** From when on the tunnel has traffic again. */
export function trafficAgain(link: IkeLink, fromMs: number): number {
  const talking = sides.filter((side) => link[side].habits.onTrafficMs !== undefined)
  return Math.min(...talking.map((side) => trafficFrom(link, side, fromMs)))
}

/** What happens next on this tunnel; undefined where nothing will. */
export function nextEvent(state: LinkState, times: IkeTimes): LinkEvent | undefined {
  if (state.sas.length === 0) {
    const start = nextStart(state)
    return start === undefined ? undefined : { atMs: start.atMs, what: 'start' }
  }
  const { link } = state
  const events: LinkEvent[] = state.sas.map((sa) => ({ atMs: sa.endsMs, what: 'end' }))
  const death = deathOf(link)
  const living = (event: LinkEvent): void => {
    if (event.atMs < death) events.push(event)
  }
  if (state.renewMs !== undefined) living({ atMs: state.renewMs, what: 'renew' })
  for (const sa of state.sas) {
    if (sa.rekeyed === true || rekeyerOf(link, sa, times) === undefined) continue
    living({ atMs: rekeyMs(sa), what: 'rekey' })
  }
  const newest = state.sas.at(-1)
  const idle = newest === undefined ? undefined : idleAt(link, newest)
  if (idle !== undefined) living({ atMs: idle, what: 'idle' })
  return events.reduce((first, event) => (event.atMs < first.atMs ? event : first))
}

export function rekeyMs(sa: IkeWorldSa): number {
  return sa.endsMs - overlapMs(sa.endsMs - sa.startedMs)
}
