import { isAddress } from '../src/model/address.ts'
import { asaAddresses, asaEndpoints } from './asa/ike-ends.ts'
import { asaRelease } from './asa/release.ts'
import { initialConfig as initialAsa } from './asa/running.ts'
import { mergeConfig, parseConfig } from './config-tree.ts'
import type { DeviceState, Surroundings } from './device-state.ts'
import { hashOf } from './hash.ts'
import { advance, clearSas, createWorld, numberedAnew, withParties } from './ike.ts'
import type { IkeEndpoint, IkeParty, IkeWorld } from './ike-types.ts'
import { attemptsOf, flowsOf, sasOf } from './ike-view.ts'
import { addressesOf, iosEndpoints } from './ios/ike-ends.ts'
import { beginRevert, revertDueMs, reverted } from './ios/revert-timer.ts'
import { initialConfig as initialIos, sectionRank } from './ios/running.ts'
import type { Outcome } from './machine.ts'
import { type BootCause, bootMs, Power } from './power.ts'
import type { Scenario, ScenarioDevice, ScenarioEnd } from './scenario.ts'

/** The tunnel ends of a box, from its running configuration. */
export function endpointsOf(device: DeviceState): readonly IkeEndpoint[] {
  const { box, context } = device
  // A standby unit never sends IKE (syslog 713235), and before 9.0 nothing does in multiple mode.
  if (box.failover?.state === 'standby') return []
  if (box.contexts !== undefined && (context === undefined || !asaRelease(box).contextVpn)) return []
  return device.box.platform === 'asa' ? asaEndpoints(device.running) : iosEndpoints(device.running)
}

/** A box, or a space of it, as its key says: `fw1`, `fw1/customer-a`. */
function keyOf(name: string, context: string | undefined): string {
  return context === undefined ? name : `${name}/${context}`
}

/** The box, or in multiple context mode its system space and each context. */
function bootedSpaces(box: ScenarioDevice, clock: Date): readonly DeviceState[] {
  const contexts = box.contexts ?? []
  return [
    bootedDevice(box, clock),
    ...contexts.map((one): DeviceState => {
      const startup = initialAsa(box, one.config)
      return { box, context: one.name, running: startup, startup }
    }),
  ]
}

function bootedDevice(box: ScenarioDevice, clock: Date): DeviceState {
  const asa = box.platform === 'asa'
  const startup = asa ? initialAsa(box, box.config) : initialIos(box, box.config)
  const unsaved = parseConfig(box.unsaved)
  const device = { box, running: mergeConfig(startup, unsaved, asa ? () => 0 : sectionRank), startup }
  if (box.pendingRevertMs === undefined) return device
  const pending = { minutes: box.pendingRevertMs / 60_000, by: 'alice' }
  return beginRevert(device, { nowMs: 0, wall: box.clock ?? clock }, pending) ?? device
}

/** What a boot leaves of a space: IOS dates its configuration from then, by nobody (public captures). */
function rebooted({ box, context, startup, saved, log }: DeviceState, atMs: number): DeviceState {
  return {
    box,
    running: startup,
    startup,
    ...(context === undefined ? {} : { context }),
    ...(box.platform === 'ios' ? { changed: { atMs } } : {}),
    ...(box.platform === 'ios' || saved === undefined ? {} : { saved }),
    ...(log === undefined ? {} : { log }),
  }
}

/** Whether the stored system space still knows a context. */
function isStored(context: string, { startup }: DeviceState): boolean {
  return startup.some(({ line }) => line === `context ${context}`)
}

function partyOf(device: DeviceState, away: boolean): IkeParty {
  const { box, running } = device
  return {
    name: keyOf(box.name, device.context),
    addresses: box.platform === 'asa' ? asaAddresses(running) : addressesOf(running),
    endpoints: away ? [] : endpointsOf(device),
    ...box.habits,
  }
}

/** IPv6 addresses stand in capitals on IOS; the world knows them by that spelling. */
const upper6 = (address: string): string => (address.includes(':') ? address.toUpperCase() : address)

function endParty(end: ScenarioEnd, boxes: readonly IkeParty[]): IkeParty {
  const peers = end.to.flatMap((name) =>
    isAddress(name) ? [upper6(name)] : (boxes.find((box) => box.name === name)?.addresses ?? []),
  )
  const endpoint: IkeEndpoint = {
    local: upper6(end.address),
    peers,
    versions: [end.protocol === 'ikev2' ? 2 : 1],
    mayStart: end.starts,
    mayAnswer: !end.silent,
    interface: 'outside',
    origin: end.name,
    ...(end.lifetimeMs === undefined ? {} : { ikeSeconds: bothVersions(end.lifetimeMs / 1000) }),
  }
  return { name: end.name, addresses: [upper6(end.address)], endpoints: [endpoint], ...end.habits }
}

const bothVersions = (seconds: number): { readonly 1: number; readonly 2: number } => ({
  1: seconds,
  2: seconds,
})

const week = 604_800_000
const day = 86_400_000

/** Something that happens at a time of the world's clock. */
interface Due {
  readonly atMs: number
  readonly happen: () => void
}

/** What all sessions of all devices share: configurations, SAs, and the one clock. Built per scenario. */
export class World {
  readonly #scenario: Scenario
  readonly #now: () => number
  readonly #startMs: number
  readonly #devices: Map<string, DeviceState>
  /** Contexts that were taken away; a session that stands in one still sees it. */
  readonly #removed = new Set<string>()
  readonly #power = new Power()
  #offsetMs = 0
  #due: readonly Due[] = []
  /** While something happens: the time at which it was due. */
  #happeningMs: number | undefined
  #ike: IkeWorld

  constructor(scenario: Scenario, now: () => number) {
    this.#scenario = scenario
    this.#now = now
    this.#startMs = now()
    this.#devices = new Map(
      scenario.devices
        .flatMap((box) => bootedSpaces(box, scenario.clock))
        .map((space) => [keyOf(space.box.name, space.context), space]),
    )
    const { renewMs, ikeLifetimeMs, ipsecLifetimeMs } = scenario.peers
    this.#ike = createWorld(this.#parties(), {
      lifetimeMs: ikeLifetimeMs ?? day,
      lifetimeFixed: ikeLifetimeMs !== undefined,
      childMs: ipsecLifetimeMs,
      ...(renewMs === undefined ? {} : { renewMs }),
    })
  }

  /** Makes something happen so long from now, at the latest when somebody looks. */
  after(ms: number, happen: () => void): void {
    this.#due = [...this.#due, { atMs: this.#elapsedMs() + ms, happen }]
  }

  /** Moves the clock forward. */
  skip(ms: number): void {
    this.#offsetMs += ms
  }

  /** A device, or a context of it, and its surroundings as they are now. */
  look(box: string, context?: string): { readonly device: DeviceState; readonly around: Surroundings } {
    const name = keyOf(box, context)
    this.#catchUp()
    const device = this.#device(name)
    const ike = this.#ike
    const { nowMs } = ike
    const boot = this.#power.lastBoot(box)
    // Most lines, and every prompt, ask for none of the SAs.
    const around = {
      nowMs,
      wall: this.#wallOf(device),
      uptimeMs: nowMs - (boot?.atMs ?? -3 * week - (hashOf(`${box} uptime`) % (20 * week))),
      ...(boot === undefined ? {} : { boot }),
      away: this.#power.isAway(box, nowMs),
      ipsecLifetime: Math.floor(this.#scenario.peers.ipsecLifetimeMs / 1000),
      get sas() {
        return sasOf(ike, name)
      },
      get flows() {
        return flowsOf(ike, name)
      },
      get attempts() {
        return attemptsOf(ike, name)
      },
      contexts: (device.box.contexts ?? []).flatMap((one) =>
        this.#removed.has(keyOf(box, one.name)) ? [] : [one.name],
      ),
    }
    return { device, around }
  }

  /**
   * A box boots: running becomes startup, its SAs go at both ends, their numbers begin anew, and nobody reaches it for
   * {@link bootMs}. Sessions that were open are over. A failover mate stays what it is.
   */
  reload(box: string, cause: BootCause = 'power-on'): void {
    this.#catchUp()
    const { nowMs } = this.#ike
    this.#power.boot(this.#device(box).box.name, { atMs: nowMs + bootMs, cause })
    const own = [...this.#devices].filter(([, device]) => device.box.name === box)
    for (const [name, device] of own) {
      this.#put(name, rebooted(device, nowMs + bootMs))
      if (device.context !== undefined && isStored(device.context, this.#device(box)))
        this.#removed.delete(name)
    }
    this.#ike = own.reduce((ike, [name]) => numberedAnew(ike, name), this.#ike)
    this.#awayFor(bootMs)
  }

  /** Nobody reaches a box for so long, and its tunnels are down; what it is configured with stays. */
  outage(box: string, ms: number): void {
    this.#catchUp()
    this.#power.leave(this.#device(box).box.name, this.#ike.nowMs + ms)
    this.#awayFor(ms)
  }

  #awayFor(ms: number): void {
    this.#ike = withParties(this.#ike, this.#parties())
    this.after(ms, () => {
      this.#ike = withParties(this.#ike, this.#parties())
    })
  }

  /** Puts into force what a line changed: the configuration, SAs that were cleared, and a reload. */
  settle(box: string, { device, clear, saveAll, removed, reload }: Outcome): void {
    const name = keyOf(box, device.context)
    this.#ike = advance(this.#ike, this.#elapsedMs())
    if (clear !== undefined) this.#ike = clearSas(this.#ike, name, clear)
    const before = this.#device(name)
    this.#put(name, device)
    if (saveAll === true) this.#saveContexts(device)
    if (removed !== undefined) this.#removed.add(keyOf(box, removed))
    if (before.running !== device.running || removed !== undefined)
      this.#ike = withParties(this.#ike, this.#parties())
    if (reload === true) this.reload(box, 'reload')
  }

  /** What the active unit of a pair has, its mate gets. */
  #put(name: string, device: DeviceState): void {
    const before = this.#device(name)
    this.#devices.set(name, device)
    const mate = this.#mateOf(device)
    if (mate === undefined || (before.running === device.running && before.startup === device.startup)) return
    const { running, startup, changed, saved } = device
    this.#devices.set(keyOf(mate.box.name, mate.context), {
      ...mate,
      running,
      startup,
      ...(changed === undefined ? {} : { changed }),
      ...(saved === undefined ? {} : { saved }),
    })
  }

  #mateOf({ box, context }: DeviceState): DeviceState | undefined {
    const { failover } = box
    if (failover?.state !== 'active' || !failover.synced) return undefined
    return [...this.#devices.values()].find(
      (other) =>
        other.context === context &&
        other.box.name !== box.name &&
        other.box.failover?.pair === failover.pair,
    )
  }

  #saveContexts({ box, saved }: DeviceState): void {
    for (const [name, device] of this.#devices) {
      if (device.box !== box || device.context === undefined) continue
      this.#put(name, { ...device, startup: device.running, ...(saved === undefined ? {} : { saved }) })
    }
  }

  #device(name: string): DeviceState {
    const device = this.#devices.get(name)
    if (device === undefined) throw new Error(`no such device: ${name}`)
    return device
  }

  #elapsedMs(): number {
    return this.#happeningMs ?? this.#now() - this.#startMs + this.#offsetMs
  }

  #wallOf({ box }: DeviceState): Date {
    return new Date((box.clock ?? this.#scenario.clock).getTime() + this.#ike.nowMs)
  }

  /** Everything that was due by now, each at its own time; then the tunnels as they are now. */
  #catchUp(): void {
    const until = this.#elapsedMs()
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      const { atMs, happen } = next
      this.#due = this.#due.filter((one) => one !== next)
      this.#ike = advance(this.#ike, atMs)
      const outer = this.#happeningMs
      this.#happeningMs = this.#ike.nowMs
      happen()
      this.#happeningMs = outer
    }
    this.#ike = advance(this.#ike, until)
  }

  #next(until: number): Due | undefined {
    const reverts = [...this.#devices].flatMap(([name, device]): readonly Due[] => {
      const atMs = revertDueMs(device)
      return atMs === undefined ? [] : [{ atMs, happen: () => this.#revert(name) }]
    })
    const due = [...this.#due, ...reverts].filter(({ atMs }) => atMs <= until)
    return due.sort((a, b) => a.atMs - b.atMs)[0]
  }

  #revert(name: string): void {
    const device = this.#device(name)
    this.#put(name, reverted(device, { wall: this.#wallOf(device), nowMs: this.#ike.nowMs }))
    this.#ike = withParties(this.#ike, this.#parties())
  }

  #parties(): readonly IkeParty[] {
    const there = [...this.#devices].filter(([name]) => !this.#removed.has(name))
    const nowMs = this.#elapsedMs()
    const boxes = there.map(([, device]) => partyOf(device, this.#power.isAway(device.box.name, nowMs)))
    return [...boxes, ...this.#scenario.peers.ends.map((end) => endParty(end, boxes))]
  }
}
