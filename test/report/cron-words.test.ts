import { Cron } from 'croner'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cronWords } from '../../src/report/cron-words.ts'

describe('a cron line in words', () => {
  it.each([
    ['15 2 * * *', 'every day at 02:15'],
    ['5 2,14 * * *', 'every day at 02:05 and 14:05'],
    ['0,30 6 * * *', 'every day at 06:00 and 06:30'],
    ['0 6 * * 1', 'Mondays at 06:00'],
    ['0 6 * * MON', 'Mondays at 06:00'],
    ['0 6 * * 7', 'Sundays at 06:00'],
    ['0 6 * * 0,1', 'Mondays and Sundays at 06:00'],
    ['0 6 * * mon,THU', 'Mondays and Thursdays at 06:00'],
    ['30 22 * * 1-5', 'Mondays to Fridays at 22:30'],
    ['0 6 * * 0-6', 'every day at 06:00'],
    ['0 6 * * 1-7', 'every day at 06:00'],
    ['0 6 1 * *', 'on day 1 of each month at 06:00'],
    ['0 6 1,15 * *', 'on day 1 and 15 of each month at 06:00'],
    ['0 6 31 * *', 'on day 31 of each month that has it at 06:00'],
    ['0 6 1 JAN *', 'each year on 1 January at 06:00'],
    ['0 6 * 7,8 *', 'every day in July and August at 06:00'],
    ['0 6 * DEC 1', 'Mondays in December at 06:00'],
    ['* * * * *', 'every minute'],
    ['*/1 * * * *', 'every minute'],
    ['*/15 * * * *', 'every 15 minutes'],
    ['0 * * * *', 'every hour at :00'],
    ['0,30 * * * *', 'every hour at :00 and :30'],
    ['10 */2 * * *', 'every 2 hours from 00:10'],
    ['10 */6 * * *', 'every day at 00:10, 06:10, 12:10 and 18:10'],
    ['*/20 * * * 1-5', 'every 20 minutes, Mondays to Fridays'],
    ['  15   2 * * *  ', 'every day at 02:15'],
  ])('%s: %s', (line, words) => {
    expect(cronWords(line)).toBe(words)
  })

  it.each([
    ['a step that does not go into the whole', '*/7 * * * *'],
    ['a step of hours that does not', '0 */5 * * *'],
    ['a step in a range', '0-30/5 * * * *'],
    ['a step of days', '0 6 */2 * *'],
    ['a day of the month or of the week', '0 6 13 * 5'],
    ['more times than a sentence has room for', '0 1,2,3,4,5 * * *'],
    ['minutes of some hours only', '*/15 8-18 * * *'],
    ['a last day', '0 6 L * *'],
    ['a weekday of a week', '0 6 * * 1#2'],
    ['a day that some years do not have', '0 6 29 2 *'],
    ['several long days', '0 6 30,31 * *'],
    ['a number that is none', '60 2 * * *'],
    ['a range backwards', '0 6 * * 5-1'],
    ['an open range', '0 6 * * 1-'],
    ['four fields', '15 2 * *'],
    ['six fields', '0 15 2 * * *'],
    ['a nickname', '@daily'],
    ['nothing', ''],
    ['markup', '<b> 2 * * *'],
  ])('is left as it is where no short sentence is exact: %s', (_, line) => {
    expect(cronWords(line)).toBeUndefined()
  })

  const part = (low: number, high: number, names: readonly string[] = []) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant('*') },
      { weight: 2, arbitrary: fc.integer({ min: low, max: high }).map(String) },
      fc.constantFrom('*', ...names),
      fc.constantFrom('*/2', '*/3', '*/15'),
      fc.array(fc.integer({ min: low, max: high }), { minLength: 1, maxLength: 4 }).map((all) => all.join()),
      fc
        .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }))
        .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    )
  const lines = fc
    .tuple(part(0, 59), part(0, 23), part(1, 31), part(1, 12, ['JAN', 'dec']), part(0, 7, ['MON', 'sun']))
    .map((parts) => parts.join(' '))

  it('means the very minutes that the scheduler begins a run in', () => {
    const start = Date.UTC(2027, 0, 1)
    const spoken = lines.filter((line) => cronWords(line) !== undefined)
    fc.assert(
      fc.property(
        spoken,
        fc.array(fc.integer({ min: 0, max: 730 * 1440 }), { minLength: 20, maxLength: 20 }),
        (line, minutes) => {
          const cron = new Cron(line, { timezone: 'UTC', paused: true, mode: '5-part' })
          const due: readonly Date[] = cron.nextRuns(5, new Date(start))
          const moments = [...due, ...minutes.map((minute) => new Date(start + minute * 60_000))]
          for (const moment of moments)
            expect([line, moment.toISOString(), says(cronWords(line) ?? '', moment)]).toEqual([
              line,
              moment.toISOString(),
              cron.match(moment),
            ])
        },
      ),
      { numRuns: 300 },
    )
  })
})

const weekdays = ['Sundays', 'Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays']
const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August'],
  ...['September', 'October', 'November', 'December'],
]

/** Reads the sentence as a person would: whether it speaks of a minute. Knows nothing of cron. */
function says(sentence: string, at: Date): boolean {
  return saysDay(sentence, at) && saysTime(sentence, at)
}

function saysDay(sentence: string, at: Date): boolean {
  const named = weekdays.filter((day) => sentence.includes(day))
  const day = weekdays[at.getUTCDay()] ?? ''
  if (sentence.includes('Mondays to Fridays')) {
    if (day === 'Saturdays' || day === 'Sundays') return false
  } else if (named.length > 0 && !named.includes(day)) return false
  const inMonths = months.filter((month) => sentence.includes(month))
  if (inMonths.length > 0 && !inMonths.includes(months[at.getUTCMonth()] ?? '')) return false
  const days = /(?:on day|each year on) ([\d, and]+)/.exec(sentence)?.[1]
  return days === undefined || days.match(/\d+/g)?.includes(String(at.getUTCDate())) === true
}

function saysTime(sentence: string, at: Date): boolean {
  const [hour, minute] = [at.getUTCHours(), at.getUTCMinutes()]
  const minutes = /every (\d+) minutes/.exec(sentence)?.[1]
  if (sentence.includes('every minute')) return true
  if (minutes !== undefined) return minute % Number(minutes) === 0
  const [, hours, from] = /every (\d+) hours from 00:(\d\d)/.exec(sentence) ?? []
  if (hours !== undefined) return hour % Number(hours) === 0 && minute === Number(from)
  if (sentence.includes('every hour at'))
    return [...sentence.matchAll(/:(\d\d)/g)].some(([, one]) => Number(one) === minute)
  return [...sentence.matchAll(/(\d\d):(\d\d)/g)].some(
    ([, one, other]) => Number(one) === hour && Number(other) === minute,
  )
}
