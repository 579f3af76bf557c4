import { isCalendarDate } from '../kernel/calendar-date.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import type { FreezePeriod } from '../model/remediation.ts'
import type { Place } from './place.ts'
import { visibleLine } from './visible-line.ts'
import { timeZoneRules } from './window.ts'

/**
 * The periods of a list `freeze`.
 *
 * @param timezone of a period that names none
 */
export function freezeOf(freeze: Place | undefined, timezone: string): readonly FreezePeriod[] {
  return (freeze?.items() ?? []).map((item) => ({
    from: item.get('from')?.text ?? '',
    until: item.get('until')?.text ?? '',
    timezone: item.get('timezone')?.text ?? timezone,
    reason: item.get('reason')?.text ?? '',
  }))
}

/** What a schema cannot say of `freeze` (INVALID_VALUE). A period that is over is no mistake: it holds nothing back. */
export function freezeRules(freeze: Place | undefined): readonly Diagnostic[] {
  return (freeze?.items() ?? []).flatMap((item) => [
    ...dayRules(item.get('from')),
    ...dayRules(item.get('until')),
    ...orderRules(item),
    ...visibleLine(item.get('reason'), 'reason'),
    ...timeZoneRules(item.get('timezone')),
  ])
}

function dayRules(day: Place | undefined): readonly Diagnostic[] {
  // Other shapes have been told by the schema.
  if (day?.text === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day.text) || isCalendarDate(day.text)) return []
  return [diagnostic('INVALID_VALUE', `${day.text} is no day of the calendar`, day.at())]
}

function orderRules(item: Place): readonly Diagnostic[] {
  const from = item.get('from')?.text ?? ''
  const until = item.get('until')
  if (until?.text === undefined || !isCalendarDate(from) || !isCalendarDate(until.text)) return []
  if (until.text >= from) return []
  const hint = 'until is the last day, and may be the same as from'
  return [
    diagnostic(
      'INVALID_VALUE',
      `the freeze ends on ${until.text}, before it begins on ${from}`,
      until.at(),
      hint,
    ),
  ]
}
