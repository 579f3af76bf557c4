import { isCalendarDate } from '../kernel/calendar-date.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { isRecord } from '../kernel/is-record.ts'
import { printable } from '../kernel/printable.ts'
import { isTimeZone } from '../kernel/time-zone.ts'
import type { Playbook } from '../model/playbook.ts'
import { defaultRemediation, type RemediationRules } from '../model/remediation.ts'
import type { DriftOptions } from './options.ts'

/** What remediation of this playbook keeps to: what is given for the run, above what the file says. */
export function remediationOf(
  { maxDevices, freeze = [] }: Pick<DriftOptions, 'maxDevices' | 'freeze'>,
  { drift = defaultRemediation }: Pick<Playbook, 'drift'>,
): RemediationRules {
  return {
    ...drift,
    ...(maxDevices === undefined ? {} : { maxDevices: { kind: 'count', count: maxDevices } }),
    freeze: [...drift.freeze, ...freeze],
  }
}

/** Options that only make sense together: what somebody asked for must not be passed over. */
export function remediationProblems(options: DriftOptions): readonly Diagnostic[] {
  if (options.remediate === true)
    return options.approve === undefined
      ? [problem('drift with remediate needs approve: a function that says yes or no to what is put back')]
      : []
  const alone = ['maxDevices', 'window', 'freeze', 'ignoreWindow'] as const
  const given = alone.filter((one) => options[one] !== undefined)
  return given.map((one) => problem(`drift takes ${one} with remediate only: without it nothing is put back`))
}

function problem(message: string): Diagnostic {
  return diagnostic('USAGE', message, undefined, undefined)
}

const timeOfDay = /^(?:[01]\d|2[0-3]):[0-5]\d$/

/** Whether a value of a caller is a window that opens. */
export function isChangeWindow(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { from, to, timezone } = value
  const times = [from, to].every((time) => typeof time === 'string' && timeOfDay.test(time))
  return times && from !== to && typeof timezone === 'string' && isTimeZone(timezone)
}

/** Whether a value of a caller is a period of days that there are, with a reason of one line. */
export function isFreezePeriod(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { from, until, timezone, reason } = value
  if (typeof from !== 'string' || typeof until !== 'string' || until < from) return false
  if (!isCalendarDate(from) || !isCalendarDate(until)) return false
  const told = typeof reason === 'string' && reason !== '' && printable(reason) === reason
  return told && typeof timezone === 'string' && isTimeZone(timezone)
}
