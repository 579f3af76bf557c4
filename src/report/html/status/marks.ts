import type { DeviceStanding } from '../../../model/serve-state.ts'
import type { Tone } from '../../change-report.ts'
import { standingTone, standingWord } from '../../standing.ts'
import { type Html, html } from '../element.ts'

/** A cut in the bars at each full day before now: 14 days are 280 units of a strip. */
const dayTicks = Array.from({ length: 13 }, (_, day) => `M${(day + 1) * 20} 0v20`).join('')

/** Drawn once on the page; each of another outline, for who sees no colours. */
export function iconSheet(): Html {
  return html`<svg class="sheet" aria-hidden="true"><defs>
<symbol id="i-good" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/><path class="cut" d="M4.5 8.3l2.4 2.4 4.6-5"/></symbol>
<symbol id="i-info" viewBox="0 0 16 16"><circle class="cut outline" cx="8" cy="8" r="6.2"/><path class="cut outline" d="M8 4.4V8l2.6 1.8"/></symbol>
<symbol id="i-open" viewBox="0 0 16 16"><path d="M8 .8L15.6 14.6H.4z"/><path class="cut" d="M8 5.6v4.2M8 11.6v1.2"/></symbol>
<symbol id="i-bad" viewBox="0 0 16 16"><path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z"/><path class="cut" d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2"/></symbol>
<symbol id="i-plain" viewBox="0 0 16 16"><rect x="1" y="1" width="14" height="14" rx="3"/><path class="cut" d="M4.5 8h7"/></symbol>
<path id="days" class="days" d="${dayTicks}"/>
</defs></svg>\n`
}

export function icon(tone: Tone): Html {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href="#i-${tone}"/></svg>`
}

/** An icon and a word; the word alone says all. */
export function iconBadge(text: string, tone: Tone): Html {
  return html`<span class="badge ${tone}">${icon(tone)}${text}</span>`
}

export function standingBadge(standing: DeviceStanding): Html {
  return iconBadge(standingWord(standing), standingTone(standing))
}
