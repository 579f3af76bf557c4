import type { ReportInput } from '../change-report.ts'
import { factsOf, moment } from '../run-facts.ts'
import { boardPage } from './board.ts'
import { deviceSections } from './devices.ts'
import { htmlDocument, sourceHash } from './document.ts'
import { type Html, html } from './element.ts'
import { css } from './report-style.ts'
import { timeline } from './timeline.ts'
import { topology } from './topology.ts'

/** Only this very style sheet works, and nothing is loaded, sent or run. */
const policy = `default-src 'none'; style-src ${sourceHash(css)}; img-src data:; base-uri 'none'; form-action 'none'`

const parts: readonly (readonly [string, string])[] = [
  ['summary', 'Summary'],
  ['risks', 'Accepted risks'],
  ['targets', 'Targets and peers'],
  ['way-back', 'Way back'],
  ['proof', 'Proof'],
  ['promise', 'Not promised'],
  ['topology', 'Topology'],
  ['devices', 'Devices'],
  ['timeline', 'Timeline'],
]

/** The report of a run as one HTML file that needs nothing else. Ends with a line feed. */
export function renderHtml(input: ReportInput): string {
  const { result } = input
  const kind = result.remediation === undefined ? kinds[result.command] : 'Drift put back'
  const title = `${kind ?? 'Change report'}: ${result.playbook}`
  return htmlDocument({
    title: `${result.change === undefined ? '' : `${result.change} – `}${title}`,
    css,
    head: html`<meta http-equiv="Content-Security-Policy" content="${policy}">\n`,
    skip: 'Skip to the report',
    header: head(input, title),
    nav: { label: 'Parts of this report', places: parts },
    main: html`${boardPage(input)}${topology(result)}${deviceSections(result)}${timeline(input)}`,
    footer: foot(input),
  })
}

const kinds: Readonly<Record<ReportInput['result']['command'], string>> = {
  plan: 'Planned change',
  apply: 'Change report',
  verify: 'Verification',
  drift: 'Drift check',
  resume: 'Resumed change',
  rollback: 'Rollback',
}

function head({ result }: ReportInput, title: string): Html {
  return html`<header><div class="wrap"><p class="kind">ikero${result.change !== undefined && `, change ${result.change}`}</p><h1>${title}</h1><p class="meta">Run ${result.runId}, begun ${moment(result.startedAt)}. Times are in UTC.</p></div></header>`
}

/** Who and which files, once more and with digests in full: where a printed report is signed. */
function foot(input: ReportInput): Html {
  return html`<footer><div class="wrap"><h2 id="record">For the record</h2><dl class="record">${factsOf(
    input,
  ).map(
    ({ label, text, digest }) =>
      html`<div><dt>${label}</dt><dd>${digest === true ? html`<span class="mono">${text}</span>` : text}</dd></div>`,
  )}</dl><p>Written by ikero from the record of this run. Text of devices and files is shown as they gave it; what would not show as itself is written as an escape.</p></div></footer>`
}
