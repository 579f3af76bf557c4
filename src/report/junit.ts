import { printable, printableLines } from '../kernel/printable.ts'
import type { DeviceOutcome, Status, TargetOutcome } from '../model/outcome.ts'
import type { ReportInput } from './change-report.ts'

/** What a target's status means to whatever reads test results. */
type Kind = 'passed' | 'failure' | 'error' | 'skipped'

/** `pending` and `unproven` are no faults: what is outstanding is skipped, with the reason. */
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

interface Case {
  readonly name: string
  readonly status: Status
  readonly kind: Kind
  readonly message: string
  readonly text: string
}

/** The run as JUnit XML: a device is a test suite, a target a test case. Ends with a line feed. */
export function renderJunit({ result }: ReportInput): string {
  const suites = result.devices.map((device) => ({ device, cases: casesOf(device, result.command) }))
  const all = suites.flatMap(({ cases }) => cases)
  const seconds = (Date.parse(result.finishedAt) - Date.parse(result.startedAt)) / 1000
  const time = Number.isFinite(seconds) ? attribute('time', seconds.toFixed(3)) : ''
  const name = `ikero ${result.command}: ${result.playbook}`
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attribute('name', name)}${counts(all)}${time}>`,
    ...suites.flatMap(({ device, cases }) => [
      `  <testsuite${attribute('name', device.host)}${counts(cases)}${attribute('skipped', countOf(cases, 'skipped'))}${attribute('timestamp', result.startedAt.replace(/\.\d+Z$/, 'Z'))}>`,
      '    <properties>',
      ...properties(device, result.runId, result.change).map(
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
  device: DeviceOutcome,
  runId: string,
  change: string | undefined,
): readonly (readonly [string, string])[] {
  return [
    ['run', runId],
    ...(change === undefined ? [] : ([['change', change]] as const)),
    ['platform', device.platform],
    ['status', device.status],
    ['saved', device.saved],
  ]
}

function casesOf(device: DeviceOutcome, command: string): readonly Case[] {
  const cases = device.targets.map((target) => caseOf(device, target, command))
  // What concerns the device as a whole must not be lost where no target carries it.
  const carried = cases.some(({ status }) => status === device.status)
  return carried ? cases : [...cases, deviceCase(device)]
}

function caseOf(device: DeviceOutcome, target: TargetOutcome, command: string): Case {
  const { name, status } = target
  const { kind, message } = judged(device, status, target.reason)
  const rolledBack = status === 'rolled-back' && command === 'rollback'
  return {
    name,
    status,
    kind: rolledBack ? 'passed' : kind,
    message: message ?? `${status}: ${target.before} -> ${target.after ?? 'not read back'}`,
    text: detailsOf(device, name),
  }
}

function deviceCase(device: DeviceOutcome): Case {
  const { kind, message } = judged(device, device.status, undefined)
  const { status } = device
  return { name: 'device', status, kind, message: message ?? status, text: detailsOf(device, undefined) }
}

function judged(
  { known, error }: DeviceOutcome,
  status: Status,
  reason: string | undefined,
): { readonly kind: Kind; readonly message?: string } {
  const kind = kinds[status] ?? 'error'
  // A changed host key counts whatever was expected.
  if (known !== undefined && kind !== 'passed' && error?.code !== 'HOST_KEY_CHANGED')
    return { kind: 'skipped', message: `expected until ${known.until}: ${known.reason}` }
  if (reason !== undefined) return { kind, message: `${status}: ${reason}` }
  return error === undefined || kind === 'passed'
    ? { kind }
    : { kind, message: `${error.code}: ${error.message}` }
}

/** Error and findings that explain a target: its own, and those of the device. */
function detailsOf({ error, findings }: DeviceOutcome, target: string | undefined): string {
  const about = findings.filter(
    (finding) => finding.severity !== 'info' && (finding.target === undefined || finding.target === target),
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

function caseLines(host: string, { name, kind, message, status, text }: Case): readonly string[] {
  const open = `    <testcase${attribute('classname', host)}${attribute('name', name)}`
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
