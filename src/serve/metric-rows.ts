// Every metric by name, in one place: what serve answers, what a one-shot run writes to a file, docs/monitoring.md and
// the alert rules are held to it. A name says its unit at its end, as Prometheus asks.
//
// Which have a label `host`: those of one series a device (its status) and those of one series a trouble (a finding that
// is watched), so that an alert can name the device. Everything that is counted, measured or timed stands by schedule.

/** One metric, as its `# HELP` and `# TYPE` lines say it. */
export interface MetricRow {
  readonly name: string
  readonly type: 'gauge' | 'counter' | 'histogram'
  /** A sentence of ours: no text of a device. */
  readonly help: string
  readonly labels: readonly string[]
}

const deviceLabels = ['host', 'status', 'kind', 'known']

/** What the view of serve says; made anew for each scrape, so that what is gone has no series. */
export const viewMetrics: readonly MetricRow[] = [
  {
    name: 'ikero_build_info',
    type: 'gauge',
    help: '1, with the version of ikero.',
    labels: ['version'],
  },
  {
    name: 'ikero_serve_start_time_seconds',
    type: 'gauge',
    help: 'When this serve began, in seconds since 1970.',
    labels: [],
  },
  {
    name: 'ikero_serve_ready',
    type: 'gauge',
    help: '1 where /readyz says that serve is ready, else 0.',
    labels: [],
  },
  {
    name: 'ikero_serve_warnings',
    type: 'gauge',
    help: 'What a person should know of serve itself; the status page has the words.',
    labels: [],
  },
  {
    name: 'ikero_notices_waiting',
    type: 'gauge',
    help: 'Notices that wait for their delivery.',
    labels: [],
  },
  {
    name: 'ikero_open_targets',
    type: 'gauge',
    help: 'Targets whose last change is not settled: proof waiting or overdue, or what became of it unknown.',
    labels: ['state'],
  },
  {
    name: 'ikero_schedule_info',
    type: 'gauge',
    help: '1 for each schedule, with its mode and its cron line.',
    labels: ['schedule', 'mode', 'cron', 'timezone'],
  },
  {
    name: 'ikero_schedule_running',
    type: 'gauge',
    help: '1 while a run of the schedule is at work, else 0.',
    labels: ['schedule'],
  },
  {
    name: 'ikero_schedule_broken',
    type: 'gauge',
    help: '1 where the last run had no result: its files are wrong, or it ended without one. Else 0.',
    labels: ['schedule'],
  },
  {
    name: 'ikero_schedule_next_run_timestamp_seconds',
    type: 'gauge',
    help: 'When the schedule is due next; no series where it never is.',
    labels: ['schedule'],
  },
  {
    name: 'ikero_schedule_last_run_timestamp_seconds',
    type: 'gauge',
    help: 'When the last run with a result ended; no series before the first.',
    labels: ['schedule'],
  },
  {
    name: 'ikero_schedule_last_run_duration_seconds',
    type: 'gauge',
    help: 'How long the last run with a result took.',
    labels: ['schedule'],
  },
  {
    name: 'ikero_schedule_last_run_exit_code',
    type: 'gauge',
    help: 'The exit code of the last run with a result, as ikero drift has it.',
    labels: ['schedule'],
  },
  {
    name: 'ikero_schedule_last_run_round_trips',
    type: 'gauge',
    help: 'How often the last run with a result waited for its devices.',
    labels: ['schedule'],
  },
  {
    name: 'ikero_schedule_last_good_run_timestamp_seconds',
    type: 'gauge',
    help: 'When the last run that ended with 0 ended; no series before the first.',
    labels: ['schedule'],
  },
  {
    name: 'ikero_schedule_last_missed_timestamp_seconds',
    type: 'gauge',
    help: 'When a run was missed last, also over restarts; no series where none was.',
    labels: ['schedule'],
  },
  {
    name: 'ikero_schedule_devices',
    type: 'gauge',
    help: 'Devices by status, without those that are known; every status has a series.',
    labels: ['schedule', 'status'],
  },
  {
    name: 'ikero_schedule_known_devices',
    type: 'gauge',
    help: 'Devices that stand as the playbook or the baseline expects: told, not counted.',
    labels: ['schedule'],
  },
  {
    name: 'ikero_schedule_devices_pending',
    type: 'gauge',
    help: 'Pending devices by kind, without those that are known; every kind has a series.',
    labels: ['schedule', 'kind'],
  },
  {
    name: 'ikero_schedule_devices_with_finding',
    type: 'gauge',
    help: 'Devices with a finding of the code, without those that are known; watched codes always have a series.',
    labels: ['schedule', 'code'],
  },
  {
    name: 'ikero_schedule_sas',
    type: 'gauge',
    help: 'SAs by what they say of the role of the device; every role has a series.',
    labels: ['schedule', 'role'],
  },
  {
    name: 'ikero_device_status',
    type: 'gauge',
    help: '1 for each device of a schedule, with how it stands; kind is empty unless it is pending.',
    labels: ['schedule', ...deviceLabels],
  },
  {
    name: 'ikero_device_finding',
    type: 'gauge',
    help: '1 for each watched finding of a device that is not known.',
    labels: ['schedule', 'host', 'code'],
  },
]

/** What the events of serve add up to; from 0 with each start of the process. */
export const eventMetrics: readonly MetricRow[] = [
  {
    name: 'ikero_schedule_runs_total',
    type: 'counter',
    help: 'Runs that ended, by outcome; broken: without a result.',
    labels: ['schedule', 'outcome'],
  },
  {
    name: 'ikero_schedule_missed_runs_total',
    type: 'counter',
    help: 'Times at which nothing was begun, by reason; down: no serve was there, busy: the run before was at work.',
    labels: ['schedule', 'reason'],
  },
  {
    name: 'ikero_schedule_round_trips_total',
    type: 'counter',
    help: 'How often runs waited for their devices.',
    labels: ['schedule'],
  },
  {
    name: 'ikero_schedule_run_duration_seconds',
    type: 'histogram',
    help: 'How long runs took, also those without a result.',
    labels: ['schedule'],
  },
  {
    name: 'ikero_proof_checks_total',
    type: 'counter',
    help: 'Open runs that were looked at again because their last old SA had ended, by outcome.',
    labels: ['outcome'],
  },
  {
    name: 'ikero_interrupted_runs_total',
    type: 'counter',
    help: 'Runs that an earlier serve was killed in, by what became of them.',
    labels: ['what'],
  },
  {
    name: 'ikero_notices_sent_total',
    type: 'counter',
    help: 'Notices that were delivered.',
    labels: ['channel'],
  },
  {
    name: 'ikero_notice_failures_total',
    type: 'counter',
    help: 'Deliveries that failed, whether tried again or not.',
    labels: ['channel'],
  },
  {
    name: 'ikero_notices_lost_total',
    type: 'counter',
    help: 'Notices that are tried no more.',
    labels: ['channel'],
  },
  {
    name: 'ikero_config_last_reload_successful',
    type: 'gauge',
    help: '1 where the schedules file was good when it was read last; 0: it was refused, the one before is in force.',
    labels: [],
  },
  {
    name: 'ikero_config_last_reload_success_timestamp_seconds',
    type: 'gauge',
    help: 'When the schedules file in force was read.',
    labels: [],
  },
]

const ofRun = ['playbook', 'command']

/** What `--metrics FILE` of a one-shot run writes. Names of their own: both may be scraped into one Prometheus. */
export const runMetrics: readonly MetricRow[] = [
  {
    name: 'ikero_run_info',
    type: 'gauge',
    help: '1, with the version of ikero that made the run.',
    labels: [...ofRun, 'version'],
  },
  {
    name: 'ikero_run_start_timestamp_seconds',
    type: 'gauge',
    help: 'When the run began, in seconds since 1970.',
    labels: ofRun,
  },
  {
    name: 'ikero_run_end_timestamp_seconds',
    type: 'gauge',
    help: 'When the run ended, in seconds since 1970.',
    labels: ofRun,
  },
  {
    name: 'ikero_run_duration_seconds',
    type: 'gauge',
    help: 'How long the run took.',
    labels: ofRun,
  },
  {
    name: 'ikero_run_exit_code',
    type: 'gauge',
    help: 'The exit code of the run.',
    labels: ofRun,
  },
  {
    name: 'ikero_run_round_trips',
    type: 'gauge',
    help: 'How often the run waited for its devices.',
    labels: ofRun,
  },
  {
    name: 'ikero_run_devices',
    type: 'gauge',
    help: 'Devices by status, without those that are known; every status has a series.',
    labels: [...ofRun, 'status'],
  },
  {
    name: 'ikero_run_known_devices',
    type: 'gauge',
    help: 'Devices that stand as the playbook or the baseline expects: told, not counted.',
    labels: ofRun,
  },
  {
    name: 'ikero_run_targets',
    type: 'gauge',
    help: 'Targets by status, without those of known devices; every status has a series.',
    labels: [...ofRun, 'status'],
  },
  {
    name: 'ikero_run_targets_pending',
    type: 'gauge',
    help: 'Pending targets by kind, without those of known devices; every kind has a series.',
    labels: [...ofRun, 'kind'],
  },
  {
    name: 'ikero_run_devices_with_finding',
    type: 'gauge',
    help: 'Devices with a finding of the code, without those that are known; watched codes always have a series.',
    labels: [...ofRun, 'code'],
  },
  {
    name: 'ikero_run_sas',
    type: 'gauge',
    help: 'SAs by what they say of the role of the device; every role has a series.',
    labels: [...ofRun, 'role'],
  },
  {
    name: 'ikero_run_device_status',
    type: 'gauge',
    help: '1 for each device of the run, with how it stands; kind is empty unless it is pending.',
    labels: [...ofRun, ...deviceLabels],
  },
  {
    name: 'ikero_run_device_finding',
    type: 'gauge',
    help: '1 for each watched finding of a device that is not known.',
    labels: [...ofRun, 'host', 'code'],
  },
]

/** Codes that alerts are about: they have a series by schedule also where no device has them, and one by device. */
export const watchedCodes: readonly string[] = [
  'ROLE_CONTRADICTED',
  'PEER_LOST',
  'PROOF_OVERDUE',
  'DRIFT_FOUGHT',
  'REMEDIATION_HELD',
  'ROLE_REKEYED_HERE',
  'NOT_SAVED',
  'HOST_KEY_CHANGED',
  'AUTHENTICATION_FAILED',
  'IDENTITY_CHANGED',
]

export const pendingKinds: readonly ['drifted', 'never-applied', 'unsaved'] = [
  'drifted',
  'never-applied',
  'unsaved',
]
export const roleReadings: readonly ['responder', 'initiator', 'no-sa', 'unreadable'] = [
  'responder',
  'initiator',
  'no-sa',
  'unreadable',
]
/** Of a target whose last change is not settled. */
export const openStates: readonly string[] = ['waiting', 'overdue', 'unknown']

const outcomes: ReadonlyMap<number, string> = new Map([
  [0, 'ok'],
  [1, 'failed'],
  [2, 'pending'],
  [3, 'unproven'],
  [4, 'unknown'],
  [130, 'interrupted'],
])
/** How a run may end; broken: without a result. */
export const runOutcomes: readonly string[] = [...outcomes.values(), 'broken']

/** The outcome of a run by its exit code. */
export function outcomeOf(exitCode: number): string {
  return outcomes.get(exitCode) ?? 'failed'
}
