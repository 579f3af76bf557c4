import type { Finding } from '../model/finding.ts'
import {
  type AppliedPlan,
  type CommandName,
  type Coverage,
  type DeviceError,
  type DeviceOutcome,
  type RoleRow,
  type RoundTrips,
  type RunResult,
  type Status,
  type TargetOutcome,
  totalsOf,
} from '../model/outcome.ts'
import type { RemediationReport } from '../model/remediation.ts'
import type { ChangeWindow, RolloutReport, RolloutStop } from '../model/rollout.ts'

/** One device of that document; fields as in `DeviceOutcome`. */
export interface JsonDevice {
  readonly host: string
  readonly platform: string
  readonly software?: {
    readonly os: string
    readonly version?: string
    readonly model?: string
    readonly serial?: string
  }
  readonly status: Status
  readonly known?: NonNullable<DeviceOutcome['known']>
  readonly saved: DeviceOutcome['saved']
  readonly foreignUnsaved?: number
  readonly findings: readonly Finding[]
  readonly targets: readonly TargetOutcome[]
  readonly change: DeviceOutcome['change']
  readonly roles: readonly RoleRow[]
  readonly roundTrips: number
  readonly roundTripsBy?: RoundTrips
  readonly error?: DeviceError
  readonly reason?: string
}

/** What `--json` prints, one document a run; its schema is `result.schema.json`. */
export interface JsonRunDocument {
  readonly formatVersion: 1
  readonly command: CommandName
  readonly runId: string
  readonly playbook: string
  readonly change?: string
  readonly planFile?: AppliedPlan
  /** The run that a rollback takes back. */
  readonly of?: string
  readonly startedAt: string
  readonly finishedAt: string
  readonly exitCode: number
  /** Not everything was finished: exit code 130, where no device is unknown. */
  readonly interrupted?: true
  /** Interrupted twice: exit code 130 whatever else stands here. */
  readonly halted?: true
  readonly totals: Readonly<Partial<Record<Status, number>>>
  readonly window?: JsonWindow
  readonly rollout?: RolloutReport
  readonly remediation?: RemediationReport
  readonly devices: readonly JsonDevice[]
}

/** The playbook's window; moments in UTC. */
export interface JsonWindow extends ChangeWindow {
  readonly open: boolean
  readonly opensAt?: string
  readonly endsAt?: string
  readonly ignored?: string
}

// Every object is built key by key: a field that the model grows later must not slip into the format unnoticed.

/** A finding in the format of the contract. */
export function findingOf(finding: Finding): Finding {
  const { code, severity, target, message, evidence, peers, next, accepted } = finding
  return {
    code,
    severity,
    ...(target === undefined ? {} : { target }),
    message,
    ...(evidence === undefined ? {} : { evidence }),
    ...(peers === undefined ? {} : { peers: [...peers] }),
    next,
    ...(accepted === undefined ? {} : { accepted: acceptedOf(accepted) }),
  }
}

function acceptedOf({
  by,
  until,
  reason,
}: NonNullable<Finding['accepted']>): NonNullable<Finding['accepted']> {
  return { by, until, reason }
}

/** Coverage key by key. */
export function coverageOf({ peers, proven, waiting, atRisk, idle, lost, ambiguous }: Coverage): Coverage {
  const counts = { peers, proven, waiting, atRisk, idle, lost }
  return ambiguous === undefined ? counts : { ...counts, ambiguous }
}

function targetOf(target: TargetOutcome): TargetOutcome {
  const { kind, name, context, before, after, status, pendingKind, reason, sent, usedBy, coverage } = target
  return {
    kind,
    name,
    ...(context === undefined ? {} : { context }),
    before,
    ...(after === undefined ? {} : { after }),
    status,
    ...(pendingKind === undefined ? {} : { pendingKind }),
    ...(reason === undefined ? {} : { reason }),
    sent,
    usedBy: [...usedBy],
    ...(coverage === undefined ? {} : { coverage: coverageOf(coverage) }),
  }
}

function roleOf(row: RoleRow): RoleRow {
  const { target, peer, protocol, reading, fresh, proof, ageSeconds, remainingSeconds, evidence } = row
  return {
    target,
    peer,
    protocol,
    reading,
    fresh,
    proof,
    ...(ageSeconds === undefined ? {} : { ageSeconds }),
    ...(remainingSeconds === undefined ? {} : { remainingSeconds }),
    ...(evidence === undefined ? {} : { evidence }),
  }
}

function errorOf({ code, message, cause, line, reply, next }: DeviceError): DeviceError {
  return {
    code,
    message,
    ...(cause === undefined ? {} : { cause }),
    ...(line === undefined ? {} : { line }),
    ...(reply === undefined ? {} : { reply }),
    next,
  }
}

function softwareOf({
  os,
  version,
  model,
  serial,
}: NonNullable<DeviceOutcome['software']>): NonNullable<JsonDevice['software']> {
  return {
    os,
    ...(version === undefined ? {} : { version }),
    ...(model === undefined ? {} : { model }),
    ...(serial === undefined ? {} : { serial }),
  }
}

function changeOf(change: DeviceOutcome['change']): DeviceOutcome['change'] {
  const { lines, revert, clears, interruption, revertTimer } = change
  return {
    lines: [...lines],
    revert: [...revert],
    clears: [...clears],
    ...(interruption === undefined
      ? {}
      : { interruption: { peers: interruption.peers, atMostSecondsEach: interruption.atMostSecondsEach } }),
    ...(revertTimer === undefined ? {} : { revertTimer: { minutes: revertTimer.minutes } }),
  }
}

function roundTripsOf({ survey, change, secondLogin, proof }: RoundTrips): RoundTrips {
  return { survey, change, secondLogin, proof }
}

/** One device in the format of the contract. */
export function deviceOf(device: DeviceOutcome): JsonDevice {
  const { host, platform, software, status, known, saved, foreignUnsaved, change } = device
  const { roundTrips, roundTripsBy, error, reason } = device
  return {
    host,
    platform,
    ...(software === undefined ? {} : { software: softwareOf(software) }),
    status,
    ...(known === undefined ? {} : { known: { reason: known.reason, until: known.until } }),
    saved,
    ...(foreignUnsaved === undefined ? {} : { foreignUnsaved }),
    findings: device.findings.map(findingOf),
    targets: device.targets.map(targetOf),
    change: changeOf(change),
    roles: device.roles.map(roleOf),
    roundTrips,
    ...(roundTripsBy === undefined ? {} : { roundTripsBy: roundTripsOf(roundTripsBy) }),
    ...(error === undefined ? {} : { error: errorOf(error) }),
    ...(reason === undefined ? {} : { reason }),
  }
}

function planFileOf({ path, contentHash, signedBy }: AppliedPlan): AppliedPlan {
  return { path, contentHash, ...(signedBy === undefined ? {} : { signedBy }) }
}

function windowOf({ from, to, timezone, state, ignored }: NonNullable<RunResult['window']>): JsonWindow {
  return {
    from,
    to,
    timezone,
    open: state.open,
    ...(state.open
      ? { endsAt: new Date(state.endsAtMs).toISOString() }
      : { opensAt: new Date(state.opensAtMs).toISOString() }),
    ...(ignored === undefined ? {} : { ignored }),
  }
}

function rolloutOf({ waves, stopped }: RolloutReport): RolloutReport {
  return {
    waves: waves.map(({ canary, hosts, begun }) => ({ canary, hosts: [...hosts], begun })),
    ...(stopped === undefined ? {} : { stopped: stopOf(stopped) }),
  }
}

function remediationOf({ due, begun, held }: RemediationReport): RemediationReport {
  return {
    due: [...due],
    begun: [...begun],
    held: held.map(({ host, why, reason, next }) => ({ host, why, reason, next })),
  }
}

function stopOf({ reason, changed, notBegun, split, next }: RolloutStop): RolloutStop {
  return { reason, changed, notBegun, split: [...split], next }
}

/** The result of a run in the format of the contract; devices in the order of the run. */
export function toJsonDocument(result: RunResult, exitCode: number): JsonRunDocument {
  const { command, runId, playbook, change, planFile, of, startedAt, finishedAt } = result
  const { window, rollout, remediation } = result
  return {
    formatVersion: 1,
    command,
    runId,
    playbook,
    ...(change === undefined ? {} : { change }),
    ...(planFile === undefined ? {} : { planFile: planFileOf(planFile) }),
    ...(of === undefined ? {} : { of }),
    startedAt,
    finishedAt,
    exitCode,
    ...(result.interrupted ? { interrupted: true } : {}),
    ...(result.halted === true ? { halted: true } : {}),
    totals: totalsOf(result.devices),
    ...(window === undefined ? {} : { window: windowOf(window) }),
    ...(rollout === undefined ? {} : { rollout: rolloutOf(rollout) }),
    ...(remediation === undefined ? {} : { remediation: remediationOf(remediation) }),
    devices: result.devices.map(deviceOf),
  }
}

// JSON escapes C0 controls only; these would still act on a terminal or hide from a reader. As escapes they
// are the same JSON value.
const hidden = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/** The document as text with a line feed at its end; any JSON parser gets every string back unchanged. */
export function renderJson(document: JsonRunDocument): string {
  return jsonText(document)
}

/** Any value as JSON text that cannot act on a terminal, with a line feed at its end. */
export function jsonText(value: unknown): string {
  return `${escaped(JSON.stringify(value, undefined, 2))}\n`
}

/** The same on one line: for streams of documents. */
export function jsonLine(value: unknown): string {
  return `${escaped(JSON.stringify(value))}\n`
}

function escaped(json: string): string {
  return json.replace(hidden, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
