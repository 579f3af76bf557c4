import { isCalendarDate } from '../kernel/calendar-date.ts'
import { printable, quoted } from '../kernel/printable.ts'
import { isTimeZone } from '../kernel/time-zone.ts'
import { isAddress } from '../model/address.ts'
import { isTargetName } from '../model/intent.ts'
import type { PlanFile, PlaybookSettings } from '../model/plan-file.ts'
import { acceptabilityOf } from '../playbook/acceptable.ts'

/** As long as a playbook can ask for: seven digits of days. */
const longestMs = 9_999_999 * 86_400_000

/**
 * What no playbook could have asked for, and a schema cannot say: a plan file may have been written by anybody, and
 * must not get round a check that always refuses.
 *
 * @returns what is wrong, with a text that stands near it in the file
 */
export function settingsProblems({
  settings,
}: Pick<PlanFile, 'settings'>): readonly { readonly message: string; readonly near: string }[] {
  const { accept = [], known = [] } = settings
  return [
    ...accept.flatMap(({ code, targets, until }) => [
      ...(acceptabilityOf(code) === 'yes'
        ? []
        : [{ message: `${quoted(code)} is no code that can be accepted`, near: `"code": ${json(code)}` }]),
      ...(areTargets(targets)
        ? []
        : [{ message: `the acceptance of ${printable(code)} is for no target or peer`, near: '"accept"' }]),
      ...dateProblems(until),
    ]),
    ...known.flatMap(({ until }) => dateProblems(until)),
    ...windowProblems(settings),
    ...(['withinMs', 'lostAfterMs'] as const).flatMap((key) =>
      settings.proof[key] >= 1 && settings.proof[key] <= longestMs
        ? []
        : [{ message: `proof.${key} is no time that a playbook can ask for`, near: `"${key}"` }],
    ),
  ]
}

function areTargets(targets: readonly string[]): boolean {
  if (targets.includes('*')) return targets.length === 1
  return targets.length > 0 && targets.every((text) => isAddress(text) || isTargetName(text))
}

function dateProblems(until: string): ReturnType<typeof settingsProblems> {
  if (isCalendarDate(until)) return []
  return [{ message: `${quoted(until)} is no day of the calendar`, near: `"until": ${json(until)}` }]
}

function windowProblems({ window }: PlaybookSettings): ReturnType<typeof settingsProblems> {
  if (window === undefined) return []
  const { from, to, timezone } = window
  const isTime = (text: string): boolean => /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text)
  const sound = isTime(from) && isTime(to) && from !== to && isTimeZone(timezone)
  return sound
    ? []
    : [
        {
          message: `its window, ${quoted(from)} to ${quoted(to)} in ${quoted(timezone)}, is none`,
          near: '"window"',
        },
      ]
}

const json = (text: string): string => JSON.stringify(text)
