import { formatDuration } from '../../kernel/duration.ts'
import type { RunResult } from '../../model/outcome.ts'
import type { ReportInput } from '../change-report.ts'
import { counted } from '../layout.ts'
import { type StepRow, stepRows } from '../run-steps.ts'
import { type Html, html, type Piece, preformatted } from './element.ts'
import { badge, groupedTable, type RowGroup, section } from './parts.ts'

const stepsShown = 1500
/** Beyond, the table is folded: a page of a fleet must not be all journal. */
const stepsOpen = 150
/** Colours of the style sheet that devices take turns with; the name stands beside it. */
const colours = 6

/** What the run did, step by step, by its journal: wave by wave. */
export function timeline({ steps, result }: ReportInput): Html {
  const rows = stepRows(steps)
  const shown = rows.slice(0, stepsShown)
  const body =
    rows.length === 0
      ? html`<p>${result.remediation === undefined && ['plan', 'verify', 'drift'].includes(result.command) ? 'This command sends nothing to any device: it only reads.' : 'No step is on record.'}</p>`
      : shown.length > stepsOpen
        ? html`<details><summary>${counted(shown.length, 'step')}</summary>${stepsTable(shown, result)}</details>`
        : stepsTable(shown, result)
  return section(
    'timeline',
    'Timeline',
    body,
    rows.length > shown.length &&
      html`<p>and ${rows.length - shown.length} more steps: ikero show ${result.runId} -v has all</p>`,
  )
}

function stepsTable(rows: readonly StepRow[], { startedAt }: RunResult): Html {
  return groupedTable({
    caption: 'By the journal of the run, with the time since it began',
    layout: 'steps',
    columns: ['Time, since the begin', 'Device', 'Step', 'What, and the answer'],
    groups: groupsOf(rows, Date.parse(startedAt)),
  })
}

/** A wave is a heading over the steps that follow it. */
function groupsOf(rows: readonly StepRow[], begin: number): readonly RowGroup[] {
  const colourOf = colouring()
  const groups: { head?: Piece; rows: (readonly Piece[])[] }[] = []
  for (const { at, host, what, text, said, bad } of rows) {
    if (what === 'wave') {
      groups.push({ head: html`${timeOf(at, begin)} Wave ${text}`, rows: [] })
      continue
    }
    const group = groups.at(-1) ?? { rows: [] }
    if (groups.length === 0) groups.push(group)
    group.rows.push([
      timeOf(at, begin),
      host === '' ? 'all' : html`<span class="host ${colourOf(host)}">${host}</span>`,
      bad === true ? badge(what, 'bad') : what,
      html`<span class="mono">${text}</span>${said !== undefined && preformatted(said)}`,
    ])
  }
  return groups
}

function colouring(): (host: string) => string {
  const seen = new Map<string, number>()
  return (host) => {
    const nth = seen.get(host) ?? seen.size
    seen.set(host, nth)
    return `c${nth % colours}`
  }
}

/** Absolute, for the ticket and the logs of others; and since the begin, for the order. */
function timeOf(at: string, begin: number): Html {
  const since = Date.parse(at) - begin
  const shown = at.replace('T', ' ').replace(/(?:\.\d+)?Z$/, '')
  return html`<span class="time">${shown}</span>${
    Number.isFinite(since) && since >= 0 && html` <span class="since">+${sinceText(since)}</span>`
  }`
}

/** Tenths of a second in the first minute, where a run of some seconds has its order. */
function sinceText(ms: number): string {
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)}s` : formatDuration(ms)
}
