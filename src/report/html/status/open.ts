import { isoMs } from '../../../kernel/moment.ts'
import type { OpenTarget } from '../../../model/run-view.ts'
import type { ServeView } from '../../../model/serve-view.ts'
import { counted } from '../../layout.ts'
import { type Html, html, type Piece } from '../element.ts'
import { list, section, small, table } from '../parts.ts'
import { runCommand, type StatusContext, sentenceOf, timeAndAgo, timeOf } from './context.ts'
import { iconBadge } from './marks.ts'

const rowsShown = 200

/** Changes that are not settled: who waits for what, and until when. */
export function openPart(open: readonly OpenTarget[], context: StatusContext): Html {
  // Whatever a person must look at first; then what is due first.
  const end = ({ status, completeBy }: OpenTarget): number => {
    if (status === 'unknown') return Number.NEGATIVE_INFINITY
    const ms = isoMs(completeBy ?? '')
    return Number.isFinite(ms) ? ms : Number.MAX_VALUE
  }
  const shown = open.toSorted((a, b) => end(a) - end(b)).slice(0, rowsShown)
  return section(
    'open',
    'Open proofs',
    open.length === 0
      ? html`<p>None: every change on record is settled.</p>\n`
      : table({
          caption: `Changes whose proof is outstanding; times are in ${context.zone}`,
          layout: 'open',
          columns: ['Device and target', 'State', 'Changed', 'The last old SA ends', 'Next'],
          rows: shown.map((one) => rowOf(one, context)),
        }),
    open.length > shown.length &&
      html`<p>and ${open.length - shown.length} more, which status.json has</p>\n`,
  )
}

function rowOf(one: OpenTarget, context: StatusContext): readonly Piece[] {
  const { host, target, status, changedAt, completeBy, text, overdue, runId } = one
  const { zone, nowMs } = context
  const over = completeBy !== undefined && isoMs(completeBy) <= nowMs
  const state =
    status === 'unknown'
      ? iconBadge('unknown', 'bad')
      : overdue === true
        ? iconBadge('proof overdue', 'open')
        : iconBadge('unproven', 'info')
  return [
    html`${host} ${small(target)}`,
    html`${state} ${small(sentenceOf(text ?? (status === 'unknown' ? 'what became of it is not on record' : ''), 400))}`,
    timeOf(changedAt, zone, context),
    completeBy === undefined ? html`not known` : timeAndAgo(completeBy, zone, context),
    status === 'unknown'
      ? html`a person must look: ${runCommand('resume', runId)}`
      : over || completeBy === undefined
        ? runCommand('verify', runId)
        : html`ikero serve looks again by itself then ${small(runCommand('verify', runId))}`,
  ]
}

/** What a person should know of serve itself. */
export function servePart({ warnings, notices, notReady }: ServeView): Html {
  const told: readonly Piece[] = [
    ...(notReady === undefined ? [] : [html`Not ready: ${sentenceOf(notReady, 600)}`]),
    ...warnings.map((one) => sentenceOf(one, 600)),
    ...(notices.lost > 0
      ? [`${counted(notices.lost, 'notice')} could not be delivered and will not be tried again`]
      : []),
    ...(notices.waiting > 0 ? [`${counted(notices.waiting, 'notice')} waiting to be delivered`] : []),
  ]
  return section(
    'serve',
    'ikero serve itself',
    told.length === 0 ? html`<p>Nothing is wrong with it, and no notice waits.</p>\n` : list(told),
  )
}
