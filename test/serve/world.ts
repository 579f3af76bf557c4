import type { Clock } from '../../src/kernel/clock.ts'
import type { RunResult } from '../../src/model/outcome.ts'
import type { OpenTarget } from '../../src/model/run-view.ts'
import type { Schedule, Schedules } from '../../src/model/schedules.ts'
import type { ServeEvent, ServeEventAt } from '../../src/model/serve-event.ts'
import type { ServeState } from '../../src/model/serve-state.ts'
import { parseServeState } from '../../src/serve/parse-state.ts'
import type { ScheduledAnswer, SettledRun } from '../../src/serve/ports.ts'
import { createServe, type Serve } from '../../src/serve/serve.ts'
import { createFakeClock, type FakeClock } from '../fake-clock.ts'
import { device, run } from '../report/builders.ts'

/** A schedule with this cron line. */
export function schedule(name: string, cron: string, part: Partial<Schedule> = {}): Schedule {
  return {
    name,
    cron,
    timezone: 'UTC',
    playbook: `${name}.yml`,
    mode: 'check',
    jitterMs: 0,
    notify: [],
    at: { file: 's.yml', line: 1, col: 1 },
    ...part,
  }
}

export function schedulesOf(...schedules: readonly Schedule[]): Schedules {
  return {
    path: 's.yml',
    schedules,
    channels: [],
    freeze: [],
    retention: { keepMs: 90 * 86_400_000, atLeast: 50 },
  }
}

export const minuteMs = 60_000
export const hourMs: number = 60 * minuteMs
export const dayMs: number = 24 * hourMs

/** What a test sets while time goes on. */
export interface Script {
  /** How long a run takes. */
  runMs: (schedule: Schedule) => number
  /** What comes of it; may throw. */
  answer: (schedule: Schedule) => ScheduledAnswer
  random: () => number
  open: () => Promise<readonly OpenTarget[]>
  verify: (runId: string) => ScheduledAnswer
  settle: (runId: string | undefined, schedule: string) => SettledRun
  settleMs: number
  save: (state: ServeState) => Promise<void>
}

/** A machine with its clock and its disk, on which serve is started, killed and started again. */
export interface World {
  readonly clock: FakeClock
  readonly script: Script
  /** All that was told, over all lives. */
  readonly told: readonly ServeEventAt[]
  /** Most runs of one schedule that were at work at the same time. */
  readonly mostAtOnce: number
  /** `begin NAME` and `end NAME` of runs and looks at proofs, as the ports saw them. */
  readonly calls: readonly string[]
  /** The state on disk. */
  readonly disk: string | undefined
  wallMs(): number
  /** Sets the clock of the machine. */
  setClock(byMs: number): void
  start(schedules: Schedules): Serve
  /** Takes the process away: nothing of it happens any more. */
  kill(): void
}

export function createWorld(startWall = '2026-11-24T00:00:00.000Z'): World {
  const clock = createFakeClock(new Date(startWall))
  let offsetMs = 0
  let runs = 0
  let disk: string | undefined
  let life: { alive: boolean; readonly cancels: Set<() => void> } | undefined
  const told: ServeEventAt[] = []
  const calls: string[] = []
  const atWork = new Map<string, number>()
  let mostAtOnce = 0
  const wallMs = (): number => clock.wall().getTime() + offsetMs
  const script: Script = {
    runMs: () => 5 * minuteMs,
    answer: () => ended(0),
    random: () => 0.5,
    open: async () => [],
    verify: () => ended(0),
    settle: () => ({ what: 'nothing-open', message: 'it had sent nothing', next: 'nothing' }),
    settleMs: 0,
    save: async () => undefined,
  }
  const ended = (exitCode: number, part: Partial<RunResult> = {}): ScheduledAnswer => ({
    kind: 'ended',
    exitCode,
    result: run([device('hub1', 'compliant')], { command: 'drift', runId: `run-${runs}`, ...part }),
  })

  const start = (schedules: Schedules): Serve => {
    const own = { alive: true, cancels: new Set<() => void>() }
    life = own
    atWork.clear()
    const timer = (ms: number, fire: () => void): (() => void) => {
      const cancel = clock.timer(ms, () => {
        own.cancels.delete(cancel)
        fire()
      })
      own.cancels.add(cancel)
      return () => {
        own.cancels.delete(cancel)
        cancel()
      }
    }
    const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        if (!own.alive) return
        if (signal?.aborted) {
          resolve()
          return
        }
        const done = (): void => {
          cancel()
          signal?.removeEventListener('abort', done)
          resolve()
        }
        const cancel = timer(ms, done)
        signal?.addEventListener('abort', done, { once: true })
      })
    const ownClock: Clock = {
      monotonicMs: clock.monotonicMs,
      wall: () => new Date(wallMs()),
      sleep,
      timer,
    }
    const serve = createServe(
      {
        clock: ownClock,
        random: () => script.random(),
        run: async (one, { signal, onRunId }) => {
          atWork.set(one.name, (atWork.get(one.name) ?? 0) + 1)
          mostAtOnce = Math.max(mostAtOnce, ...atWork.values())
          runs += 1
          calls.push(`begin ${one.name}`)
          onRunId(`run-${runs}`)
          await sleep(script.runMs(one), signal)
          atWork.set(one.name, (atWork.get(one.name) ?? 0) - 1)
          calls.push(`end ${one.name}`)
          return signal.aborted ? ended(130, { interrupted: true }) : script.answer(one)
        },
        verify: async (runId, signal) => {
          calls.push(`verify ${runId}`)
          await sleep(minuteMs, signal)
          return script.verify(runId)
        },
        settle: async (runId, name, signal) => {
          calls.push(`settle ${runId} of ${name}`)
          await sleep(script.settleMs, signal)
          return script.settle(runId, name)
        },
        open: () => script.open(),
        saveState: async (state) => {
          if (!own.alive) return
          await script.save(state)
          disk = JSON.stringify(state)
        },
      },
      { version: '1.0.0' },
    )
    serve.on((one) => told.push(one))
    const read = disk === undefined ? undefined : parseServeState(disk)
    if (read?.kind === 'err') throw new Error(`what serve saved is refused: ${read.error}`)
    serve.start({ schedules, ...(read === undefined ? {} : { state: read.value }) })
    return serve
  }
  return {
    clock,
    script,
    told,
    calls,
    get mostAtOnce() {
      return mostAtOnce
    },
    get disk() {
      return disk
    },
    wallMs,
    setClock: (byMs) => {
      offsetMs += byMs
    },
    start,
    kill: () => {
      if (life === undefined) return
      life.alive = false
      for (const cancel of life.cancels) cancel()
    },
  }
}

/** `11-24 02:15 run-begun hubs 02:15`: what was told, a line each. */
export function linesOf(told: readonly ServeEventAt[]): readonly string[] {
  return told.map(({ at, event }) => `${at.slice(5, 16).replace('T', ' ')} ${wordsOf(event)}`)
}

function wordsOf(event: ServeEvent): string {
  const time = (iso: string): string => iso.slice(11, 16)
  switch (event.kind) {
    case 'run-begun':
      return `begun ${event.schedule} ${time(event.dueAt)}${event.catchUp === true ? ' in place' : ''}`
    case 'run-due':
      return `due ${event.schedule} ${time(event.dueAt)} starts ${time(event.startsAt)}`
    case 'run-ended':
      return `ended ${event.schedule} ${time(event.dueAt)} with ${event.exitCode}`
    case 'run-broken':
      return `broken ${event.schedule} ${time(event.dueAt)} ${event.code}`
    case 'missed':
      return `missed ${event.schedule} ${event.why} ${event.count} ${time(event.first)}-${time(event.last)}`
    case 'interrupted-run':
      return `interrupted ${event.schedule} ${event.runId ?? 'unknown'} ${event.what}`
    case 'proof-checked':
      return `proof ${event.runId} ${event.exitCode}`
    case 'started':
    case 'reloaded':
      return `${event.kind} ${event.schedules.join(',')}`
    default:
      return event.kind
  }
}
