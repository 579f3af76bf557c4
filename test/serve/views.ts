import type { OpenTarget } from '../../src/model/run-view.ts'
import type { DeviceStanding, DeviceState, EndedRun } from '../../src/model/serve-state.ts'
import type { ScheduleView, ServeView } from '../../src/model/serve-view.ts'

type Part<T> = { readonly [K in keyof T]?: T[K] }

export const runId = '20261125T021503-4f1c9a'

export function ended(part: Part<EndedRun> = {}): EndedRun {
  return {
    runId,
    dueAt: '2026-11-25T02:15:00.000Z',
    finishedAt: '2026-11-25T02:15:42.500Z',
    durationMs: 39_500,
    exitCode: 0,
    ...part,
  }
}

export function schedule(name: string, part: Part<ScheduleView> = {}): ScheduleView {
  return {
    name,
    cron: '15 2 * * *',
    timezone: 'UTC',
    playbook: 'playbooks/hubs.yml',
    mode: 'check',
    nextAt: '2026-11-26T02:15:00.000Z',
    state: { lastRun: ended(), lastGood: ended(), runs: 1, missed: 0 },
    ...part,
  }
}

export function standing(status: DeviceStanding['status'], part: Part<DeviceStanding> = {}): DeviceStanding {
  return { status, codes: [], ...part }
}

export function device(
  of: string,
  host: string,
  now: DeviceStanding,
  part: Part<DeviceState> = {},
): DeviceState {
  return {
    schedule: of,
    host,
    now,
    since: '2026-11-24T02:15:42.500Z',
    seenAt: '2026-11-25T02:15:42.500Z',
    runId,
    roles: { responder: 2 },
    roundTrips: 7,
    history: [],
    ...part,
  }
}

export function open(part: Part<OpenTarget> = {}): OpenTarget {
  return {
    runId: '20261124T193012-4f1c9a',
    host: 'hub1',
    target: 'VPN',
    status: 'unproven',
    changedAt: '2026-11-24T19:30:20.000Z',
    ...part,
  }
}

export function view(part: Part<ServeView> = {}): ServeView {
  return {
    version: '0.1.0',
    startedAt: '2026-11-20T08:00:00.000Z',
    at: '2026-11-25T09:00:00.000Z',
    schedules: [],
    devices: [],
    open: [],
    notices: { waiting: 0, lost: 0 },
    warnings: [],
    ...part,
  }
}

/** Two schedules over five devices, with one of everything that is worth an alert. */
export const troubledView: ServeView = view({
  schedules: [
    schedule('hubs', {
      mode: 'remediate',
      state: {
        lastRun: ended({ exitCode: 1 }),
        lastGood: ended({
          runId: '20261123T021503-4f1c9a',
          finishedAt: '2026-11-23T02:15:40.000Z',
        }),
        runs: 5,
        missed: 2,
        lastMissedAt: '2026-11-24T02:15:00.000Z',
      },
    }),
    schedule('branches', {
      state: {
        running: { dueAt: '2026-11-25T08:59:00.000Z', since: '2026-11-25T08:59:04.000Z' },
        broken: {
          at: '2026-11-25T07:59:00.000Z',
          code: 'FILE_UNREADABLE',
          message: 'playbooks/branches.yml cannot be read',
          next: 'put it back',
        },
        runs: 0,
        missed: 0,
      },
    }),
  ],
  devices: [
    device('hubs', 'hub1', standing('compliant')),
    device('hubs', 'hub2', standing('pending', { kind: 'drifted', codes: ['DRIFT_FOUGHT'] }), {
      roles: { responder: 1, initiator: 1, 'no-sa': 1 },
      history: [
        { at: '2026-11-24T02:15:42.500Z', runId, to: standing('compliant') },
        {
          at: '2026-11-25T02:15:42.500Z',
          runId,
          to: standing('pending', { kind: 'drifted', message: 'it starts again', next: 'ask who' }),
        },
      ],
    }),
    device('hubs', 'hub3', standing('failed', { codes: ['ROLE_CONTRADICTED', 'PEER_LOST'] }), { roles: {} }),
    device('hubs', 'hub4', standing('unreachable', { codes: ['CONNECT_FAILED'], known: true }), {
      roles: {},
      roundTrips: 0,
    }),
    device('hubs', 'hub5', standing('unproven', { codes: ['PROOF_OVERDUE'] }), {
      coverage: { peers: 2, proven: 1, waiting: 1, atRisk: 0, idle: 0, lost: 0 },
      provenAt: '2026-11-20T02:15:42.500Z',
      runId: '20261122T021503-4f1c9a',
    }),
  ],
  open: [
    open({ host: 'hub5', overdue: true }),
    open(),
    open({
      host: 'hub3',
      status: 'unknown',
      text: 'a person must look',
      completeBy: '2026-11-26T00:00:00.000Z',
    }),
  ],
  notices: { waiting: 3, lost: 1 },
  warnings: ['the schedules file was refused at 07:00'],
})
