import { formatDuration } from '../kernel/duration.ts'
import { printable } from '../kernel/printable.ts'
import type { DeviceOutcome, RunResult } from '../model/outcome.ts'
import { renderDevice } from './device-section.ts'
import { renderTable } from './device-table.ts'
import { exitMeaning } from './exit-meaning.ts'
import { beside, type Frame, sentence } from './frame.ts'
import { counted, someOf, wrapText } from './layout.ts'
import { needsAttention, tally, worstFirst } from './names.ts'
import { promisesOf } from './promise.ts'
import { gather, type Section } from './sections.ts'
import { createStyle } from './style.ts'

export interface HumanOptions {
  /** Colour codes; the caller has looked at the terminal, `--no-color` and NO_COLOR. */
  readonly color: boolean
  /** Terminal columns; 80 where there is no terminal. */
  readonly width: number
  /** Every device, row and line in full. */
  readonly verbose: boolean
  readonly exitCode: number
}

// Up to so many devices everything is shown; beyond, what needs attention first, and the rest is counted.
const smallRun = 12
const shownRows = 20
const shownSections = 20

/**
 * The report of a run for people: devices worst first, then for each that needs it what was found, sent,
 * read back and proven, then the promise of the setting, totals and the exit code in words. Ends with a
 * line feed. Bounded for any number of devices unless verbose. Nothing that a device or file said can act
 * on the terminal.
 */
export function renderResult(result: RunResult, options: HumanOptions): string {
  const frame: Frame = {
    style: createStyle(options.color),
    width: Math.max(40, options.width),
    verbose: options.verbose,
  }
  const sorted = worstFirst(result.devices)
  const blocks = [
    header(result, frame),
    sorted.length === 0 ? [] : table(sorted, frame),
    ...details(sorted, result, frame),
    promiseBlock(sorted, frame),
    closing(result, options.exitCode, frame),
  ]
  const shown = blocks.filter((block) => block.length > 0)
  return `${shown.map((block) => block.join('\n')).join('\n\n')}\n`
}

function header(result: RunResult, frame: Frame): readonly string[] {
  const ms = Date.parse(result.finishedAt) - Date.parse(result.startedAt)
  const facts = [
    ...(result.change === undefined ? [] : [`change ${printable(result.change)}`]),
    `run ${printable(result.runId)}`,
    printable(result.startedAt),
    ...(Number.isFinite(ms) ? [`took ${formatDuration(ms)}`] : []),
  ]
  return [
    frame.style.bold(`ikero ${printable(result.command)}: ${printable(result.playbook)}`),
    ...wrapText(facts.join(', '), frame.width),
    ...(result.interrupted ? [frame.style.red('interrupted: not everything below was finished')] : []),
  ]
}

function table(sorted: readonly DeviceOutcome[], frame: Frame): readonly string[] {
  const all = frame.verbose || sorted.length <= smallRun
  const shown = all ? sorted : sorted.filter(needsAttention).slice(0, shownRows)
  const rest = sorted.filter((device) => !shown.includes(device))
  return [
    ...(shown.length === 0 ? [] : renderTable(shown, frame)),
    ...(rest.length === 0
      ? []
      : [
          frame.style.dim(
            `  and ${counted(rest.length, 'device')} more: ${tally(rest.map((one) => one.status))}`,
          ),
        ]),
  ]
}

function details(
  sorted: readonly DeviceOutcome[],
  result: RunResult,
  frame: Frame,
): readonly (readonly string[])[] {
  const small = sorted.length <= smallRun
  const worth = sorted.filter(
    (device) =>
      frame.verbose ||
      needsAttention(device) ||
      (small && (device.status === 'verified' || device.findings.length > 0)),
  )
  const sections = gather(worth, !frame.verbose && !small)
  const shown = frame.verbose ? sections : sections.slice(0, shownSections)
  return [
    ...shown.map(({ device, others }) => renderDevice(device, result.command, others, frame)),
    restOf(sections.slice(shown.length), frame),
  ]
}

/** Names of the devices whose sections were left out, by status and cause. */
function restOf(sections: readonly Section[], frame: Frame): readonly string[] {
  const causes = new Map<string, string[]>()
  for (const { device, others } of sections) {
    const code = device.error?.code ?? device.findings.find((finding) => finding.severity === 'block')?.code
    const cause = code === undefined ? device.status : `${device.status} ${code}`
    causes.set(cause, [...(causes.get(cause) ?? []), device.host, ...others])
  }
  if (causes.size === 0) return []
  return [
    frame.style.bold('not shown above (-v shows all, --json has all)'),
    ...[...causes].flatMap(([cause, hosts]) =>
      wrapText(
        `${printable(cause)}, ${counted(hosts.length, 'device')}: ${someOf(hosts.map(printable), 12)}`,
        frame.width - 4,
      ).map((line, index) => (index === 0 ? `  ${line}` : `    ${line}`)),
    ),
  ]
}

function promiseBlock(devices: readonly DeviceOutcome[], frame: Frame): readonly string[] {
  const lines = promisesOf(devices).flatMap((promise) => sentence(promise, frame))
  return beside('promise', lines, frame.style.dim)
}

function closing(result: RunResult, exitCode: number, frame: Frame): readonly string[] {
  const { style } = frame
  const { devices } = result
  const paint = exitCode === 0 ? style.green : exitCode === 2 || exitCode === 3 ? style.yellow : style.red
  const statuses = tally(devices.map((device) => device.status))
  const changed = devices.filter((device) => device.targets.some((target) => target.sent)).length
  const sent = result.command === 'apply' ? `; ${changed} sent lines to` : ''
  return [
    ...beside(
      'totals',
      [devices.length === 0 ? 'no device' : `${statuses} (${counted(devices.length, 'device')}${sent})`],
      style.bold,
    ),
    ...beside(
      'exit',
      sentence(`${exitCode}: ${exitMeaning(exitCode, result.command)}`, frame).map(paint),
      style.bold,
    ),
    ...beside('next', nextStep(result, frame), style.bold),
  ]
}

function nextStep(result: RunResult, frame: Frame): readonly string[] {
  if (result.devices.some((device) => device.status === 'unproven')) {
    return sentence(
      `\`ikero verify ${result.runId}\` after the old SAs have ended: an unproven target stays open until then`,
      frame,
    )
  }
  if (result.command === 'plan' && result.devices.some((device) => device.status === 'pending')) {
    return sentence('`ikero apply` with this playbook reads the devices again and sends the lines', frame)
  }
  return []
}
