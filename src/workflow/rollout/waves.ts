import type { Amount, Canary } from '../../model/rollout.ts'

/** What decides the wave of a device that is to be changed. */
export interface WaveDevice {
  readonly host: string
  /** Peers of the targets that are to be changed. */
  readonly peers: number
  /** Label and value, as one text, of every label that keeps devices apart. */
  readonly apart: readonly string[]
  /** The family of its software where ikero knows it from documents only. */
  readonly emulated?: string
}

/** Devices that are changed together, in the order of the run. */
export interface Wave {
  readonly canary: boolean
  readonly hosts: readonly string[]
}

export interface WaveRules {
  readonly canary: Canary
  readonly wave: Amount
}

/**
 * How many devices a wave may have, of `total` that are to be changed: a share never comes to more than it says,
 * and to at least one. `25%` of 10 is 2.
 */
export function waveSize(wave: Amount, total: number): number {
  if (wave.kind === 'count') return Math.max(1, wave.count)
  return Math.max(1, Math.floor((total * wave.percent) / 100))
}

/**
 * The devices that go first: those that are named, or so many of those with the fewest peers (of equals the first
 * of the run). A number takes no two that are to be kept apart, while others are there.
 */
export function canariesOf(devices: readonly WaveDevice[], canary: Canary): readonly WaveDevice[] {
  if (canary.kind === 'named') {
    const names = new Set(canary.hosts)
    return devices.filter(({ host }) => names.has(host))
  }
  const fewest = devices.toSorted((a, b) => a.peers - b.peers)
  const room = new Room(canary.count)
  const chosen = new Set(fewest.filter((device) => room.take(device)))
  for (const device of fewest) if (chosen.size < canary.count) chosen.add(device)
  return devices.filter((device) => chosen.has(device))
}

/**
 * The waves of the devices that are to be changed: canaries first, then the others in the order of the run. Each
 * device is in exactly one; one that cannot share a wave with those before it goes into the next that has room.
 */
export function wavesOf(devices: readonly WaveDevice[], { canary, wave }: WaveRules): readonly Wave[] {
  const first = canariesOf(devices, canary)
  const early = new Set(first)
  const rest = devices.filter((device) => !early.has(device))
  return [
    ...packed(first, Math.max(1, first.length)).map((hosts) => ({ canary: true, hosts })),
    ...packed(rest, waveSize(wave, devices.length)).map((hosts) => ({ canary: false, hosts })),
  ]
}

/** One wave while it is filled. */
class Room {
  readonly hosts: string[] = []
  readonly #size: number
  readonly #apart = new Set<string>()
  #family: { readonly emulated: string | undefined } | undefined

  constructor(size: number) {
    this.#size = size
  }

  get full(): boolean {
    return this.hosts.length >= this.#size
  }

  /** True: the device is in. */
  take({ host, apart, emulated }: WaveDevice): boolean {
    if (this.full || apart.some((one) => this.#apart.has(one))) return false
    this.#family ??= { emulated }
    if (this.#family.emulated !== emulated) return false
    for (const one of apart) this.#apart.add(one)
    this.hosts.push(host)
    return true
  }
}

function packed(devices: readonly WaveDevice[], size: number): readonly (readonly string[])[] {
  const rooms: Room[] = []
  // Where the search begins: all rooms before are full, or hold a device of the same label already.
  let open = 0
  const after = new Map<string, number>()
  for (const device of devices) {
    let at = Math.max(open, ...device.apart.map((one) => after.get(one) ?? 0))
    while (at < rooms.length && rooms[at]?.take(device) !== true) at += 1
    if (at === rooms.length) {
      const room = new Room(size)
      room.take(device)
      rooms.push(room)
    }
    for (const one of device.apart) after.set(one, at + 1)
    while (rooms[open]?.full === true) open += 1
  }
  return rooms.map((room) => room.hosts)
}
