import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { didYouMean } from '../kernel/nearest.ts'
import { quoted } from '../kernel/printable.ts'
import { isTimeZone } from '../kernel/time-zone.ts'
import type { ChangeWindow } from '../model/rollout.ts'
import type { Place } from './place.ts'

// When something may be done, by the clock of a place: a window is written in a playbook and in a schedules file.

/**
 * `window`, where there is one and it says all that is needed.
 *
 * @param timezone of a window that names none; absent: it has to name one
 */
export function windowOf(window: Place | undefined, timezone?: string): { readonly window?: ChangeWindow } {
  const from = window?.get('from')?.text
  const to = window?.get('to')?.text
  const zone = window?.get('timezone')?.text ?? timezone
  return from === undefined || to === undefined || zone === undefined
    ? {}
    : { window: { from, to, timezone: zone } }
}

/** A zone that this machine does not know (INVALID_VALUE). */
export function timeZoneRules(zone: Place | undefined): readonly Diagnostic[] {
  if (zone?.text === undefined || zone.text === '' || isTimeZone(zone.text)) return []
  const hint =
    didYouMean(zone.text, [...Intl.supportedValuesOf('timeZone'), 'UTC']) ??
    'write a name of the IANA time zone database, such as Asia/Tokyo or UTC'
  const message = `${quoted(zone.text)} is no time zone that this machine knows`
  return [diagnostic('INVALID_VALUE', message, zone.at(), hint)]
}

/** What a schema cannot say of a window (INVALID_VALUE). */
export function windowRules(window: Place | undefined): readonly Diagnostic[] {
  const from = window?.get('from')
  const to = window?.get('to')
  const never =
    to !== undefined && from?.text !== undefined && from.text === to.text
      ? [
          diagnostic(
            'INVALID_VALUE',
            'the window closes when it opens',
            to.at(),
            'leave window out for any time',
          ),
        ]
      : []
  return [...never, ...timeZoneRules(window?.get('timezone'))]
}
