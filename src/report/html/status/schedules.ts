import { formatDuration } from '../../../kernel/duration.ts'
import type { EndedRun } from '../../../model/serve-state.ts'
import type { ScheduleView } from '../../../model/serve-view.ts'
import type { Tone } from '../../change-report.ts'
import { cronWords } from '../../cron-words.ts'
import { type Html, html, type Piece } from '../element.ts'
import { badge, groupedTable, type RowGroup, section, small } from '../parts.ts'
import { agoText, placeOf, type StatusContext, sentenceOf, timeOf, zoneOf } from './context.ts'
import { iconBadge } from './marks.ts'

/** What is looked after, when it was and when it will be. */
export function schedulesPart(schedules: readonly ScheduleView[], context: StatusContext): Html {
  if (schedules.length === 0)
    return section('schedules', 'Schedules', html`<p>No schedule is in force.</p>\n`)
  return section(
    'schedules',
    'Schedules',
    groupedTable({
      caption: 'Each by the clock of its own time zone',
      layout: 'schedules',
      columns: ['Schedule', 'When', 'Last run', 'Last good run', 'Next run', 'Missed'],
      groups: schedules.map((one) => groupOf(one, context)),
    }),
  )
}

const modes = { check: 'looks only', remediate: 'puts back' } as const

function groupOf(one: ScheduleView, context: StatusContext): RowGroup {
  const { broken } = one.state
  const cells: readonly Piece[] = [
    html`<a href="#${placeOf(one.name)}">${one.name}</a> ${badge(`${one.mode}: ${modes[one.mode] ?? ''}`, 'plain')}${small(one.playbook)}`,
    whenCell(one),
    lastCell(one, context),
    goodCell(one, context),
    nextCell(one, context),
    missedCell(one, context),
  ]
  if (broken === undefined) return { rows: [cells] }
  const { code, message, next } = broken
  return {
    rows: [
      cells,
      [
        html`<div class="finding bad"><p><span class="code">${code}</span> ${sentenceOf(message, 1000)}</p><p><b>Next:</b> ${sentenceOf(next, 600)}</p></div>`,
      ],
    ],
  }
}

function whenCell({ cron, timezone }: ScheduleView): Html {
  const words = cronWords(cron)
  const line = html`<code>${cron}</code>`
  return words === undefined
    ? html`${line} ${small(timezone)}`
    : html`${words.slice(0, 1).toUpperCase()}${words.slice(1)} ${small(html`${line} ${timezone}`)}`
}

/** Ends of drift, by exit code; to remediate, 3 is also what this run itself has sent. */
const ends: Readonly<Record<number, readonly [string, Tone]>> = {
  0: ['as asked', 'good'],
  1: ['a device is wrong', 'bad'],
  2: ['not as asked', 'open'],
  3: ['proof overdue', 'open'],
  4: ['a state is unknown', 'bad'],
  64: ['files are wrong', 'bad'],
  130: ['interrupted', 'open'],
}

function endBadge({ exitCode }: EndedRun, mode: ScheduleView['mode']): Html {
  const [word, tone] = ends[exitCode] ?? ['ended otherwise', 'bad']
  return iconBadge(exitCode === 3 && mode === 'remediate' ? 'proof or saving open' : word, tone)
}

/** What is at work now stands before what has ended. */
function lastCell(one: ScheduleView, context: StatusContext): Html {
  const { broken, lastRun, running } = one.state
  const zone = zoneOf(one)
  const now =
    running !== undefined &&
    html`${iconBadge('running now', 'info')} ${small(html`since ${timeOf(running.since, zone, context)}, ${agoText(running.since, context)}`)}${
      running.runId !== undefined && small(runId(running.runId))
    }`
  if (broken !== undefined)
    return html`${now}${iconBadge('no result', 'bad')} ${timeOf(broken.at, zone, context)} ${small(agoText(broken.at, context))}${
      lastRun !== undefined &&
      small(html`before it: ${endWords(lastRun)}, ${timeOf(lastRun.finishedAt, zone, context)}`)
    }`
  if (lastRun === undefined) return html`${now}${running === undefined && 'not run yet'}`
  return html`${now}${endBadge(lastRun, one.mode)} ${timeOf(lastRun.finishedAt, zone, context)} ${small(
    html`${agoText(lastRun.finishedAt, context)}, took ${formatDuration(lastRun.durationMs)}, exit code ${lastRun.exitCode}`,
  )}${small(runId(lastRun.runId))}`
}

function runId(text: string): Html {
  return html`<code class="run">${text}</code>`
}

function endWords({ exitCode }: EndedRun): string {
  return ends[exitCode]?.[0] ?? `exit code ${exitCode}`
}

function goodCell(one: ScheduleView, context: StatusContext): Html {
  const { lastGood, lastRun } = one.state
  if (lastGood === undefined) return html`none${lastRun !== undefined && ' on record'}`
  if (lastGood.runId === lastRun?.runId && one.state.broken === undefined) return html`the last one`
  return html`${timeOf(lastGood.finishedAt, zoneOf(one), context)} ${small(agoText(lastGood.finishedAt, context))}`
}

function nextCell(one: ScheduleView, context: StatusContext): Html {
  return one.nextAt === undefined
    ? html`its cron line names no further time`
    : html`${timeOf(one.nextAt, zoneOf(one), context)} ${small(agoText(one.nextAt, context))}`
}

function missedCell(one: ScheduleView, context: StatusContext): Html {
  const { missed, lastMissedAt, runs } = one.state
  if (missed === 0) return html`none`
  return html`${missed} of ${runs + missed}${
    lastMissedAt !== undefined &&
    small(html`last ${timeOf(lastMissedAt, zoneOf(one), context)}, ${agoText(lastMissedAt, context)}`)
  }`
}
