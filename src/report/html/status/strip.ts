import type { DeviceState } from '../../../model/serve-state.ts'
import type { Tone } from '../../change-report.ts'
import { counted } from '../../layout.ts'
import { type StandingSpan, standingSpans, standingTone, standingWord } from '../../standing.ts'
import { type Html, html } from '../element.ts'
import type { StatusContext } from './context.ts'

const days = 14
const dayMs = 86_400_000
const width = 280
const height = 20
/** The worse, the higher: the picture is read without its colours too. */
const heights: Readonly<Record<Tone, number>> = { good: 5, plain: 8, info: 8, open: 14, bad: 20 }
/** An hour of trouble in two weeks is seen as well. */
const narrowest = 2.5
/** A table of many rows has no room for more. */
const [spansOfCard, spansOfRow] = [12, 3]

/**
 * How a device stood in the last 14 days, as bars; in words for who does not see them.
 *
 * @param id of its text, where that is asked for besides the title
 */
export function strip(device: DeviceState, zone: string, context: StatusContext, id?: string): Html {
  const spans = standingSpans(device, context.nowMs, days * dayMs)
  const drawn = spans.map((span) => barOf(span, context.nowMs))
  // Trouble is drawn last: what is widened to be seen must not be covered by what follows it.
  const bars = (['good', 'plain', 'info', 'open', 'bad'] as const).flatMap((tone) => {
    const path = drawn.flatMap((bar) => (bar.tone === tone ? [bar.path] : [])).join('')
    return path === '' ? [] : [html`<path class="${tone}" d="${path}"/>`]
  })
  const title = `${device.host}: the last ${days} days`
  const text = spansInWords(spans, id === undefined ? spansOfRow : spansOfCard, (ms) =>
    momentIn(ms, zone, context),
  )
  const picture = html`<path class="floor" d="M0 19.5h280"/>${bars}<use href="#days"/>`
  return id === undefined
    ? html`<svg class="strip" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img"><title>${title}: ${text}</title>${picture}</svg>`
    : html`<svg class="strip" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-text"><title id="${id}-title">${title}</title><desc id="${id}-text">${text}</desc>${picture}</svg>`
}

function barOf(
  { fromMs, toMs, standing }: StandingSpan,
  nowMs: number,
): { readonly tone?: Tone; readonly path: string } {
  if (standing === undefined) return { path: '' }
  const tone = standingTone(standing)
  const at = (ms: number): number => width - ((nowMs - ms) / (days * dayMs)) * width
  const wide = Math.max(narrowest, at(toMs) - at(fromMs))
  const left = Math.min(at(fromMs), width - wide)
  const tall = heights[tone]
  return { tone, path: `M${short(left)} ${height - tall}h${short(wide)}v${tall}h-${short(wide)}z` }
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function spansInWords(
  spans: readonly StandingSpan[],
  most: number,
  momentOf: (ms: number) => string,
): string {
  const [only] = spans
  if (spans.length === 1 && only !== undefined) return `${wordOf(only)} all the time`
  const told = spans.slice(-most)
  const left = spans.length - told.length
  const sentences = told.map((span, index) =>
    index === 0 && left === 0
      ? `${wordOf(span)} until ${momentOf(span.toMs)}`
      : `${wordOf(span)} since ${momentOf(span.fromMs)}`,
  )
  return `${left > 0 ? `after ${counted(left, 'earlier change')} ` : ''}${sentences.join('; ')}`
}

function wordOf({ standing }: StandingSpan): string {
  return standing === undefined ? 'not known' : standingWord(standing)
}

function momentIn(ms: number, zone: string, { zoned }: StatusContext): string {
  return (zoned(ms, zone) ?? '').slice(0, 16).replace('T', ' ')
}

/** What the bars mean. */
export function stripLegend(): Html {
  const sample = (tone: Tone): Html =>
    html`<svg class="sample" viewBox="0 0 16 20" aria-hidden="true"><path class="${tone}" d="M0 ${height - heights[tone]}h16v${heights[tone]}h-16z"/></svg>`
  return html`<p class="legend">Bars show the last ${days} days, the higher, the worse: <span>${sample('good')} as asked</span> <span>${sample('info')} waits for its proof, or is expected</span> <span>${sample('open')} not as asked, or overdue</span> <span>${sample('bad')} failed, not reached, not known</span></p>\n`
}
