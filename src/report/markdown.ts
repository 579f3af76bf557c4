import { someOf } from '../kernel/some-of.ts'
import type { DeviceOutcome, RunResult } from '../model/outcome.ts'
import {
  acceptedRisks,
  cautions,
  deviceLabel,
  groupsOf,
  identityText,
  proofPlan,
  type ReportInput,
  totalsText,
  verdictOf,
  waysBack,
} from './change-report.ts'
import { changeText, decisionPoints } from './decision.ts'
import { acceptanceText, groupFindings } from './finding-groups.ts'
import { type ImpactRow, targetRows } from './impact-rows.ts'
import { counted } from './layout.ts'
import { mdBlock, mdCode, mdTable, mdText } from './markdown-text.ts'
import { needsAttention, worstFirst } from './names.ts'
import { commandText, remediationTexts } from './remediation.ts'
import { factsOf, moment } from './run-facts.ts'
import { unifiedDiff } from './unified-diff.ts'

/** Tickets take some 64 kB; what does not fit is counted, never left out in silence. */
const mostBytes = 58_000
const peersShown = 6
const namesShown = 40
const hostsShown = 200

type Block = readonly string[]

/** The report of a run as Markdown for a ticket, at most some 60 kB. Ends with a line feed. */
export function renderMarkdown(input: ReportInput): string {
  const { result } = input
  const head = [
    [`# ${mdText(title(result))}`],
    verdict(input),
    ...stopped(result),
    ...remediated(result),
    decisionPoints(input).map(
      ({ label, sentences }) => `- **${mdText(label)}**: ${sentences.map(mdText).join(' ')}`,
    ),
  ]
  const tail = [
    ['## What this does not promise', '', ...cautions(result).map((one) => `- ${mdText(one)}`)],
    [
      '## For the record',
      '',
      ...factsOf(input).map(
        ({ label, text, digest }) => `- ${label}: ${digest === true ? mdCode(text) : mdText(text)}`,
      ),
      '',
      'Times are in UTC.',
    ],
  ]
  const body = [
    ...devicesByStatus(result),
    ...risks(result),
    ...targets(result),
    ...wayBack(result),
    ...proof(input),
    ...details(result),
  ]
  const room = mostBytes - sizeOf([...head, ...tail])
  return `${[...head, ...fitting(body, room), ...tail].map((block) => block.join('\n')).join('\n\n')}\n`
}

const encoder = new TextEncoder()

function sizeOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + encoder.encode(block.join('\n')).length + 2, 0)
}

/** Every block that there is room for, then how many are missing. */
function fitting(blocks: readonly Block[], room: number): readonly Block[] {
  const kept: Block[] = []
  let used = 200
  for (const block of blocks) {
    const size = sizeOf([block])
    if (used + size > room) continue
    used += size
    kept.push(block)
  }
  const missing = blocks.length - kept.length
  if (missing === 0) return kept
  return [
    ...kept,
    [
      `**Cut here: ${counted(missing, 'part')} of this report did not fit into a ticket.** The HTML report has all.`,
    ],
  ]
}

function title(result: RunResult): string {
  const { change, playbook } = result
  return `${change === undefined ? '' : `${change}: `}ikero ${commandText(result)}, ${playbook}`
}

function verdict(input: ReportInput): Block {
  const { result, damage, exitCode } = input
  return [
    `**${mdText(verdictOf(input).text)}.** ${mdText(totalsText(result))}. Exit code ${exitCode}.`,
    ...(result.interrupted ? ['', '**The run was interrupted: not everything below was finished.**'] : []),
    ...(result.halted === true
      ? ['', '**It was interrupted twice: devices in hand were left as they were.**']
      : []),
    ...(damage === 0 ? [] : ['', `**${damage} places of the journal are damaged and were not used.**`]),
  ]
}

function remediated(result: RunResult): readonly Block[] {
  const texts = remediationTexts(result)
  return texts.length === 0 ? [] : [texts.map(({ label, text }) => `- **${mdText(label)}**: ${mdText(text)}`)]
}

function stopped({ rollout }: RunResult): readonly Block[] {
  const stop = rollout?.stopped
  if (stop === undefined) return []
  const head = `**The rollout stopped: lines were sent to ${stop.changed}, ${stop.notBegun} not begun.**`
  const told = [...stop.split, stop.reason].map((one) => `- ${mdText(one)}`)
  return [[head, '', ...told, `- Next: ${mdText(stop.next)}`]]
}

function devicesByStatus(result: RunResult): readonly Block[] {
  const rows = groupsOf(result).map(({ title: name, devices }) => [
    name,
    String(devices.length),
    mdText(someOf(devices.map(deviceLabel), namesShown)),
  ])
  return rows.length === 0 ? [] : [['## Devices', ''], mdTable(['', 'Devices', 'Names'], rows)].map(tight)
}

function tight(block: Block): Block {
  return block.at(-1) === '' ? block.slice(0, -1) : block
}

function risks(result: RunResult): readonly Block[] {
  const rows = acceptedRisks(result).map(({ host, target, code, reason, by, until }) => [
    `${mdCode(host)} ${mdCode(target)}`,
    mdCode(code),
    mdText(reason),
    mdText(by),
    mdText(until),
  ])
  const heading = ['## Accepted risks']
  if (rows.length === 0) return [[...heading, '', 'None.']]
  return [heading, ...inParts(['Target', 'Finding', 'Reason', 'Accepted by', 'Until'], rows)]
}

/** A long table in parts, so that it can be cut between them. */
function inParts(columns: readonly string[], rows: readonly (readonly string[])[]): readonly Block[] {
  const parts: Block[] = []
  for (let at = 0; at < rows.length; at += 25) parts.push(mdTable(columns, rows.slice(at, at + 25)))
  return parts
}

function targets(result: RunResult): readonly Block[] {
  const rows = targetRows(result, peersShown).flatMap(({ device, target, rows: peers, more, lifetimes }) => {
    const name = `${mdCode(device.host)} ${mdCode(target.name)}`
    const head = [name, `${mdText(target.status)}; ${mdText(changeText(target))}`]
    const told = peers.map((row) => [...head, ...peerCells(row, lifetimes)])
    const remark = (text: string): readonly string[] => [...head, mdText(text), '', '', '', '', '']
    const rest = more === undefined ? [] : [remark(more)]
    return told.length + rest.length === 0 ? [remark('no peer is known')] : [...told, ...rest]
  })
  if (rows.length === 0) return []
  const columns = [
    'Target',
    'Status and setting',
    'Peer',
    'Kind, and how that is known',
    'SA started by',
    'Can it start, and why we believe it',
    'Lifetimes',
    'If it does not call',
  ]
  return [['## Targets and peers'], ...inParts(columns, rows)]
}

function peerCells(row: ImpactRow, lifetimesHere: string): readonly string[] {
  const { now } = row
  return [
    `${mdCode(row.peer)}${row.name === undefined ? '' : ` ${mdText(row.name)}`}`,
    mdText(`${row.type}; ${row.typeSource}`),
    mdText(row.startedBy),
    mdText(`${row.canStart}: ${row.why}`),
    mdText(`here: ${lifetimesHere}; there: ${row.lifetimes}`),
    now === undefined
      ? mdText(row.ifNot)
      : mdText(now.tone === 'good' ? now.text : `${now.text}; ${row.ifNot}`),
  ]
}

function proof(input: ReportInput): readonly Block[] {
  const coverage = input.result.devices.flatMap(({ host, coverageText }) =>
    coverageText === undefined ? [] : [`- ${mdCode(host)}: ${mdText(coverageText)}`],
  )
  return [
    ['## Proof', '', ...proofPlan(input).map((one) => `- ${mdText(one)}`)],
    ...(coverage.length === 0 ? [] : [coverage.slice(0, 200)]),
    ...(coverage.length > 200 ? [[`and ${coverage.length - 200} more devices`]] : []),
    ...stillOpen(input),
  ]
}

function stillOpen({ open }: ReportInput): readonly Block[] {
  const rows = open.map(({ host, target, text, completeBy, status }) => {
    const by = completeBy === undefined ? '' : `, complete by ${moment(completeBy)}`
    return `- ${mdCode(host)} ${mdCode(target)}: ${mdText(`${text ?? status}${by}`)}`
  })
  return rows.length === 0 ? [] : [['Still open today:', '', ...rows.slice(0, 100)]]
}

function wayBack(result: RunResult): readonly Block[] {
  const all = waysBack(result)
  if (all.length === 0) return []
  return [
    ['## The way back', '', 'Lines to paste at the console of each device.'],
    ...all.map(({ hosts, context, lines, note }) => [
      `${hosts.slice(0, hostsShown).map(mdCode).join(', ')}${hosts.length > hostsShown ? ` and ${hosts.length - hostsShown} more` : ''}${context === undefined ? '' : `, context ${mdCode(context)}`}${note === undefined ? '' : `: ${mdText(note)}`}`,
      '',
      ...mdBlock(lines.join('\n')),
    ]),
  ]
}

function details(result: RunResult): readonly Block[] {
  const worth = worstFirst(result.devices).filter(
    (device) => needsAttention(device, result.command) || device.targets.some((target) => target.sent),
  )
  return worth.length === 0 ? [] : [['## Details'], ...worth.map(deviceBlock)]
}

function deviceBlock(device: DeviceOutcome): Block {
  const { error } = device
  return [
    `### ${mdText(device.host)}: ${mdText(device.status)}`,
    '',
    mdText(identityText(device)),
    ...(error === undefined
      ? []
      : [
          '',
          `**${mdCode(error.code)}** ${mdText(error.message)}`,
          ...(error.line === undefined ? [] : ['', `Line sent: ${mdCode(error.line)}`]),
          ...quoted(error.reply),
          '',
          `Next: ${mdText(error.next)}`,
        ]),
    ...groupFindings(device.findings).flatMap(({ code, severity, accepted, findings }) => [
      '',
      `**${mdCode(code)}** (${accepted === undefined ? severity : 'accepted'}), ${counted(findings.length, 'time')}`,
      ...findings
        .slice(0, 3)
        .flatMap(({ message, target, evidence }) => [
          '',
          `${target === undefined ? '' : `${mdCode(target)}: `}${mdText(message)}`,
          ...quoted(evidence),
        ]),
      ...(accepted === undefined
        ? ['', `Next: ${mdText(findings[0]?.next ?? '')}`]
        : ['', mdText(acceptanceText(accepted))]),
    ]),
    ...(device.change.lines.length === 0
      ? []
      : ['', 'Lines:', '', ...mdBlock(device.change.lines.join('\n'))]),
    ...device.targets.flatMap(({ impact, name, sent, status }) =>
      impact?.config === undefined || !(sent || status === 'pending')
        ? []
        : [
            '',
            `${mdCode(name)}, before and after:`,
            '',
            ...mdBlock(
              unifiedDiff(impact.config.before, impact.config.after)
                .map(({ sign, text }) => `${sign}${text}`)
                .join('\n'),
              'diff',
            ),
          ],
    ),
  ]
}

/** The head of what a device said: a ticket is no log. */
function quoted(text: string | undefined): Block {
  if (text === undefined || text.trim() === '') return []
  const lines = text.replace(/\s+$/, '').split('\n')
  const shown = lines.slice(0, 8).map((line) => line.slice(0, 400))
  const more = lines.length > shown.length ? [`(and ${lines.length - shown.length} more lines)`] : []
  return ['', ...mdBlock([...shown, ...more].join('\n'))]
}
