import type { Place } from '../document/place.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { formatDuration, parseDuration } from '../kernel/duration.ts'
import { messageOf } from '../kernel/errors.ts'
import { didYouMean } from '../kernel/nearest.ts'
import { printable, quoted } from '../kernel/printable.ts'
import { cronOf, nextAfter, shortestGapMs } from './times.ts'

const fieldsHint = 'write minute, hour, day of month, month and day of week, such as "15 2 * * *"'

/** What cron programs know besides lines of five fields. */
const nicknames: ReadonlyMap<string, string | undefined> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
  ['@reboot', undefined],
])

/** Why a text is no cron line of five fields that is ever due, and what to write instead; undefined where it is one. */
function faultOf(text: string): { readonly message: string; readonly hint?: string } | undefined {
  const fields = text.trim().split(/\s+/)
  if (text.trim().startsWith('@')) {
    const hint = nicknameHint(text.trim().toLowerCase())
    return { message: `cron must be five fields, not the name ${quoted(text)}`, hint }
  }
  if (fields.length !== 5) {
    const message = `cron must be five fields, not ${fields.length}: ${quoted(text)}`
    return { message, hint: secondsHint(fields) ?? fieldsHint }
  }
  try {
    cronOf({ cron: text, timezone: 'UTC' })
  } catch (error) {
    return { message: `${quoted(text)} is no cron line: ${reasonOf(error)}`, hint: fieldsHint }
  }
  // Whatever the zone: a line that names a day of the calendar is due within eight years.
  return nextAfter({ cron: text, timezone: 'UTC' }, Date.UTC(2024, 0, 1)) === undefined
    ? { message: `${quoted(text)} is never due: no calendar has such a day` }
    : undefined
}

function nicknameHint(name: string): string {
  const line = nicknames.get(name)
  if (line !== undefined) return `write "${line}"`
  return (nicknames.has(name) ? undefined : didYouMean(name, nicknames.keys())) ?? fieldsHint
}

/** Six fields are mostly five behind the seconds that some programs want. */
function secondsHint(fields: readonly string[]): string | undefined {
  const rest = fields.slice(1).join(' ')
  if (fields.length !== 6 || faultOf(rest) !== undefined) return undefined
  return `there are no seconds: did you mean "${printable(rest)}"?`
}

/** croner's own words: `CronPattern: Invalid value for minute: 60`. */
function reasonOf(error: unknown): string {
  const text = printable(messageOf(error).replace(/^CronPattern: /, ''))
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1).replace(/\.$/, '')}`
}

/** What a schema cannot say of `cron` (INVALID_VALUE). */
export function cronRules(cron: Place | undefined): readonly Diagnostic[] {
  if (cron?.text === undefined || cron.text === '') return []
  const fault = faultOf(cron.text)
  return fault === undefined ? [] : [diagnostic('INVALID_VALUE', fault.message, cron.at(), fault.hint)]
}

/** A run that may begin when the next is due already (INVALID_VALUE). */
export function jitterRules(jitter: Place | undefined, cron: Place | undefined): readonly Diagnostic[] {
  const jitterMs = parseDuration(jitter?.text ?? '')
  if (jitter === undefined || jitterMs === undefined) return []
  if (cron?.text === undefined || faultOf(cron.text) !== undefined) return []
  const gapMs = shortestGapMs(cron.text)
  if (gapMs === undefined || jitterMs < gapMs) return []
  const message = `jitter ${jitter.text} is not shorter than the ${formatDuration(gapMs)} from one time of ${quoted(cron.text)} to the next`
  return [diagnostic('INVALID_VALUE', message, jitter.at(), 'a run has to begin before the next is due')]
}
