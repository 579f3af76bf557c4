import type { ReportInput } from '../change-report.ts'
import { stepRows } from '../run-steps.ts'
import { type Html, html, preformatted } from './element.ts'
import { badge, section, table } from './parts.ts'

const stepsShown = 1500

/** What the run did, step by step, by its journal. */
export function timeline({ steps, result }: ReportInput): Html {
  const rows = stepRows(steps)
  const shown = rows.slice(0, stepsShown)
  const body =
    rows.length === 0
      ? html`<p>${result.command === 'plan' || result.command === 'verify' ? 'This command sends nothing to any device: it only reads.' : 'No step is on record.'}</p>`
      : table({
          caption: 'By the journal of the run; times in UTC',
          columns: ['Time', 'Device', 'Step', 'What, and the answer'],
          rows: shown.map(({ at, host, what, text, said, bad }) => [
            timeOf(at),
            host,
            bad === true ? badge(what, 'bad') : what,
            html`<span class="mono">${text}</span>${said !== undefined && preformatted(said)}`,
          ]),
        })
  return section(
    'timeline',
    'Timeline',
    body,
    rows.length > shown.length &&
      html`<p>and ${rows.length - shown.length} more steps: ikero show ${result.runId} -v has all</p>`,
  )
}

function timeOf(at: string): string {
  return at.replace('T', ' ').replace(/(?:\.\d+)?Z$/, '')
}
