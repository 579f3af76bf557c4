import { statuses } from '../model/outcome.ts'
import type { OpenTarget } from '../model/run-view.ts'
import type { DeviceState } from '../model/serve-state.ts'
import type { ScheduleView, ServeView } from '../model/serve-view.ts'
import { createGauges, type Gauges, secondsOf, setTally, sum } from './gauges.ts'
import { openStates, pendingKinds, roleReadings, viewMetrics, watchedCodes } from './metric-rows.ts'

/** The gauges of a view in Prometheus' text format; ends with a line feed. */
export function renderViewMetrics(view: ServeView): Promise<string> {
  const gauges = createGauges(viewMetrics)
  gauges.set('ikero_build_info', { version: view.version }, 1)
  gauges.set('ikero_serve_start_time_seconds', {}, secondsOf(view.startedAt))
  gauges.set('ikero_serve_ready', {}, view.notReady === undefined ? 1 : 0)
  gauges.set('ikero_serve_warnings', {}, view.warnings.length)
  gauges.set('ikero_notices_waiting', {}, view.notices.waiting)
  setTally(gauges, 'ikero_open_targets', {}, 'state', { words: openStates, found: view.open.map(openState) })
  for (const schedule of view.schedules) {
    const own = view.devices.filter((device) => device.schedule === schedule.name)
    setSchedule(gauges, schedule, own)
    setDevices(gauges, schedule.name, own)
  }
  for (const device of view.devices) setDevice(gauges, device)
  return gauges.text()
}

function openState({ status, overdue }: OpenTarget): (typeof openStates)[number] {
  if (status === 'unknown') return 'unknown'
  return overdue === true ? 'overdue' : 'waiting'
}

function setSchedule(gauges: Gauges, view: ScheduleView, devices: readonly DeviceState[]): void {
  const { name: schedule, mode, cron, timezone, state } = view
  const { lastRun } = state
  gauges.set('ikero_schedule_info', { schedule, mode, cron, timezone }, 1)
  gauges.set('ikero_schedule_running', { schedule }, state.running === undefined ? 0 : 1)
  gauges.set('ikero_schedule_broken', { schedule }, state.broken === undefined ? 0 : 1)
  gauges.set('ikero_schedule_next_run_timestamp_seconds', { schedule }, secondsOf(view.nextAt))
  gauges.set('ikero_schedule_last_run_timestamp_seconds', { schedule }, secondsOf(lastRun?.finishedAt))
  gauges.set(
    'ikero_schedule_last_good_run_timestamp_seconds',
    { schedule },
    secondsOf(state.lastGood?.finishedAt),
  )
  gauges.set('ikero_schedule_last_missed_timestamp_seconds', { schedule }, secondsOf(state.lastMissedAt))
  if (lastRun === undefined) return
  gauges.set('ikero_schedule_last_run_duration_seconds', { schedule }, lastRun.durationMs / 1000)
  gauges.set('ikero_schedule_last_run_exit_code', { schedule }, lastRun.exitCode)
  // A device that the last run did not look at still has the numbers of an older one.
  const seen = devices.filter(({ runId }) => runId === lastRun.runId)
  const trips = sum(seen.map(({ roundTrips }) => roundTrips))
  gauges.set('ikero_schedule_last_run_round_trips', { schedule }, trips)
}

function setDevices(gauges: Gauges, schedule: string, all: readonly DeviceState[]): void {
  const counted = all.filter((device) => !isKnown(device)).map(({ now }) => now)
  gauges.set('ikero_schedule_known_devices', { schedule }, all.length - counted.length)
  setTally(gauges, 'ikero_schedule_devices', { schedule }, 'status', {
    words: statuses,
    found: counted.map(({ status }) => status),
  })
  setTally(gauges, 'ikero_schedule_devices_pending', { schedule }, 'kind', {
    words: pendingKinds,
    found: counted.flatMap(({ kind }) => kind ?? []),
  })
  setTally(gauges, 'ikero_schedule_devices_with_finding', { schedule }, 'code', {
    words: watchedCodes,
    found: counted.flatMap(({ codes }) => [...new Set(codes)]),
  })
  for (const role of roleReadings)
    gauges.set('ikero_schedule_sas', { schedule, role }, sum(all.map(({ roles }) => roles[role] ?? 0)))
}

function setDevice(gauges: Gauges, device: DeviceState): void {
  const { schedule, host, now } = device
  const known = isKnown(device)
  const { status, kind = '' } = now
  gauges.set('ikero_device_status', { schedule, host, status, kind, known: known ? 'yes' : 'no' }, 1)
  if (known) return
  for (const code of watchedCodes)
    if (now.codes.includes(code)) gauges.set('ikero_device_finding', { schedule, host, code }, 1)
}

/** A changed host key counts whatever was expected. */
function isKnown({ now }: DeviceState): boolean {
  return now.known === true && !now.codes.includes('HOST_KEY_CHANGED')
}
