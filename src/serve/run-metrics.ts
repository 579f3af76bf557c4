import { counted } from '../model/exit-code.ts'
import { type DeviceOutcome, type RunResult, statuses, type TargetOutcome } from '../model/outcome.ts'
import { createGauges, type Gauges, secondsOf, setTally, sum } from './gauges.ts'
import { pendingKinds, roleReadings, runMetrics, watchedCodes } from './metric-rows.ts'

/** A run that has ended, for the textfile collector of node_exporter. */
export interface RunForMetrics {
  readonly result: RunResult
  readonly exitCode: number
  /** Of ikero. */
  readonly version: string
}

type RunLabels = Readonly<Record<'playbook' | 'command', string>>

/**
 * A run as gauges in Prometheus' text format; ends with a line feed. Moments are values: the collector refuses samples
 * with timestamps of their own.
 */
export function renderRunMetrics({ result, exitCode, version }: RunForMetrics): Promise<string> {
  const gauges = createGauges(runMetrics)
  const run: RunLabels = { playbook: result.playbook, command: result.command }
  const devices = counted(result)
  gauges.set('ikero_run_info', { ...run, version }, 1)
  gauges.set('ikero_run_start_timestamp_seconds', run, secondsOf(result.startedAt))
  gauges.set('ikero_run_end_timestamp_seconds', run, secondsOf(result.finishedAt))
  const ms = Date.parse(result.finishedAt) - Date.parse(result.startedAt)
  gauges.set('ikero_run_duration_seconds', run, Math.max(0, ms / 1000))
  gauges.set('ikero_run_exit_code', run, exitCode)
  gauges.set('ikero_run_round_trips', run, sum(result.devices.map(({ roundTrips }) => roundTrips)))
  gauges.set('ikero_run_known_devices', run, result.devices.length - devices.length)
  setCounts(gauges, run, devices)
  setTally(gauges, 'ikero_run_sas', run, 'role', {
    words: roleReadings,
    found: result.devices.flatMap(({ roles }) => roles.map(({ reading }) => reading)),
  })
  for (const device of result.devices) setDevice(gauges, run, device, devices.includes(device))
  return gauges.text()
}

function setCounts(gauges: Gauges, run: RunLabels, devices: readonly DeviceOutcome[]): void {
  const targets = devices.flatMap((device) => device.targets)
  setTally(gauges, 'ikero_run_devices', run, 'status', {
    words: statuses,
    found: devices.map(({ status }) => status),
  })
  setTally(gauges, 'ikero_run_targets', run, 'status', {
    words: statuses,
    found: targets.map(({ status }) => status),
  })
  setTally(gauges, 'ikero_run_targets_pending', run, 'kind', {
    words: pendingKinds,
    found: targets.flatMap(({ pendingKind }) => pendingKind ?? []),
  })
  setTally(gauges, 'ikero_run_devices_with_finding', run, 'code', {
    words: watchedCodes,
    found: devices.flatMap(codesOf),
  })
}

function setDevice(gauges: Gauges, run: RunLabels, device: DeviceOutcome, counts: boolean): void {
  const { host, status, targets } = device
  const known = counts ? 'no' : 'yes'
  gauges.set('ikero_run_device_status', { ...run, host, status, kind: kindOf(targets), known }, 1)
  if (!counts) return
  const codes = codesOf(device)
  for (const code of watchedCodes)
    if (codes.includes(code)) gauges.set('ikero_run_device_finding', { ...run, host, code }, 1)
}

/** The gravest kind of a pending device: kinds stand in that order. */
function kindOf(targets: readonly TargetOutcome[]): string {
  return pendingKinds.find((kind) => targets.some(({ pendingKind }) => pendingKind === kind)) ?? ''
}

/** Codes of a device, each once; what a named person took on is no trouble. */
function codesOf({ findings, error }: DeviceOutcome): readonly string[] {
  const codes: readonly string[] = findings.flatMap((one) => (one.accepted === undefined ? one.code : []))
  return [...new Set([...codes, ...(error === undefined ? [] : [error.code])])]
}
