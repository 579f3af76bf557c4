import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { DeviceOutcome, RunResult, Status } from '../../src/model/outcome.ts'
import type { Channel } from '../../src/model/schedules.ts'
import type { ServeEvent } from '../../src/model/serve-event.ts'
import {
  type DeviceStanding,
  type DeviceState,
  emptyServeState,
  type QueuedNotice,
  type ServeState,
} from '../../src/model/serve-state.ts'
import { type NoticeSettings, tell } from '../../src/serve/notices.ts'
import type { Queued } from '../../src/serve/queue.ts'
import { device, profile, run } from '../report/builders.ts'

/** 2026-11-24 02:15 UTC and so many hours. */
export function hour(hours: number): string {
  return new Date(Date.parse('2026-11-24T02:15:00.000Z') + hours * 3_600_000).toISOString()
}

export function channel(name: string, more: Partial<Channel> = {}): Channel {
  return { name, url: { kind: 'env', name: `${name.toUpperCase()}_WEBHOOK` }, ...more }
}

/** One schedule `hubs` that tells `noc`, which is reminded once a day. */
export const settings: NoticeSettings = {
  channels: [channel('noc', { remindMs: 24 * 3_600_000 })],
  schedules: [{ name: 'hubs', playbook: 'playbooks/hubs.yml', notify: ['noc'] }],
}

export const well: DeviceStanding = { status: 'compliant', codes: [] }
export const drifted: DeviceStanding = {
  status: 'pending',
  kind: 'drifted',
  codes: [],
  message: 'VPN is bidirectional again',
  next: 'put it back: ikero drift playbooks/hubs.yml --remediate --limit hub3',
}
export const unreachable: DeviceStanding = {
  status: 'unreachable',
  codes: ['CONNECT_FAILED'],
  message: 'no route',
}

export type Standings = Readonly<Record<string, DeviceStanding>>

/** The state after a run that saw these devices; its history grows as that of the reducer does. */
export function seen(
  state: ServeState,
  standings: Standings,
  at: string,
  schedule: string = 'hubs',
): ServeState {
  const others = state.devices.filter((one) => one.schedule !== schedule)
  const devices = Object.entries(standings).map(([host, now]): DeviceState => {
    const old = state.devices.find((one) => one.schedule === schedule && one.host === host)
    const same = JSON.stringify(old?.now) === JSON.stringify(now)
    const history = old?.history ?? []
    return {
      schedule,
      host,
      now,
      since: same ? (old?.since ?? at) : at,
      seenAt: at,
      runId: 'r1',
      roles: {},
      roundTrips: 3,
      history: same ? history : [...history, { at, runId: 'r1', to: now }],
    }
  })
  return { ...state, devices: [...others, ...devices] }
}

export function outcomeOf(host: string, status: Status, sent: boolean = false): DeviceOutcome {
  return device(host, status, { targets: [profile('VPN', status, { sent })] })
}

/** The end of a run with these devices. */
export function ended(
  standings: Standings,
  more: Partial<RunResult> = {},
  schedule: string = 'hubs',
): Extract<ServeEvent, { kind: 'run-ended' }> {
  const devices = Object.entries(standings).map(([host, { status }]) => outcomeOf(host, status))
  const result = run(devices, {
    command: 'drift',
    runId: '20261124-021500-abcd',
    interrupted: false,
    ...more,
  })
  return {
    kind: 'run-ended',
    schedule,
    dueAt: hour(0),
    durationMs: 9_000,
    exitCode: exitCodeOf(result),
    result,
  }
}

/** One run after the other, told with these settings; the queue is emptied before each. */
export interface Teller {
  readonly state: ServeState
  /** What a run that sees these devices has to tell, by channel. */
  run(at: string, standings: Standings, more?: Partial<RunResult>): readonly QueuedNotice[]
  event(at: string, event: ServeEvent, change?: (state: ServeState) => ServeState): readonly QueuedNotice[]
  /** As a restart leaves it. */
  apply(change: (state: ServeState) => Queued): readonly QueuedNotice[]
}

export function teller(to: NoticeSettings = settings): Teller {
  let state: ServeState = emptyServeState
  const apply: Teller['apply'] = (change) => {
    const done = change({ ...state, queue: [] })
    // A restart between any two steps.
    state = JSON.parse(JSON.stringify(done.state))
    return state.queue
  }
  const event: Teller['event'] = (at, what, change = (one) => one) =>
    apply((before) => tell(before, change(before), { at, event: what }, to))
  return {
    get state() {
      return state
    },
    apply,
    event,
    run: (at, standings, more) => event(at, ended(standings, more), (one) => seen(one, standings, at)),
  }
}

/** `wrong hub3 pending`, `well hub3 compliant`: the changes of a notice in short. */
export function short(notice: QueuedNotice | undefined): readonly string[] {
  const changes = notice?.body.changes
  if (!Array.isArray(changes)) return []
  return changes.map((one) => [one.news, one.host ?? one.subject, one.to].join(' '))
}

export function textOf(notice: QueuedNotice | undefined): string {
  return String(notice?.body.text)
}
