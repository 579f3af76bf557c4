import { printable, printableLines } from '../kernel/printable.ts'
import type { Finding } from '../model/finding.ts'
import type { CommandName, DeviceOutcome, RunResult, Status, TargetOutcome } from '../model/outcome.ts'
import type { RunStep } from '../model/run-view.ts'
import type { ReportInput } from './change-report.ts'
import { changeText } from './decision.ts'

/** What a target's status means to whatever reads test results. */
type Kind = 'passed' | 'failure' | 'error' | 'skipped'

/** `pending` and `unproven` are no faults: what is outstanding is skipped, with the reason. Drift is: see `kindIn`. */
const kinds: Readonly<Record<Status, Kind>> = {
  unknown: 'error',
  failed: 'failure',
  'rolled-back': 'failure',
  unreachable: 'error',
  blocked: 'failure',
  skipped: 'skipped',
  unproven: 'skipped',
  pending: 'skipped',
  verified: 'passed',
  compliant: 'passed',
}

/**
 * A pipeline that reads only this must hear of drift: what is not as asked, and a proof that is overdue, is what drift
 * was called to find. `target`: undefined for the device as a whole.
 */
function kindIn(command: CommandName, device: DeviceOutcome, status: Status, target?: string): Kind {
  const kind = kinds[status] ?? 'error'
  if (command !== 'drift' || kind === 'failure' || kind === 'error') return kind
  return status === 'pending' || overdueOf(device, target) !== undefined ? 'failure' : kind
}

function overdueOf({ findings }: DeviceOutcome, target: string | undefined): Finding | undefined {
  return findings.find(
    (one) => one.code === 'PROOF_OVERDUE' && (target === undefined || (one.target ?? target) === target),
  )
}

interface Case {
  readonly name: string
  readonly status: Status
  readonly kind: Kind
  readonly message: string
  readonly text: string
  readonly seconds: number
}

/**
 * The run as JUnit XML: a device is a test suite, a target a test case. Ends with a line feed. Durations are those
 * from the first to the last step that the journal has of a device or a target: 0 where nothing was sent.
 */
export function renderJunit({ result, steps }: ReportInput): string {
  const spans = spansOf(steps)
  const suites = result.devices.map((device) => ({ device, cases: casesOf(device, result.command, spans) }))
  const all = suites.flatMap(({ cases }) => cases)
  const seconds = (Date.parse(result.finishedAt) - Date.parse(result.startedAt)) / 1000
  const time = Number.isFinite(seconds) ? timeOf(seconds) : ''
  const name = `ikero ${result.command}: ${result.playbook}`
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attribute('name', name)}${counts(all)}${time}>`,
    ...suites.flatMap(({ device, cases }) => [
      `  <testsuite${attribute('name', device.host)}${counts(cases)}${attribute('skipped', countOf(cases, 'skipped'))}${timeOf(secondsOf(spans, device.host))}${attribute('timestamp', result.startedAt.replace(/\.\d+Z$/, 'Z'))}>`,
      '    <properties>',
      ...properties(device, result).map(
        ([key, value]) => `      <property${attribute('name', key)}${attribute('value', value)}/>`,
      ),
      '    </properties>',
      ...cases.flatMap((one) => caseLines(device.host, one)),
      '  </testsuite>',
    ]),
    '</testsuites>',
  ]
  return `${lines.join('\n')}\n`
}

function properties(
  { host, platform, status, saved }: DeviceOutcome,
  { runId, change, remediation }: RunResult,
): readonly (readonly [string, string])[] {
  const held = remediation?.held.find((one) => one.host === host)
  const begun = remediation?.begun.includes(host) === true
  return [
    ['run', runId],
    ...(change === undefined ? [] : ([['change', change]] as const)),
    ['platform', platform],
    ['status', status],
    ['saved', saved],
    ...(begun ? ([['remediation', 'begun']] as const) : []),
    ...(held === undefined ? [] : ([['remediation', `held (${held.why}): ${held.reason}`]] as const)),
  ]
}

type Spans = ReadonlyMap<string, { readonly from: number; readonly to: number }>

function keyOf(host: string, target?: string): string {
  return JSON.stringify([host, target])
}

/** When the journal has the first and the last step of each device, and of each target. */
function spansOf(steps: readonly RunStep[]): Spans {
  const spans = new Map<string, { from: number; to: number }>()
  for (const { at, entry } of steps) {
    const ms = Date.parse(at)
    if (!('host' in entry) || !Number.isFinite(ms)) continue
    const keys = [keyOf(entry.host), ...('target' in entry ? [keyOf(entry.host, entry.target)] : [])]
    for (const key of keys) {
      const { from, to } = spans.get(key) ?? { from: ms, to: ms }
      spans.set(key, { from: Math.min(from, ms), to: Math.max(to, ms) })
    }
  }
  return spans
}

function secondsOf(spans: Spans, host: string, target?: string): number {
  const span = spans.get(keyOf(host, target))
  return span === undefined ? 0 : (span.to - span.from) / 1000
}

function timeOf(seconds: number): string {
  return attribute('time', Math.max(0, seconds).toFixed(3))
}

function casesOf(device: DeviceOutcome, command: CommandName, spans: Spans): readonly Case[] {
  const cases = device.targets.map((target) => ({
    ...caseOf(device, target, command),
    seconds: secondsOf(spans, device.host, target.name),
  }))
  // What concerns the device as a whole must not be lost where no target carries it.
  const whole = deviceCase(device, command)
  const speaks = ({ kind }: Case): boolean => command !== 'drift' || kind === whole.kind
  const carried = cases.some((one) => one.status === device.status && speaks(one))
  const seconds = secondsOf(spans, device.host)
  return carried ? cases : [...cases, { ...whole, seconds }]
}

function caseOf(device: DeviceOutcome, target: TargetOutcome, command: CommandName): Omit<Case, 'seconds'> {
  const { name, status } = target
  const { kind, message } = judged(device, status, command, target)
  const rolledBack = status === 'rolled-back' && command === 'rollback'
  return {
    name,
    status,
    kind: rolledBack ? 'passed' : kind,
    message: message ?? `${status}: ${changeText(target)}${notRead(target)}`,
    text: detailsOf(device, name),
  }
}

/** What was sent and could not be read back may stand there or not. */
function notRead({ sent, after }: TargetOutcome): string {
  return sent && after === undefined ? ', not read back' : ''
}

function deviceCase(device: DeviceOutcome, command: CommandName): Omit<Case, 'seconds'> {
  const { status } = device
  const { kind, message } = judged(device, status, command)
  return { name: 'device', status, kind, message: message ?? status, text: detailsOf(device, undefined) }
}

function judged(
  device: DeviceOutcome,
  status: Status,
  command: CommandName,
  target?: TargetOutcome,
): { readonly kind: Kind; readonly message?: string } {
  const { known, error } = device
  const kind = kindIn(command, device, status, target?.name)
  // A changed host key counts whatever was expected.
  if (known !== undefined && kind !== 'passed' && error?.code !== 'HOST_KEY_CHANGED')
    return { kind: 'skipped', message: `expected until ${known.until}: ${known.reason}` }
  const { pendingKind, reason } = target ?? {}
  if (command === 'drift' && pendingKind !== undefined && target !== undefined)
    return { kind, message: `${status}, ${pendingKind}: ${changeText(target)}` }
  if (reason !== undefined) return { kind, message: `${status}: ${reason}` }
  const overdue = command === 'drift' && kind === 'failure' ? overdueOf(device, target?.name) : undefined
  if (overdue !== undefined && error === undefined && status !== 'pending')
    return { kind, message: `${status}: ${overdue.code}: ${overdue.message}` }
  return error === undefined || kind === 'passed'
    ? { kind }
    : { kind, message: `${error.code}: ${error.message}` }
}

/** Error and findings that explain a target: its own, and those of the device. */
function detailsOf({ error, findings }: DeviceOutcome, target: string | undefined): string {
  const about = findings.filter(
    ({ code, severity, target: about }) =>
      (severity !== 'info' || code === 'LAST_CHANGE') && (about === undefined || about === target),
  )
  return [
    ...(error === undefined
      ? []
      : [
          `${error.code}: ${error.message}`,
          ...(error.line === undefined ? [] : [`line sent: ${error.line}`]),
          ...(error.reply === undefined ? [] : [error.reply]),
          `next: ${error.next}`,
        ]),
    ...about
      .slice(0, 20)
      .flatMap(({ code, severity, message, evidence, next, accepted }) => [
        `${code} (${accepted === undefined ? severity : `accepted by ${accepted.by} until ${accepted.until}`}): ${message}`,
        ...(evidence === undefined ? [] : [evidence]),
        `next: ${next}`,
      ]),
  ].join('\n')
}

function countOf(cases: readonly Case[], kind: Kind): string {
  return String(cases.filter((one) => one.kind === kind).length)
}

/** Not how many are skipped: in the schema that Jenkins' xUnit plugin goes by, only a suite has that. */
function counts(cases: readonly Case[]): string {
  return `${attribute('tests', String(cases.length))}${attribute('failures', countOf(cases, 'failure'))}${attribute('errors', countOf(cases, 'error'))}`
}

function caseLines(host: string, { name, kind, message, status, text, seconds }: Case): readonly string[] {
  const open = `    <testcase${attribute('classname', host)}${attribute('name', name)}${timeOf(seconds)}`
  if (kind === 'passed') return [`${open}/>`]
  const inside =
    kind === 'skipped'
      ? `      <skipped${attribute('message', message)}/>`
      : `      <${kind}${attribute('type', status)}${attribute('message', message)}>${escapeXml(printableLines(text))}</${kind}>`
  return [`${open}>`, inside, '    </testcase>']
}

function attribute(name: string, value: string): string {
  return ` ${name}="${escapeXml(printable(value))}"`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

// What XML 1.0 has no place for, as a character or as a reference (production Char).
const invalid = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

function escapeXml(text: string): string {
  return text.replace(invalid, '').replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
