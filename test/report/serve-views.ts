import type { OpenTarget } from '../../src/model/run-view.ts'
import type { DeviceStanding, DeviceState, EndedRun, ScheduleState } from '../../src/model/serve-state.ts'
import type { ScheduleView, ServeView } from '../../src/model/serve-view.ts'
import { coverage } from './builders.ts'

type Part<T> = { readonly [K in keyof T]?: T[K] }

/** Now, in every view: a Wednesday, 05:15 in Tokyo. */
export const now = '2026-11-25T05:15:07+09:00'
export const hourMs = 3_600_000

/** So many hours before now. */
export function ago(hours: number): string {
  return new Date(Date.parse(now) - hours * hourMs).toISOString()
}

export function ended(exitCode: number, hours: number, part: Part<EndedRun> = {}): EndedRun {
  return {
    runId: '20261124T171507-4f1c9a',
    dueAt: ago(hours + 0.02),
    finishedAt: ago(hours),
    durationMs: 72_400,
    exitCode,
    ...part,
  }
}

export function scheduleView(
  name: string,
  state: Part<ScheduleState> = {},
  part: Part<ScheduleView> = {},
): ScheduleView {
  return {
    name,
    cron: '15 2 * * *',
    timezone: 'Asia/Tokyo',
    playbook: `playbooks/${name}.yml`,
    mode: 'check',
    nextAt: ago(-21),
    ...part,
    state: { runs: 31, missed: 0, lastRun: ended(0, 3), lastGood: ended(0, 3), ...state },
  }
}

export function standing(status: DeviceStanding['status'], part: Part<DeviceStanding> = {}): DeviceStanding {
  return { status, codes: [], ...part }
}

export const drifted: DeviceStanding = standing('pending', {
  kind: 'drifted',
  codes: ['DRIFT_FOUND', 'LAST_CHANGE'],
  message: 'VPN is bidirectional again; a run had set responder-only on 2026-11-03, and proven it',
  next: 'ask who changed it (alice, 2026-11-24 01:58 by the clock of hub3), then `ikero apply playbooks/hubs.yml --limit hub3`',
})

export const lostPeer: DeviceStanding = standing('failed', {
  codes: ['PEER_LOST'],
  message: '203.0.113.41 (branch-osaka) had an SA until 2026-11-24 23:40 UTC and has not come back',
  next: 'have the branch start its tunnel, or take the target back: `ikero rollback 20261103T171507-9b02cc --limit hub7`',
})

/** A device that stands as told since so many hours, with what it was before. */
export function deviceState(
  host: string,
  standings: readonly (readonly [hours: number, DeviceStanding])[] = [[400, standing('verified')]],
  part: Part<DeviceState> = {},
): DeviceState {
  const history = standings.map(([hours, to]) => ({ at: ago(hours), runId: '20261124T171507-4f1c9a', to }))
  return {
    schedule: 'hubs',
    host,
    now: standings.at(-1)?.[1] ?? standing('verified'),
    since: history.at(-1)?.at ?? ago(400),
    seenAt: ago(3),
    runId: '20261124T171507-4f1c9a',
    coverage: coverage({ peers: 7, proven: 7 }),
    roles: { responder: 7 },
    roundTrips: 14,
    provenAt: ago(3),
    history,
    ...part,
  }
}

export function serveView(part: Part<ServeView> = {}): ServeView {
  return {
    version: '0.1.0',
    startedAt: ago(24 * 9),
    at: now,
    schedules: [scheduleView('hubs')],
    devices: [deviceState('hub1'), deviceState('hub2')],
    open: [],
    notices: { waiting: 0, lost: 0 },
    warnings: [],
    ...part,
  }
}

const openTargets: readonly OpenTarget[] = [
  {
    runId: '20261124T171507-4f1c9a',
    host: 'hub5',
    target: 'VPN',
    status: 'unproven',
    changedAt: ago(3),
    coverage: coverage({ peers: 7, proven: 5, waiting: 2 }),
    completeBy: ago(-4.6),
    text: '5 of 7 peers proven, 2 waiting, 0 at risk, 0 idle',
  },
]

const waits = standing('unproven', {
  message: '5 of 7 peers proven, 2 waiting: their old SAs have not ended yet',
})
const week = 24 * 7

/** A Wednesday morning: twelve devices, two of them need somebody, one was put back in the night. */
export const morning: ServeView = serveView({
  schedules: [
    scheduleView(
      'hubs',
      {
        lastRun: ended(1, 3),
        lastGood: ended(0, 27, { runId: '20261123T171507-77aa01' }),
        missed: 1,
        lastMissedAt: ago(75),
      },
      { mode: 'remediate' },
    ),
    scheduleView(
      'branches',
      {
        lastRun: ended(0, 47.2, { runId: '20261123T060007-03cc1d' }),
        lastGood: ended(0, 47.2, { runId: '20261123T060007-03cc1d' }),
        runs: 4,
      },
      { cron: '0 6 * * MON', timezone: 'Asia/Tokyo', nextAt: ago(-120.75) },
    ),
    scheduleView(
      'partners',
      {
        running: { dueAt: ago(0.05), since: ago(0.05), runId: '20261124T201207-5d21aa' },
        runs: 900,
        lastRun: ended(0, 0.3, { durationMs: 9_300 }),
        lastGood: ended(0, 0.3),
      },
      { cron: '*/20 * * * *', nextAt: ago(-0.08) },
    ),
  ],
  devices: [
    deviceState('hub1'),
    deviceState('hub2', [
      [600, standing('verified')],
      [190, drifted],
      [188, standing('unproven')],
      [180, standing('verified')],
    ]),
    deviceState(
      'hub3',
      [
        [600, standing('verified')],
        [3, drifted],
      ],
      {
        coverage: coverage({ peers: 12, proven: 9, atRisk: 3 }),
        roles: { responder: 9, initiator: 3 },
        provenAt: ago(27),
      },
    ),
    deviceState('hub4'),
    deviceState(
      'hub5',
      [
        [600, standing('verified')],
        [27, drifted],
        [3, waits],
      ],
      { coverage: coverage({ peers: 7, proven: 5, waiting: 2 }), roles: { responder: 7 }, provenAt: ago(51) },
    ),
    deviceState('hub6'),
    deviceState(
      'hub7',
      [
        [600, standing('verified')],
        [240, standing('unreachable', { codes: ['CONNECT_FAILED'] })],
        [228, standing('verified')],
        [3, lostPeer],
      ],
      {
        coverage: coverage({ peers: 7, proven: 6, lost: 1 }),
        roles: { responder: 6, 'no-sa': 1 },
        provenAt: ago(27),
      },
    ),
    deviceState(
      'old1',
      [
        [
          week * 3,
          standing('blocked', {
            known: true,
            codes: ['RELEASE_TOO_OLD'],
            message: 'replaced in spring, CHG0012346',
          }),
        ],
      ],
      { roles: {}, coverage: coverage({ peers: 2, proven: 0, idle: 2 }) },
    ),
    ...['osaka', 'nagoya', 'sendai'].map((host) =>
      deviceState(host, [[900, standing('compliant')]], {
        schedule: 'branches',
        seenAt: ago(47.2),
        runId: '20261123T060007-03cc1d',
      }),
    ),
    deviceState('asa-partner', [[900, standing('verified')]], { schedule: 'partners', seenAt: ago(0.3) }),
  ],
  open: openTargets,
})

/** Nobody has been here yet. */
export const fresh: ServeView = serveView({
  startedAt: ago(0),
  schedules: [
    {
      name: 'hubs',
      cron: '15 8 * * *',
      timezone: 'Asia/Tokyo',
      playbook: 'playbooks/hubs.yml',
      mode: 'check',
      nextAt: ago(-3),
      state: { runs: 0, missed: 0 },
    },
  ],
  devices: [],
})

/** The last run had no result, and serve is not well itself. */
export const broken: ServeView = serveView({
  notReady: 'the state directory cannot be written',
  schedules: [
    scheduleView('hubs', {
      broken: {
        at: ago(3),
        code: 'PLAYBOOK_INVALID',
        message: 'playbooks/hubs.yml:7:3: unknown key "profle"; did you mean "profile"?',
        next: 'correct the file; `ikero validate playbooks/hubs.yml` says when it is right',
      },
      lastRun: ended(0, 27),
      lastGood: ended(0, 27),
    }),
  ],
  devices: [deviceState('hub1', undefined, { seenAt: ago(27) })],
  notices: { waiting: 2, lost: 1 },
  warnings: [
    'the schedules file was not taken over: schedules.yml:4:9: unknown time zone "Asia/Tokio"; the one before stays in force',
  ],
})

/** A large fleet of three schedules, five devices of which need somebody; each with as many changes as are kept. */
export function largeFleet(size = 500, changes = 60): ServeView {
  const names = ['north', 'south', 'west']
  return serveView({
    schedules: names.map((name) => scheduleView(name)),
    devices: Array.from({ length: size }, (_, nth) => {
      const wrong = nth % 100 === 42
      const past = Array.from(
        { length: changes - 1 },
        (_, change) => [(changes - change) * 30, change % 2 === 0 ? standing('verified') : drifted] as const,
      )
      return deviceState(`gw-${nth}.example.net`, [...past, [3, wrong ? lostPeer : standing('verified')]], {
        schedule: names[nth % 3] ?? 'north',
      })
    }),
  })
}

/** A view in which every text that a file or a device may fill comes from `text`; one device and target of each kind. */
export function filledView(text: () => string): ServeView {
  const stands = (status: DeviceStanding['status'], part: Part<DeviceStanding> = {}): DeviceStanding =>
    standing(status, { codes: [text(), text()], message: text(), next: text(), ...part })
  const device = (schedule: string, to: DeviceStanding): DeviceState => ({
    ...deviceState(text(), [
      [90, stands('verified')],
      [3, to],
    ]),
    schedule,
    runId: text(),
    history: [
      { at: ago(90), runId: text(), to: stands('verified') },
      { at: text(), runId: text(), to: stands('failed') },
      { at: ago(3), runId: text(), to },
    ],
  })
  const names = [text(), text()]
  return serveView({
    version: text(),
    startedAt: text(),
    notReady: text(),
    schedules: names.map((name, nth) =>
      scheduleView(
        name,
        {
          lastRun: ended(1, 3, { runId: text(), dueAt: text() }),
          lastGood: ended(0, 27, { runId: text(), finishedAt: text() }),
          missed: 2,
          lastMissedAt: text(),
          ...(nth === 0
            ? { broken: { at: text(), code: text(), message: text(), next: text() } }
            : { running: { dueAt: text(), since: text(), runId: text() } }),
        },
        { cron: text(), timezone: text(), playbook: text(), nextAt: text() },
      ),
    ),
    devices: [
      device(names[0] ?? '', stands('failed')),
      device(names[0] ?? '', stands('pending', { kind: 'drifted' })),
      device(names[1] ?? '', stands('blocked', { known: true })),
      device(names[1] ?? '', stands('verified')),
    ],
    open: (['unknown', 'unproven'] as const).map((status) => ({
      runId: text(),
      host: text(),
      target: text(),
      status,
      changedAt: text(),
      completeBy: text(),
      text: text(),
    })),
    notices: { waiting: 1, lost: 1 },
    warnings: [text(), text()],
  })
}
