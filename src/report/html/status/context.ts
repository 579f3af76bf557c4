import { isoMs } from '../../../kernel/moment.ts'
import { printable } from '../../../kernel/printable.ts'
import { isTimeZone, zonedIso } from '../../../kernel/time-zone.ts'
import { parseRunId } from '../../../model/ids.ts'
import type { DeviceState } from '../../../model/serve-state.ts'
import type { ScheduleView, ServeView } from '../../../model/serve-view.ts'
import { clip } from '../../layout.ts'
import { relativeTime } from '../../relative-time.ts'
import { type Html, html } from '../element.ts'

/** What all parts of a status page need to know of it. */
export interface StatusContext {
  readonly nowMs: number
  /** The time zone of what belongs to no schedule: that of all schedules, else UTC. */
  readonly zone: string
  /** {@link zonedIso}, which costs more than all else on a page of many devices that were looked at together. */
  readonly zoned: (epochMs: number, zone: string) => string | undefined
}

export function contextOf(view: ServeView): StatusContext {
  const zones = [...new Set(view.schedules.map(zoneOf))]
  return {
    nowMs: isoMs(view.at),
    zone: zones.length === 1 ? (zones[0] ?? 'UTC') : 'UTC',
    zoned: remembered(),
  }
}

function remembered(): StatusContext['zoned'] {
  const known = new Map<string, string | undefined>()
  return (epochMs, zone) => {
    const key = `${epochMs} ${zone}`
    if (!known.has(key)) known.set(key, zonedIso(epochMs, zone))
    return known.get(key)
  }
}

/** Where a device stands on the status page, behind its `#`: for links from notices and tickets. */
export function deviceAnchor({ schedule, host }: Pick<DeviceState, 'schedule' | 'host'>): string {
  return `device-${[schedule, host].map(inAddress).join('/')}`
}

/** Where the devices of a schedule begin. */
export function placeOf(schedule: string): string {
  return `of-${inAddress(schedule)}`
}

/** Half a surrogate has no address: printable, it is an escape. */
function inAddress(name: string): string {
  return encodeURIComponent(printable(name))
}

/** A schedules file is checked before it is in force; a state that was written by hand may not be. */
export function zoneOf({ timezone }: Pick<ScheduleView, 'timezone'>): string {
  return isTimeZone(timezone) ? timezone : 'UTC'
}

/**
 * A moment by the clock of a place, to the minute; what is no time stays as it is.
 *
 * @param how `offset`: with its distance from UTC, where nothing near it names the time zone
 */
export function timeOf(
  iso: string,
  zone: string,
  context: StatusContext,
  how: { readonly offset?: true } = {},
): Html {
  const zoned = context.zoned(isoMs(iso), zone)
  if (zoned === undefined) return html`${iso}`
  const shown = zoned.slice(0, 16).replace('T', ' ')
  return html`<time datetime="${zoned}">${shown}${how.offset === true && ` ${zoned.slice(19)}`}</time>`
}

/** `3 h ago`; nothing for what is no time. */
export function agoText(iso: string, { nowMs }: StatusContext): string {
  const ms = isoMs(iso)
  return Number.isFinite(ms) ? relativeTime(ms, nowMs) : 'at a time that is not known'
}

/** The moment, and how far it is from now in brackets. */
export function timeAndAgo(
  iso: string,
  zone: string,
  context: StatusContext,
  how: { readonly offset?: true } = {},
): Html {
  return html`${timeOf(iso, zone, context, how)} <span class="ago">(${agoText(iso, context)})</span>`
}

/** A sentence of a device or a file, cut where it would bury the page; what is in backticks is code. */
export function sentenceOf(text: string, columns: number): Html {
  const parts = clip(text, columns).split('`')
  // An odd one is open to the end: no code.
  if (parts.length % 2 === 0) return html`${parts.join('`')}`
  return html`${parts.map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`
}

/** A command with the id of a run, where it is one: what a page says to type must not come from elsewhere. */
export function runCommand(verb: 'show' | 'verify' | 'resume', runId: string): Html {
  return parseRunId(runId) === undefined
    ? html`run ${runId}`
    : html`<code class="run">ikero ${verb} ${runId}</code>`
}
