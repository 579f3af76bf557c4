import { formatDuration } from '../kernel/duration.ts'
import { printable } from '../kernel/printable.ts'
import { someOf } from '../kernel/some-of.ts'
import type { DeviceOutcome, RunResult, TargetOutcome } from '../model/outcome.ts'
import { renderDevice } from './device-section.ts'
import { renderTable } from './device-table.ts'
import { driftSteps } from './drift.ts'
import { exitMeaning } from './exit-meaning.ts'
import { beside, type Frame, sentence, textWidth } from './frame.ts'
import { counted, wrapText } from './layout.ts'
import {
  attentionFirst,
  needsAttention,
  savedPlanText,
  tally,
  unreachableFirst,
  worstFirst,
} from './names.ts'
import { promisesOf } from './promise.ts'
import { commandText, renderRemediation } from './remediation.ts'
import { renderStop, renderWaves, renderWindow } from './rollout.ts'
import { causeOf, fewOfEach, gather, type Section } from './sections.ts'
import { createStyle } from './style.ts'
import { wordsOf } from './words.ts'

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
const rowsOfOneCause = 5
const sectionsOfOneCause = 3

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
  const { command } = result
  const worst = (command === 'rollback' ? unreachableFirst : worstFirst)(result.devices)
  const sorted = command === 'drift' ? attentionFirst(worst, command) : worst
  const blocks = [
    [...header(result, frame), ...renderWindow(result, frame)],
    renderStop(result, frame),
    renderRemediation(result, frame),
    notReached(result, frame),
    sorted.length === 0 ? [] : table(sorted, command, frame),
    ...details(sorted, result, frame),
    footnotes(sorted, frame),
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
    ...(result.of === undefined ? [] : [`takes back run ${printable(result.of)}`]),
    `started ${printable(result.startedAt.replace('T', ' ').replace(/\.\d+Z$/, 'Z'))}`,
    ...(Number.isFinite(ms) ? [`took ${formatDuration(ms)}`] : []),
  ]
  return [
    frame.style.bold(`ikero ${printable(commandText(result))}: ${printable(result.playbook)}`),
    ...wrapText(facts.join(', '), frame.width),
    ...(result.planFile === undefined
      ? []
      : wrapText(printable(`saved plan ${savedPlanText(result.planFile)}`), frame.width)),
    ...(result.interrupted ? [frame.style.red('interrupted: not everything below was finished')] : []),
  ]
}

/** Of a rollback, first: what stays as the run left it, by name and however many they are. */
function notReached({ command, devices }: RunResult, frame: Frame): readonly string[] {
  const away = devices.filter((device) => device.status === 'unreachable')
  if (command !== 'rollback' || away.length === 0) return []
  const names = away.map((device) => printable(device.host)).join(', ')
  const text = `not reached, and as the run left ${away.length === 1 ? 'it' : 'them'} (${counted(away.length, 'device')}): ${names}`
  return wrapText(text, frame.width).map(frame.style.red)
}

function table(
  sorted: readonly DeviceOutcome[],
  command: RunResult['command'],
  frame: Frame,
): readonly string[] {
  const wrong = sorted.filter((device) => needsAttention(device, command))
  // Beside what has drifted, what has not is only counted; what is expected is told by its row.
  const crowded = command === 'drift' && wrong.length > 0
  const expected = crowded ? sorted.filter((device) => device.known !== undefined) : []
  const worth = [...new Set([...wrong, ...expected])]
  const small = sorted.length <= smallRun
  const all = frame.verbose || (small && !crowded)
  const few = small ? worth : fewOfEach(worth, (device) => device, rowsOfOneCause, shownRows)
  const shown = new Set(all ? sorted : few)
  const rest = sorted.filter((device) => !shown.has(device)).map((device) => device.status)
  return [
    ...(shown.size === 0 ? [] : renderTable([...shown], command, frame)),
    ...(rest.length === 0 ? [] : [frame.style.dim(`  and ${rest.length} more: ${tally(rest)}`)]),
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
      needsAttention(device, result.command) ||
      (small &&
        result.command !== 'drift' &&
        (device.status === 'verified' || device.status === 'rolled-back' || device.findings.length > 0)),
  )
  const sections = gather(worth, !frame.verbose && (!small || result.command === 'drift'))
  const all = frame.verbose || small
  const shown = all
    ? sections
    : fewOfEach(sections, ({ device }) => device, sectionsOfOneCause, shownSections)
  return [
    ...shown.map(({ device, others }) => renderDevice(device, result.command, others, frame)),
    restOf(
      sections.filter((section) => !shown.includes(section)),
      frame,
    ),
  ]
}

/** Names of the devices whose sections were left out, by status and cause. */
function restOf(sections: readonly Section[], frame: Frame): readonly string[] {
  const causes = new Map<string, string[]>()
  for (const { device, others } of sections) {
    const cause = [...new Set([device.status, causeOf(device)])].join(' ')
    const hosts = causes.get(cause) ?? []
    hosts.push(...[device, ...others].map((one) => printable(one.host)))
    causes.set(cause, hosts)
  }
  if (causes.size === 0) return []
  const lines = [...causes].flatMap(([cause, hosts]) =>
    wrapText(
      `${printable(cause)}, ${counted(hosts.length, 'device')}: ${someOf(hosts, 40)}`,
      frame.width - 4,
    ),
  )
  return [frame.style.bold('not shown above (-v and --json have all)'), ...lines.map((line) => `  ${line}`)]
}

function footnotes(devices: readonly DeviceOutcome[], frame: Frame): readonly string[] {
  const wrapped = (texts: readonly string[]): readonly string[] =>
    texts.flatMap((text) => sentence(text, frame))
  return [
    ...beside('words', wrapped(wordsOf(devices)), frame.style.dim),
    ...beside('promise', wrapped(promisesOf(devices)), frame.style.dim),
  ]
}

function closing(result: RunResult, exitCode: number, frame: Frame): readonly string[] {
  const { style } = frame
  const { devices } = result
  const paint = exitCode === 0 ? style.green : exitCode === 2 || exitCode === 3 ? style.yellow : style.red
  const totals = [
    counted(devices.length, 'device'),
    ...(devices.length === 0
      ? []
      : [`: ${tally(devices.map((device) => device.status))}${knownText(devices)}`]),
    ...(result.command === 'apply' || result.remediation !== undefined ? [sentAndSaved(devices)] : []),
  ]
  const meaning = `${exitCode}: ${exitMeaning(exitCode, result)}`
  return [
    ...renderWaves(result, frame),
    ...beside('totals', sentence(totals.join(''), frame), style.bold),
    ...beside('exit', wrapText(meaning, textWidth(frame)).map(paint), style.bold),
    ...beside('next', nextStep(result, frame), style.bold),
  ]
}

function knownText(devices: readonly DeviceOutcome[]): string {
  const known = devices.filter((device) => device.known !== undefined).length
  return known === 0 ? '' : ` (${known} as the playbook expects)`
}

function sentAndSaved(devices: readonly DeviceOutcome[]): string {
  const changed = devices.filter((device) => device.targets.some((target) => target.sent))
  const unsaved = changed.filter(
    (device) => device.saved === 'no' && (device.status === 'verified' || device.status === 'unproven'),
  )
  const sent = `; lines were sent to ${changed.length === 0 ? 'none' : changed.length}`
  return unsaved.length === 0 ? sent : `${sent}, not saved to startup on ${unsaved.length}`
}

/** Not where every peer may belong to several tunnels: no later reading tells them apart. */
function isProvableLater({ status, coverage }: TargetOutcome): boolean {
  return status === 'unproven' && (coverage === undefined || coverage.ambiguous !== coverage.peers)
}

function nextStep(result: RunResult, frame: Frame): readonly string[] {
  const targets = result.devices.flatMap((device) => device.targets)
  if (result.command === 'drift')
    return driftSteps(result).flatMap((step) => wrapText(step, textWidth(frame)))
  if (targets.some(isProvableLater)) {
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
