import { someOf } from '../../kernel/some-of.ts'
import type { RunResult } from '../../model/outcome.ts'
import {
  acceptedRisks,
  cautions,
  deviceLabel,
  groupsOf,
  proofPlan,
  type ReportInput,
  totalsText,
  verdictOf,
  waysBack,
} from '../change-report.ts'
import { changeText, decisionPoints } from '../decision.ts'
import { type ImpactRow, type TargetRows, targetRows } from '../impact-rows.ts'
import { counted } from '../layout.ts'
import { type Fact, factsOf, moment, shortDigest } from '../run-facts.ts'
import { codeLines, type Html, html } from './element.ts'
import {
  badge,
  factList,
  groupedTable,
  list,
  type RowGroup,
  section,
  small,
  statusBadge,
  table,
} from './parts.ts'

// A board reads names, not pages of them: the devices below have all.
const namesShown = 40
const peersShown = 8
const rowsShown = 120
const hostsShown = 500
const risksShown = 200
const waysShown = 40

/** Page one: what is asked for, what can go wrong, how it goes back, and what the answers rest on. */
export function boardPage(input: ReportInput): Html {
  const { result } = input
  return html`${section(
    'summary',
    'Summary for the change board',
    verdict(input),
    stopped(result),
    tiles(result),
    html`<dl class="card points">${decisionPoints(input).map(
      ({ label, sentences }) =>
        html`<div><dt>${label}</dt><dd>${sentences.map((one) => html`<p>${one}</p>`)}</dd></div>`,
    )}</dl>\n`,
    html`<div class="card">${factList(factsOf(input).map((fact) => [fact.label, factText(fact)]))}</div>`,
  )}${risks(result)}${targets(result)}${wayBack(result)}${proof(input)}${promise(result)}`
}

/** A digest is compared by its first characters; the end of the page has all of it. */
function factText({ text, digest }: Fact): Html {
  return digest === true
    ? html`<a class="mono digest" href="#record">${shortDigest(text)}</a>`
    : html`${text}`
}

function verdict(input: ReportInput): Html {
  const { tone, text } = verdictOf(input)
  const { result, damage } = input
  return html`<div class="verdict ${tone}"><strong>${text}</strong><span>${totalsText(result)}. Exit code ${input.exitCode}.${
    result.interrupted && ' The run was interrupted: not everything below was finished.'
  }${
    result.halted === true && ' It was interrupted twice: devices in hand were left as they were.'
  }${damage > 0 && ` ${damage} places of the run's journal are damaged and were not used.`}</span></div>`
}

/** Why a rollout ended before its last device; members of a pair that are set differently come first. */
function stopped({ rollout }: RunResult): Html {
  const stop = rollout?.stopped
  if (stop === undefined) return html``
  return html`<div class="verdict bad"><strong>The rollout stopped: lines were sent to ${stop.changed}, ${stop.notBegun} not begun</strong>${stop.split.map(
    (one) => html`<p>${one}</p>`,
  )}<p>${stop.reason}</p><p><b>Next:</b> ${stop.next}</p></div>`
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
          layout: 'risks',
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
  const shown = bounded(all)
  const rest = all.filter((one) => !shown.includes(one))
  const proven = shown.some((one) => one.rows.some((row) => row.now !== undefined))
  const body =
    shown.length === 0
      ? html`<p>No target is to change, was changed or waits for its proof.</p>`
      : groupedTable({
          caption: 'One row per peer, by target; what is against a start comes first',
          layout: 'peers',
          columns: [
            'Peer',
            'Kind, and how that is known',
            'SA started by',
            'Can it start, and why we believe it',
            'Lifetimes there',
            proven ? 'Proof so far, and if it does not call' : 'If it does not call',
          ],
          groups: shown.map(groupOf),
        })
  return section('targets', 'Targets and peers', body, rest.length > 0 && html`<p>${restText(rest)}</p>`)
}

/** As many targets as a board reads; where there are more, those that something is against come first. */
function bounded(all: readonly TargetRows[]): readonly TargetRows[] {
  const size = ({ rows }: TargetRows): number => rows.length + 1
  const fits = all.reduce((sum, one) => sum + size(one), 0) <= rowsShown
  const sorted = fits ? all : [...all].sort((a, b) => Number(isClear(a)) - Number(isClear(b)))
  const shown: TargetRows[] = []
  let rows = 0
  for (const one of sorted) {
    rows += size(one)
    if (rows > rowsShown) break
    shown.push(one)
  }
  return shown
}

function isClear({ rows }: TargetRows): boolean {
  return rows.every(
    (row) => row.canStartTone === 'good' && (row.now === undefined || row.now.tone === 'good'),
  )
}

function restText(rest: readonly TargetRows[]): string {
  const clear = rest.filter(isClear).length
  const told =
    clear === rest.length
      ? 'nothing is against any of them'
      : `with ${rest.length - clear} of them something is open, as in those above`
  return `and ${counted(rest.length, 'more target')}: ${told}. The run's --json has all.`
}

function groupOf(one: TargetRows): RowGroup {
  const { device, target, rows, more, lifetimes } = one
  const head = html`<span class="target">${device.host} <b>${target.name}</b> ${statusBadge(target.status)}</span> <span class="small">${changeText(target)}${target.impact !== undefined && `; lifetimes here: ${lifetimes}`}</span>`
  const peers = rows.map(peerCells)
  if (more !== undefined) return { head, rows: [...peers, [html`${more}`]] }
  return { head, rows: peers.length === 0 ? [['no peer is known']] : peers }
}

function peerCells(row: ImpactRow): readonly Html[] {
  const { now } = row
  return [
    html`<span class="mono">${row.peer}</span>${row.name !== undefined && small(row.name)}`,
    html`${row.type} ${small(row.typeSource)}`,
    html`${row.startedBy}`,
    html`${badge(row.canStart, row.canStartTone)} ${small(row.why)}`,
    html`${row.lifetimes}`,
    now === undefined
      ? html`${row.ifNot}`
      : html`<span class="now ${now.tone}">${now.text}</span>${now.tone !== 'good' && small(row.ifNot)}`,
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
          ({ hosts, context, lines, note }) =>
            html`<div><h3>${someOf(hosts, hostsShown)}${context !== undefined && `, context ${context}`}</h3>${note !== undefined && html`<p class="muted">${note}</p>`}${codeLines(lines)}</div>`,
        )}</div>`
  return section('way-back', 'The way back', body, left(all.length - shown.length, 'devices'))
}

function promise(result: RunResult): Html {
  return section('promise', 'What this does not promise', list(cautions(result)))
}
