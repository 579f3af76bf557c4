import type { Clock } from '../kernel/clock.ts'
import { formatDuration } from '../kernel/duration.ts'
import { isoMoment } from '../kernel/moment.ts'
import { printable } from '../kernel/printable.ts'
import type { Schedules } from '../model/schedules.ts'
import type { DeviceState, QueuedNotice } from '../model/serve-state.ts'
import type { ScheduleView, ServeView } from '../model/serve-view.ts'
import type { Hub } from './hub.ts'
import type { ProofWatch } from './proof-watch.ts'
import { scheduleState } from './reduce.ts'
import type { Scheduler } from './scheduler.ts'

/** What serve shows of itself. */
export interface View {
  /** These schedules are in force. */
  begin(schedules: Schedules, warnings: readonly string[]): void
  at(phase: 'new' | 'at-work' | 'stopping'): ServeView
}

interface Parts {
  readonly version: string
  readonly clock: Clock
  readonly hub: Hub
  readonly watch: ProofWatch
  readonly scheduler: Scheduler
}

const notReady = {
  new: 'it has not begun yet',
  'at-work': undefined,
  stopping: 'it is being stopped',
} as const

/** A notice that waits for so long has been tried often. */
const longWaitMs = 3_600_000

export function createView({ version, clock, hub, watch, scheduler }: Parts): View {
  const startedAt = clock.wall().toISOString()
  let shown: Schedules | undefined
  let loaded: readonly string[] = []
  let refused: readonly string[] = []
  let lost = 0
  hub.on(({ event }) => {
    if (event.kind === 'notice-failed' && !event.retried) lost += 1
    if (event.kind === 'reload-refused') refused = event.problems
    if (event.kind === 'reloaded') refused = []
  })
  return {
    begin: (schedules, warnings) => {
      shown = schedules
      loaded = warnings
    },
    at: (phase) => {
      const nowMs = clock.wall().getTime()
      const { devices, queue } = hub.state()
      const schedules = shown?.schedules ?? []
      const names = new Set(schedules.map(({ name }) => name))
      const why = notReady[phase]
      return {
        version,
        startedAt,
        at: new Date(nowMs).toISOString(),
        ...(why === undefined ? {} : { notReady: why }),
        schedules: schedules.map(({ name, cron, timezone, playbook, mode }): ScheduleView => {
          const nextAt = isoMoment(scheduler.nextMs(name) ?? Number.NaN)
          const state = scheduleState(hub.state(), name)
          return { name, cron, timezone, playbook, mode, state, ...(nextAt === undefined ? {} : { nextAt }) }
        }),
        devices: devices.filter(({ schedule }) => names.has(schedule)).toSorted(byScheduleAndName),
        open: watch.open(),
        notices: { waiting: queue.length, lost },
        warnings: [...loaded, ...reloadWarning(refused), ...queueWarning(queue, nowMs), ...hub.warnings()],
      }
    },
  }
}

const byName: Intl.Collator = new Intl.Collator('en', { numeric: true })

function byScheduleAndName(a: DeviceState, b: DeviceState): number {
  return byName.compare(a.schedule, b.schedule) || byName.compare(a.host, b.host)
}

function reloadWarning(problems: readonly string[]): readonly string[] {
  const [first] = problems
  if (first === undefined) return []
  const more = problems.length === 1 ? '' : `, and ${problems.length - 1} more`
  return [`the schedules file was refused, and the one before stays in force: ${printable(first)}${more}`]
}

function queueWarning(queue: readonly QueuedNotice[], nowMs: number): readonly string[] {
  const oldestMs = Math.min(...queue.map(({ madeAt }) => Date.parse(madeAt)))
  if (!(nowMs - oldestMs > longWaitMs)) return []
  return [`notices cannot be delivered: the oldest waits for ${formatDuration(nowMs - oldestMs)}`]
}
