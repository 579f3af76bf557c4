import { someOf } from '../../kernel/some-of.ts'
import type { RunResult } from '../../model/outcome.ts'
import {
  acceptedRisks,
  deviceLabel,
  factsOf,
  groupsOf,
  moment,
  proofPlan,
  type ReportInput,
  totalsText,
  verdictOf,
  waysBack,
} from '../change-report.ts'
import { type ImpactRow, impactSentences, type TargetRows, targetRows } from '../impact-rows.ts'
import { valueName } from '../names.ts'
import { promisesOf } from '../promise.ts'
import { codeLines, type Html, html } from './element.ts'
import { badge, factList, list, section, small, statusBadge, table } from './parts.ts'

// A board reads names, not pages of them: the devices below have all.
const namesShown = 40
const peersShown = 8
const rowsShown = 400
const risksShown = 200
const waysShown = 100

/** Page one: what is asked for, what it touches, what can go wrong, and the way back. */
export function boardPage(input: ReportInput): Html {
  const { result } = input
  return html`${section(
    'summary',
    'Summary for the change board',
    verdict(input),
    tiles(result),
    html`<div class="card impact"><h3>Impact</h3>${impactSentences(result).map((one) => html`<p>${one}</p>`)}</div>`,
    html`<div class="card">${factList(factsOf(input))}</div>`,
  )}${risks(result)}${targets(result)}${proof(input)}${wayBack(result)}${promise(result)}`
}

function verdict(input: ReportInput): Html {
  const { tone, text } = verdictOf(input)
  const { result, damage } = input
  return html`<div class="verdict ${tone}"><strong>${text}</strong><span>${totalsText(result)}. Exit code ${input.exitCode}.${
    result.interrupted && ' The run was interrupted: not everything below was finished.'
  }${damage > 0 && ` ${damage} places of the run's journal are damaged and were not used.`}</span></div>`
}

function tiles(result: RunResult): Html {
  return html`<div class="tiles">${groupsOf(result).map(
    ({ title, tone, devices }) =>
      html`<div class="tile ${tone}"><h3>${title}</h3><p class="count">${devices.length}</p><p class="names">${someOf(devices.map(deviceLabel), namesShown)}</p></div>`,
  )}</div>\n`
}

function risks(result: RunResult): Html {
  const all = acceptedRisks(result)
  const shown = all.slice(0, risksShown)
  const body =
    all.length === 0
      ? html`<p>None: no blocking finding was accepted.</p>`
      : table({
          caption: 'Blocking findings that a named person took on',
          columns: ['Device and target', 'Finding', 'Reason', 'Accepted by', 'Until'],
          rows: shown.map((one) => [
            html`${one.host} ${small(one.target)}`,
            html`${one.code} ${small(one.message)}`,
            one.reason,
            one.by,
            one.until,
          ]),
        })
  return section('risks', 'Accepted risks', body, left(all.length - shown.length, 'accepted findings'))
}

function left(count: number, what: string): Html {
  return count > 0 ? html`<p>and ${count} more ${what}, which the run's --json has</p>` : html``
}

function targets(result: RunResult): Html {
  const all = targetRows(result, peersShown)
  const rows: (readonly Html[])[] = []
  let shown = 0
  for (const one of all) {
    if (rows.length + one.rows.length > rowsShown) break
    rows.push(...rowsOf(one))
    shown += 1
  }
  const body =
    rows.length === 0
      ? html`<p>No target is to change, was changed or waits for its proof.</p>`
      : table({
          caption: 'One row per target and peer; what is against a start comes first',
          columns: [
            'Target',
            'Peer',
            'Kind, and how that is known',
            'Present SA started by',
            'Can the peer start, and why we believe it',
            'Lifetimes',
            'If the peer does not call',
          ],
          rows,
        })
  return section('targets', 'Targets and peers', body, left(all.length - shown, 'targets'))
}

function rowsOf(one: TargetRows): readonly (readonly Html[])[] {
  const rows = one.rows.map((row, index) => peerCells(one, row, index === 0))
  const none = html``
  if (rows.length === 0 && one.more === undefined) {
    return [[targetCell(one, true), html`none known`, none, none, none, none, none]]
  }
  const more = one.more
  if (more === undefined) return rows
  return [...rows, [targetCell(one, rows.length === 0), html`${more}`, none, none, none, none, none]]
}

function targetCell({ device, target }: TargetRows, first: boolean): Html {
  const change =
    target.impact === undefined
      ? valueName(target.after ?? target.before)
      : `${valueName(target.before)} → ${valueName(target.sent ? (target.after ?? target.before) : target.impact.wanted)}`
  return html`${device.host} ${small(target.name)}${first && html`${small(change)}${statusBadge(target.status)}`}`
}

function peerCells(one: TargetRows, row: ImpactRow, first: boolean): readonly Html[] {
  return [
    targetCell(one, first),
    html`<span class="mono addr">${row.peer}</span>${row.name !== undefined && small(row.name)}`,
    html`${row.type} ${small(row.typeSource)}`,
    html`${row.startedBy}`,
    html`${badge(row.canStart, row.canStartTone)} ${small(row.why)}`,
    html`here: ${row.lifetimesHere} ${small(`there: ${row.lifetimesThere}`)}`,
    html`${row.ifNot}`,
  ]
}

function proof(input: ReportInput): Html {
  const coverage = input.result.devices.flatMap(({ host, coverageText }) =>
    coverageText === undefined ? [] : [html`<strong>${host}</strong>: ${coverageText}`],
  )
  const shown = coverage.slice(0, risksShown)
  const open = input.open.map(
    ({ host, target, text, completeBy, status }) =>
      html`<strong>${host} ${target}</strong>: ${text ?? status}${completeBy !== undefined && `, complete by ${moment(completeBy)}`}`,
  )
  return section(
    'proof',
    'Proof plan and coverage',
    list(proofPlan(input)),
    shown.length === 0
      ? html`<p>No coverage yet: nothing was changed that is to be proven.</p>`
      : html`<h3>Coverage</h3>${list(shown)}`,
    left(coverage.length - shown.length, 'devices'),
    open.length > 0 && html`<h3>Still open today</h3>${list(open)}`,
  )
}

function wayBack(result: RunResult): Html {
  const all = waysBack(result)
  const shown = all.slice(0, waysShown)
  const body =
    all.length === 0
      ? html`<p>No lines: nothing is to change, and nothing is to take back.</p>`
      : html`<p>Paste these at the console of each device; ikero shows the same lines without contacting anything, and takes a target back by itself when a peer is lost while the run watches.</p><div class="pair">${shown.map(
          ({ host, context, lines, note }) =>
            html`<div><h3>${host}${context !== undefined && `, context ${context}`}</h3>${note !== undefined && html`<p class="muted">${note}</p>`}${codeLines(lines)}</div>`,
        )}</div>`
  return section('way-back', 'The way back', body, left(all.length - shown.length, 'devices'))
}

function promise(result: RunResult): Html {
  const promises = promisesOf(result.devices)
  return section(
    'promise',
    'What this does not promise',
    list([
      ...promises,
      'A setting that was read back is not proof that the other end starts: only a fresh SA is. What other features of a device start is listed under its findings (STILL_INITIATES).',
      'Whether a peer can start is judged by the evidence shown above. Where that is a word of a person or of the inventory, it is worth as much as that word.',
      'The times above come from lifetimes that the devices printed when they were read. An SA may end earlier: by volume, by a clear, or by a restart of either end.',
    ]),
  )
}
