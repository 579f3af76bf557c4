import type { BuiltDevice } from '../../../mocks/build.ts'
import { asked, fought, hosts, neverApplied } from './fleet.ts'
import type { WeekLab } from './lab.ts'
import { loggedIn } from './truth.ts'

// What people and accidents do in the week: some of it is the same in every week, the rest is drawn from a seed.

export const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** The week begins on a Monday, by UTC, and ends with the Sunday on which Europe sets its clocks back. */
export const weekStartMs: number = Date.parse('2026-10-19T00:00:00Z')
export const weekEndMs: number = weekStartMs + 7 * dayMs

/** Something that happens at a moment; `serve` is stopped, begun again, or its receiver goes and comes. */
export interface Happening {
  readonly atMs: number
  /** In one sentence, for the summary. */
  readonly says: string
  readonly act?: (lab: WeekLab) => void
  readonly serve?: 'stop' | 'start'
  readonly receiver?: 'down' | 'up'
}

/** Numbers from 0 up to, not including, 1: the same ones for a seed (mulberry32). */
export function drawer(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function deviceOf({ built }: WeekLab, host: string): BuiltDevice {
  const found = built.devices.find(({ name }) => name === host)
  if (found === undefined) throw new Error(`no device ${host} in the week`)
  return found
}

/** Types in a login of somebody's. Where the device is away nothing is heard. */
function type(lab: WeekLab, host: string, lines: readonly string[]): void {
  const context = asked.find((one) => one.host === host)?.context
  const session = loggedIn(deviceOf(lab, host), context)
  for (const line of lines) session.enter(line)
}

const isAsa = (host: string): boolean => host.startsWith('fw')

function settingLines(host: string, on: boolean): readonly string[] {
  return isAsa(host)
    ? [`crypto map outside_map 10 set connection-type ${on ? 'answer-only' : 'bidirectional'}`]
    : ['crypto ipsec profile VPN', `${on ? '' : 'no '}responder-only`]
}

function configured(lines: readonly string[], save: boolean): readonly string[] {
  return ['configure terminal', ...lines, 'end', ...(save ? ['write memory'] : [])]
}

const saving = (save: boolean): string => (save ? 'and saves' : 'and does not save')

/** Somebody takes the setting away from a device. */
export function takesAway(atMs: number, host: string, save: boolean, who = 'somebody'): Happening {
  const what = isAsa(host) ? 'sets entry 10 bidirectional' : 'types no responder-only'
  return {
    atMs,
    says: `${who} ${what} on ${host} ${saving(save)}`,
    act: (lab) => type(lab, host, configured(settingLines(host, false), save)),
  }
}

function setsByHand(atMs: number, host: string, save: boolean, who: string): Happening {
  return {
    atMs,
    says: `${who} sets ${host} by hand ${saving(save)}`,
    act: (lab) => type(lab, host, configured(settingLines(host, true), save)),
  }
}

function harmless(atMs: number, host: string, save: boolean, words: string): Happening {
  const face = 'interface GigabitEthernet0/0'
  return {
    atMs,
    says: `somebody changes a description on ${host} ${saving(save)}`,
    act: (lab) => type(lab, host, configured([face, `description ${words}`], save)),
  }
}

function saves(atMs: number, host: string): Happening {
  return { atMs, says: `somebody saves ${host}`, act: (lab) => type(lab, host, ['write memory']) }
}

function reload(atMs: number, host: string): Happening {
  return {
    atMs,
    says: `${host} loses its power and boots`,
    act: (lab) => lab.built.world.reload(host),
  }
}

function outage(atMs: number, names: readonly string[], minutes: number): Happening {
  return {
    atMs,
    says: `nobody reaches ${names.join(', ')} for ${minutes} minutes`,
    act: (lab) => {
      for (const host of names) lab.built.world.outage(host, minutes * 60_000)
    },
  }
}

function onTunnel(atMs: number, host: string, on: boolean): Happening {
  const line = `${on ? '' : 'no '}tunnel protection ipsec profile VPN`
  return {
    atMs,
    says: `somebody ${on ? 'puts profile VPN back on' : 'takes profile VPN off'} Tunnel2 of ${host} and saves`,
    act: (lab) => type(lab, host, configured(['interface Tunnel2', line], true)),
  }
}

/** Hosts that the drawn part of the week may touch; the others have a part of their own. */
const free: readonly string[] = hosts.filter((host) => host !== fought && host !== neverApplied)

/** More devices at once than `maxDevices` lets a run put back. */
const massEdited: readonly string[] = ['hub1', 'hub2', 'hub4', 'hub5', 'hub6', 'hub7']

/** Day 0 is Monday. */
const on = (day: number, hour: number, minute = 0): number =>
  weekStartMs + day * dayMs + hour * hourMs + minute * 60_000

/** What happens in every week, whatever the seed. */
const fixed: readonly Happening[] = [
  takesAway(on(0, 9, 10), fought, true, 'the carrier'),
  // Put back and not saved: somebody else's unsaved work would be saved with it.
  takesAway(on(0, 16, 5), 'fw1', true),
  harmless(on(0, 21, 30), 'fw1', false, 'partners'),
  saves(on(1, 8, 45), 'fw1'),
  // Lost with the power: the reload puts it back.
  takesAway(on(1, 16, 10), 'hub10', false),
  reload(on(1, 19, 5), 'hub10'),
  // Over the time of the nightly run: what is begun in its place is outside its window.
  { atMs: on(1, 23, 30), says: 'serve is stopped', serve: 'stop' },
  { atMs: on(2, 4, 30), says: 'serve is begun again', serve: 'start' },
  takesAway(on(2, 16, 45), 'fw2', true),
  onTunnel(on(1, 15, 20), 'hub9', false),
  onTunnel(on(2, 7, 40), 'hub9', true),
  { atMs: on(2, 10), says: 'the receiver of notices fails', receiver: 'down' },
  setsByHand(on(2, 11, 5), neverApplied, false, 'somebody'),
  { atMs: on(2, 14), says: 'the receiver of notices is back', receiver: 'up' },
  takesAway(on(3, 18, 25), 'hub6', true),
  saves(on(3, 20, 15), neverApplied),
  outage(on(4, 0, 5), ['hub6'], 45),
  outage(on(4, 13, 20), ['hub2', 'hub4', 'hub7', 'fw1'], 140),
  ...massEdited.map((host) => takesAway(on(5, 10, 12), host, true, 'a script')),
  ...massEdited.map((host) => setsByHand(on(6, 8, 31), host, true, 'the night shift')),
]

/** The drawn part: each day an edit that matters, one that does not, an outage, and every other day a reload. */
function drawn(draw: () => number): readonly Happening[] {
  const whole = (below: number): number => Math.floor(draw() * below)
  const pick = (from: readonly string[]): string => from[whole(from.length)] ?? fought
  // By day: what happens at night is part of every week already, with what must come of it.
  const daytime = (day: number): number => on(day, 5 + whole(16), 1 + whole(58))
  return [0, 1, 2, 3, 4].flatMap((day): readonly Happening[] => {
    const edited = pick(free)
    const described = pick(free.filter((host) => host !== edited))
    const described2 = daytime(day)
    return [
      takesAway(daytime(day), edited, draw() < 0.5),
      harmless(described2, described, draw() < 0.5, `uplink ${day}`),
      saves(described2 + (2 + whole(10)) * hourMs, described),
      outage(daytime(day), [pick(hosts)], 10 + whole(170)),
      ...(day % 2 === 0 ? [reload(daytime(day), pick(free))] : []),
    ]
  })
}

/** All that happens, in order; what the person of the fought-over device does follows from what ikero does. */
export function scriptOf(seed: number): readonly Happening[] {
  return [...fixed, ...drawn(drawer(seed))].toSorted((a, b) => a.atMs - b.atMs)
}
