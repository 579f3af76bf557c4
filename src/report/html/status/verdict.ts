import { isoMs } from '../../../kernel/moment.ts'
import type { DeviceState } from '../../../model/serve-state.ts'
import type { ScheduleView, ServeView } from '../../../model/serve-view.ts'
import { counted } from '../../layout.ts'
import { devicesNamed, hasNoResult, type ServeVerdict } from '../../serve-verdict.ts'
import { standingPhrase } from '../../standing.ts'
import { type Html, html } from '../element.ts'
import { deviceAnchor, type StatusContext, sentenceOf, timeAndAgo, timeOf, zoneOf } from './context.ts'
import { icon } from './marks.ts'

const linesShown = 6
const hourMs = 3_600_000

/** The answer, and below it how old that is, what was missed and what keeps it from being whole. */
export function verdictPart(verdict: ServeVerdict, view: ServeView, context: StatusContext): Html {
  const { tone, text, worst, well } = verdict
  const named = worst.slice(0, devicesNamed)
  const more = worst.length - named.length
  const look = newest(view.devices)
  return html`<section aria-labelledby="answer" class="answer"><h2 id="answer" class="hidden">The answer</h2>
<div class="verdict ${tone}"><strong id="verdict" role="status">${icon(tone)}<span class="words">${text}${named.map(
    (device, index) =>
      html`${index === 0 ? ' ' : ', '}<a href="#${deviceAnchor(device)}">${device.host}</a> ${standingPhrase(device.now)}`,
  )}${more > 0 && ` and ${more} more`}${well && look !== undefined && html`; last look ${timeOf(look.seenAt, zoneOfDevice(look, view, context), context, { offset: true })}`}</span></strong>
<ul class="lines">${linesOf(verdict, view, context).map((line) => html`<li>${line}</li>`)}</ul></div></section>\n`
}

function linesOf(verdict: ServeVerdict, view: ServeView, context: StatusContext): readonly Html[] {
  const { schedules, notReady, warnings } = view
  const broken = schedules.filter(hasNoResult)
  return [
    ...(notReady !== undefined && !verdict.text.includes(notReady)
      ? [html`<b>Not ready:</b> ${sentenceOf(notReady, 400)}`]
      : []),
    ...lookLines(view, context),
    missedLine(schedules, context),
    ...broken
      .slice(0, linesShown)
      .map(
        ({ name, state }) =>
          html`<b>${name}:</b> its last run had no result: ${sentenceOf(state.broken?.message ?? '', 400)}`,
      ),
    ...(broken.length > linesShown
      ? [html`and ${counted(broken.length - linesShown, 'more schedule')} without a result`]
      : []),
    ...(warnings.length > 0
      ? [html`<a href="#serve">${counted(warnings.length, 'warning')} of ikero serve itself</a>`]
      : []),
  ]
}

/** When was last looked, at what longest ago, and what comes next. */
function lookLines(view: ServeView, context: StatusContext): readonly Html[] {
  const last = newest(view.devices)
  const first = view.devices.toSorted((a, b) => isoMs(a.seenAt) - isoMs(b.seenAt))[0]
  const running = view.schedules.filter(({ state }) => state.running !== undefined)
  const told = (device: DeviceState): Html =>
    timeAndAgo(device.seenAt, zoneOfDevice(device, view, context), context, { offset: true })
  return [
    ...(last === undefined ? [] : [html`Last look: ${told(last)}, by ${last.schedule}.`]),
    ...(last !== undefined && first !== undefined && isoMs(last.seenAt) - isoMs(first.seenAt) > hourMs
      ? [html`Looked at longest ago: ${first.host}, ${told(first)}, by ${first.schedule}.`]
      : []),
    ...(running.length > 0
      ? [html`Looking right now: ${running.map(({ name }) => name).join(', ')}.`]
      : nextLine(view.schedules, last === undefined ? 'First' : 'Next', context)),
  ]
}

function nextLine(
  schedules: readonly ScheduleView[],
  word: 'First' | 'Next',
  context: StatusContext,
): readonly Html[] {
  const next = schedules
    .flatMap((one) => (one.nextAt === undefined ? [] : [{ one, at: one.nextAt }]))
    .toSorted((a, b) => isoMs(a.at) - isoMs(b.at))[0]
  if (next === undefined) return []
  return [
    html`${word} look: ${timeAndAgo(next.at, zoneOf(next.one), context, { offset: true })}, by ${next.one.name}.`,
  ]
}

function missedLine(schedules: readonly ScheduleView[], context: StatusContext): Html {
  const missed = schedules.filter(({ state }) => state.missed > 0)
  if (missed.length === 0) return html`No look was missed.`
  const all = missed.reduce((sum, { state }) => sum + state.missed, 0)
  const shown = missed.slice(0, linesShown)
  return html`${counted(all, 'look')} ${all === 1 ? 'was' : 'were'} missed: ${shown.map(
    (one, index) =>
      html`${index > 0 && '; '}${one.name}${missed.length > 1 && ` ${one.state.missed}`}${
        one.state.lastMissedAt !== undefined &&
        html`, last ${timeAndAgo(one.state.lastMissedAt, zoneOf(one), context, { offset: true })}`
      }`,
  )}${missed.length > shown.length && `; and ${counted(missed.length - shown.length, 'more schedule')}`}.`
}

function newest(devices: readonly DeviceState[]): DeviceState | undefined {
  return devices.reduce<DeviceState | undefined>(
    (last, one) => (last === undefined || isoMs(one.seenAt) > isoMs(last.seenAt) ? one : last),
    undefined,
  )
}

function zoneOfDevice({ schedule }: DeviceState, { schedules }: ServeView, { zone }: StatusContext): string {
  const own = schedules.find(({ name }) => name === schedule)
  return own === undefined ? zone : zoneOf(own)
}
