import type { OpenTarget } from './run-view.ts'
import type { Schedule } from './schedules.ts'
import type { DeviceState, ScheduleState } from './serve-state.ts'

/** All that the status page, `/status.json` and the metrics show; made anew for each request. */
export interface ServeView {
  readonly version: string
  /** When this process began, and now; ISO. */
  readonly startedAt: string
  readonly at: string
  /** Why it is not ready; absent where it is. */
  readonly notReady?: string
  readonly schedules: readonly ScheduleView[]
  /** Of schedules that still are; by schedule, then by name. */
  readonly devices: readonly DeviceState[]
  /** Changes whose proof is open, and those of which it is not known what became. */
  readonly open: readonly OpenTarget[]
  readonly notices: { readonly waiting: number; readonly lost: number }
  /** What a person should know of serve itself: a refused reload, a queue that does not empty. */
  readonly warnings: readonly string[]
}

export interface ScheduleView extends Pick<Schedule, 'name' | 'cron' | 'timezone' | 'playbook' | 'mode'> {
  readonly state: ScheduleState
  /** When it is due next; absent where its cron line names no further time. */
  readonly nextAt?: string
}
