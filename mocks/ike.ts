import { EventQueue } from './event-queue.ts'
import { linksOf, startersOf } from './ike-links.ts'
import type { IkeLink, IkeParty, IkeTimes, IkeWorld, IkeWorldSa, LinkState } from './ike-types.ts'

/** From the first packet to the SA, in milliseconds. */
export const setupMs = 120

/** FNV-1a over the text: spreads tunnels in time and makes numbers that look like a device's. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  return (hash ^ (hash >>> 15)) >>> 0
}

/** A world in which the tunnels that can be up have been up for a while. */
export function createWorld(parties: readonly IkeParty[], times: IkeTimes): IkeWorld {
  const spread = times.renewMs ?? Math.min(times.lifetimeMs / 2, 1_800_000)
  const links = new Map<string, LinkState>()
  for (const link of linksOf(parties)) {
    links.set(link.key, fresh(link, -setupMs - Math.floor(hashOf(`${link.key} born`) % spread), times))
  }
  const born = Math.min(0, ...[...links.values()].map((state) => state.downMs))
  return advance({ nowMs: born, times, parties, links, counters: new Map() }, 0)
}

function fresh(link: IkeLink, downMs: number, times: IkeTimes): LinkState {
  return scheduled({ link, sas: [], downMs }, downMs, times)
}

/** Sets the next renewal after a moment; each tunnel has its own beat, so that not all go at once. */
function scheduled(state: LinkState, afterMs: number, times: IkeTimes): LinkState {
  const { renewMs: _past, ...rest } = state
  const { link } = state
  const starters = startersOf(link)
  const renewing = starters.some((side) => link[side].renews)
  if (times.renewMs === undefined || !renewing) return rest
  const beat = hashOf(link.key) % times.renewMs
  const next = Math.floor((afterMs - beat) / times.renewMs + 1) * times.renewMs + beat
  return { ...rest, renewMs: next }
}

/** When something happens on this tunnel by itself; undefined where nothing will. */
function nextEventMs(state: LinkState): number | undefined {
  if (state.sas.length === 0) {
    return startersOf(state.link).length === 0 ? undefined : state.downMs + setupMs
  }
  const expiry = Math.min(...state.sas.map((sa) => sa.endsMs))
  return Math.min(expiry, state.renewMs ?? expiry)
}

/** The same world later. However the way there is cut into steps, it is the same. */
export function advance(world: IkeWorld, toMs: number): IkeWorld {
  if (toMs <= world.nowMs) return world
  const links = new Map(world.links)
  const counters = new Map(world.counters)
  const due = new EventQueue()
  const note = (state: LinkState): void => {
    const at = nextEventMs(state)
    if (at !== undefined && at <= toMs) due.add(state.link.key, at)
  }
  for (const state of links.values()) note(state)
  for (let event = due.take(); event !== undefined; event = due.take()) {
    const state = links.get(event.key)
    if (state === undefined) continue
    const after = happen(state, event.atMs, world.times, counters)
    links.set(event.key, after)
    note(after)
  }
  return { ...world, nowMs: toMs, links, counters }
}

function happen(state: LinkState, atMs: number, times: IkeTimes, counters: Map<string, number>): LinkState {
  if (state.sas.length === 0) {
    const sas = startersOf(state.link).map((initiator): IkeWorldSa => {
      const numbers = { a: count(counters, state.link.a.party), b: count(counters, state.link.b.party) }
      return { initiator, startedMs: atMs, endsMs: atMs + times.lifetimeMs, numbers }
    })
    return scheduled({ ...state, sas }, atMs + setupMs, times)
  }
  if (state.renewMs !== undefined && state.renewMs <= atMs) return { ...state, sas: [], downMs: atMs }
  const left = state.sas.filter((sa) => sa.endsMs > atMs)
  return left.length > 0 ? { ...state, sas: left } : { ...state, sas: left, downMs: atMs }
}

function count(counters: Map<string, number>, party: string): number {
  const next = (counters.get(party) ?? 0) + 1
  counters.set(party, next)
  return next
}

/** Puts changed configurations into force: what is up stays up, as long as both ends still list each other. */
export function withParties(world: IkeWorld, parties: readonly IkeParty[]): IkeWorld {
  const links = new Map<string, LinkState>()
  for (const link of linksOf(parties)) {
    const old = world.links.get(link.key)
    if (old === undefined) links.set(link.key, fresh(link, world.nowMs, world.times))
    else links.set(link.key, carried(old, link, world))
  }
  return { ...world, parties, links }
}

function carried(old: LinkState, link: IkeLink, world: IkeWorld): LinkState {
  const woken = old.sas.length === 0 && startersOf(old.link).length === 0
  return scheduled({ ...old, link, ...(woken ? { downMs: world.nowMs } : {}) }, world.nowMs, world.times)
}

/** Which SAs of one party go: all, those with a peer, of a version, or the one with a number. */
export interface ClearRequest {
  readonly peer?: string
  readonly version?: 1 | 2
  readonly number?: number
}

/** Takes SAs away at both ends, as a delete message does. */
export function clearSas(world: IkeWorld, party: string, request: ClearRequest): IkeWorld {
  const links = new Map(world.links)
  for (const [key, state] of links) {
    const { link } = state
    const own = link.a.party === party ? 'a' : link.b.party === party ? 'b' : undefined
    if (own === undefined) continue
    const peer = link[own === 'a' ? 'b' : 'a'].endpoint.local
    if (request.version !== undefined && request.version !== link.version) continue
    if (request.peer !== undefined && request.peer !== peer) continue
    const sas = state.sas.filter((sa) => request.number !== undefined && sa.numbers[own] !== request.number)
    if (sas.length === state.sas.length) continue
    links.set(key, { ...state, sas, ...(sas.length === 0 ? { downMs: world.nowMs } : {}) })
  }
  return { ...world, links }
}
