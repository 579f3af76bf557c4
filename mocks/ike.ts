import { EventQueue } from './event-queue.ts'
import { hashOf } from './hash.ts'
import { blockedUntil, PeerGroups } from './ike-groups.ts'
import { linksOf, startersOf } from './ike-links.ts'
import {
  type LinkEvent,
  lapsesOn,
  lifetimeMs,
  nextBeat,
  nextEvent,
  nextStart,
  rekeyerOf,
  rekeyMs,
  setupMs,
  trafficAgain,
} from './ike-timing.ts'
import type {
  IkeLink,
  IkeParty,
  IkeTimes,
  IkeWorld,
  IkeWorldSa,
  LapsedChildren,
  LinkState,
  SideName,
} from './ike-types.ts'

/** A world in which the tunnels that can be up have been up for a while. */
export function createWorld(parties: readonly IkeParty[], times: IkeTimes): IkeWorld {
  const spread = times.renewMs ?? Math.min(times.lifetimeMs / 2, 1_800_000)
  const links = new Map<string, LinkState>()
  for (const link of linksOf(parties)) {
    const waiting = Math.max(link.a.habits.onTrafficMs ?? 0, link.b.habits.onTrafficMs ?? 0)
    const downMs = -setupMs - waiting - Math.floor(hashOf(`${link.key} born`) % spread)
    links.set(link.key, fresh(link, downMs, times))
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
  const renewing = startersOf(link).some((side) => link[side].habits.renews)
  if (times.renewMs === undefined || !renewing) return rest
  return { ...rest, renewMs: nextBeat(link.key, times.renewMs, Math.floor(afterMs) + 1) }
}

/** The same world later. However the way there is cut into steps, it is the same. */
export function advance(world: IkeWorld, toMs: number): IkeWorld {
  if (toMs <= world.nowMs) return world
  return new Passage(world, toMs).walk()
}

/** One way from a moment to a later one. */
class Passage {
  readonly #from: IkeWorld
  readonly #toMs: number
  readonly #links: Map<string, LinkState>
  readonly #counters: Map<string, number>
  readonly #groups: PeerGroups
  readonly #due = new EventQueue()

  constructor(from: IkeWorld, toMs: number) {
    this.#from = from
    this.#toMs = toMs
    this.#links = new Map(from.links)
    this.#counters = new Map(from.counters)
    this.#groups = new PeerGroups(from.links)
  }

  walk(): IkeWorld {
    for (const state of this.#links.values()) this.#note(state)
    for (let next = this.#due.take(); next !== undefined; next = this.#due.take()) {
      const state = this.#links.get(next.key)
      const event = state === undefined ? undefined : this.#eventOf(state)
      // What was due may have been overtaken by what another tunnel did.
      if (state === undefined || event === undefined || event.atMs > next.atMs) continue
      this.#happen(state, { ...event, atMs: next.atMs })
    }
    return { ...this.#from, nowMs: this.#toMs, links: this.#links, counters: this.#counters }
  }

  /** What a change of configuration made due in the past happens when the configuration changed. */
  #eventOf(state: LinkState): LinkEvent | undefined {
    const event = nextEvent(state, this.#from.times)
    return event === undefined ? undefined : { ...event, atMs: Math.max(event.atMs, this.#from.nowMs) }
  }

  #note(state: LinkState): void {
    const event = this.#eventOf(state)
    if (event !== undefined && event.atMs <= this.#toMs) this.#due.add(state.link.key, event.atMs)
  }

  #happen(state: LinkState, event: LinkEvent): void {
    if (event.what === 'start') {
      const until = blockedUntil(state.link, this.#groups, this.#links, event.atMs)
      if (until !== undefined) {
        if (until <= this.#toMs) this.#due.add(state.link.key, until)
        return
      }
    }
    const after = this.#after(state, event)
    this.#links.set(state.link.key, after)
    this.#note(after)
    if (state.sas.length > 0 && after.sas.length === 0) this.#release(state.link, event.atMs)
  }

  /** The other peers of an entry may be tried from now on. */
  #release(link: IkeLink, atMs: number): void {
    for (const key of this.#groups.others(link)) {
      const other = this.#links.get(key)
      if (other === undefined || other.sas.length > 0) continue
      const waiting = { ...other, downMs: Math.max(other.downMs, atMs) }
      this.#links.set(key, waiting)
      this.#note(waiting)
    }
  }

  #after(state: LinkState, event: LinkEvent): LinkState {
    const { atMs } = event
    const { times } = this.#from
    switch (event.what) {
      case 'start':
        return this.#started(state, atMs)
      case 'rekey':
        return this.#rekeyed(state, atMs)
      case 'renew':
        return renewed(state, atMs)
      case 'idle':
        return { ...gone(state, atMs), quietMs: trafficAgain(state.link, atMs + 1) }
      case 'end': {
        const left = state.sas.filter((sa) => sa.endsMs > atMs)
        return left.length > 0 ? { ...state, sas: left } : lapsed(gone(state, atMs), state, times)
      }
    }
  }

  #started(state: LinkState, atMs: number): LinkState {
    const { quietMs: _over, children: _rekeyed, ...rest } = state
    const by = nextStart(state)?.by ?? []
    const sas = by.map((initiator) => this.#newSa(state.link, initiator, atMs))
    return scheduled({ ...rest, sas }, atMs + setupMs, this.#from.times)
  }

  #rekeyed(state: LinkState, atMs: number): LinkState {
    const { link } = state
    const { times } = this.#from
    const due = state.sas.find(
      (sa) => sa.rekeyed !== true && rekeyMs(sa) <= atMs && rekeyerOf(link, sa, times) !== undefined,
    )
    const initiator = due === undefined ? undefined : rekeyerOf(link, due, times)
    if (due === undefined || initiator === undefined) return state
    const old = state.sas.map((sa) => (sa === due ? { ...sa, rekeyed: true } : sa))
    return { ...state, sas: [...old, this.#newSa(link, initiator, atMs)] }
  }

  #newSa(link: IkeLink, initiator: SideName, atMs: number): IkeWorldSa {
    const numbers = { a: this.#count(link.a.party), b: this.#count(link.b.party) }
    return { initiator, startedMs: atMs, endsMs: atMs + lifetimeMs(link, this.#from.times), numbers }
  }

  #count(party: string): number {
    const next = (this.#counters.get(party) ?? 0) + 1
    this.#counters.set(party, next)
    return next
  }
}

function gone(state: LinkState, atMs: number): LinkState {
  const { renewMs: _none, quietMs: _past, ...rest } = state
  return { ...rest, sas: [], downMs: atMs }
}

function renewed(state: LinkState, atMs: number): LinkState {
  const { link } = state
  const gap = Math.max(link.a.habits.gapMs ?? 0, link.b.habits.gapMs ?? 0)
  const down = { ...state, sas: [], downMs: atMs }
  return gap === 0 ? down : { ...down, quietMs: atMs + gap }
}

/** The IPsec SAs of an IKE SA that lapsed: they were rekeyed every so often, and the last ones live on. */
function lapsed(down: LinkState, before: LinkState, times: IkeTimes): LinkState {
  const children = lapsesOn(before.link) ? childrenOf(before, down.downMs, times) : undefined
  return children === undefined ? down : { ...down, children }
}

/** The IPsec SAs that live on when the IKE SA goes at a moment. */
function childrenOf({ sas }: LinkState, atMs: number, { childMs }: IkeTimes): LapsedChildren | undefined {
  const last = sas.at(-1)
  if (childMs === undefined || last === undefined) return undefined
  const rekeys = Math.floor((atMs - last.startedMs) / childMs)
  return { sinceMs: last.startedMs, endsMs: last.startedMs + (rekeys + 1) * childMs }
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
  /** Absent: both. `ike` leaves the IPsec SAs of IKEv1 alone; `ipsec` those IKE SAs that make new ones at once. */
  readonly only?: 'ike' | 'ipsec'
}

/** Takes SAs away at both ends, as a delete message does. */
export function clearSas(world: IkeWorld, party: string, request: ClearRequest): IkeWorld {
  const links = new Map(world.links)
  const groups = new PeerGroups(links)
  for (const [key, state] of links) {
    if (!concerns(state, party, request)) continue
    const next = cleared(state, party, request, world)
    if (next === undefined) continue
    links.set(key, next)
    for (const other of next.sas.length === 0 ? groups.others(state.link) : []) {
      const waiting = links.get(other)
      if (waiting !== undefined && waiting.sas.length === 0) {
        links.set(other, { ...waiting, downMs: world.nowMs })
      }
    }
  }
  return { ...world, links }
}

/** A party that boots counts its SAs from one again. */
export function numberedAnew(world: IkeWorld, party: string): IkeWorld {
  return { ...world, counters: new Map([...world.counters].filter(([name]) => name !== party)) }
}

function ownSide({ link }: LinkState, party: string): SideName | undefined {
  return link.a.party === party ? 'a' : link.b.party === party ? 'b' : undefined
}

function concerns(state: LinkState, party: string, request: ClearRequest): boolean {
  const own = ownSide(state, party)
  if (own === undefined) return false
  const peer = state.link[own === 'a' ? 'b' : 'a'].endpoint.local
  if (request.version !== undefined && request.version !== state.link.version) return false
  return request.peer === undefined || request.peer === peer
}

/** One tunnel without what is cleared; undefined where nothing of it is there. */
function cleared(
  state: LinkState,
  party: string,
  request: ClearRequest,
  { nowMs, times }: IkeWorld,
): LinkState | undefined {
  const own = ownSide(state, party)
  const { children, ...rest } = state
  if (request.only === 'ipsec') {
    // With an IKE SA that is up, phase 2 makes new ones within a moment.
    return children === undefined
      ? undefined
      : { ...rest, downMs: state.sas.length === 0 ? nowMs : state.downMs }
  }
  const sas = state.sas.filter(
    (sa) => request.number !== undefined && own !== undefined && sa.numbers[own] !== request.number,
  )
  const outlives = request.only === 'ike' && state.link.version === 1
  const left = outlives && sas.length === 0 ? (children ?? childrenOf(state, nowMs, times)) : undefined
  const kept = left ?? (request.number === undefined ? undefined : children)
  if (sas.length === state.sas.length && kept === children) return undefined
  return {
    ...rest,
    sas,
    ...(kept === undefined ? {} : { children: kept }),
    ...(sas.length === 0 ? { downMs: nowMs } : {}),
  }
}
