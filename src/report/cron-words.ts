// Only what is said exactly is said in words; whoever reads "every day" must not learn of an exception at night.

const dayNames = ['Sundays', 'Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays']
const dayShort = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const monthNames = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
]
const monthShort = monthNames.map((name) => name.slice(0, 3).toUpperCase())
const shortestMonth = 28
/** More times of a day than that are no sentence any more. */
const mostTimes = 4

interface Field {
  readonly min: number
  readonly max: number
  /** Words that stand for numbers, the first one for `min`. */
  readonly names?: readonly string[]
}

const fields: Readonly<Record<'minute' | 'hour' | 'day' | 'month' | 'weekday', Field>> = {
  minute: { min: 0, max: 59 },
  hour: { min: 0, max: 23 },
  day: { min: 1, max: 31 },
  month: { min: 1, max: 12, names: monthShort },
  weekday: { min: 0, max: 7, names: dayShort },
}

/** What a field allows: everything, each so many of them from the first on, or these numbers in order. */
type Allowed =
  | { readonly kind: 'all' }
  | { readonly kind: 'every'; readonly step: number }
  | { readonly kind: 'these'; readonly numbers: readonly number[] }

/**
 * When a cron line of five fields is due, in words: `every day at 02:15`, `Mondays at 06:00`, `every 15 minutes`.
 * Undefined where no short sentence says exactly that: then the line itself has to be shown.
 */
export function cronWords(line: string): string | undefined {
  const texts = line.trim().split(/\s+/)
  if (texts.length !== 5) return undefined
  const [minute, hour, day, month, weekday] = [
    read(texts[0], fields.minute),
    read(texts[1], fields.hour),
    read(texts[2], fields.day),
    read(texts[3], fields.month),
    read(texts[4], fields.weekday),
  ]
  if (!minute || !hour || !day || !month || !weekday) return undefined
  const days = dayWords(day, month, weekday)
  const times = timeWords(minute, hour)
  if (days === undefined || times === undefined) return undefined
  if (times.kind === 'at') return `${days === '' ? 'every day' : days} at ${times.text}`
  return days === '' ? times.text : `${times.text}, ${days}`
}

function read(text: string | undefined, field: Field): Allowed | undefined {
  if (text === '*') return { kind: 'all' }
  const step = /^\*\/(\d{1,2})$/.exec(text ?? '')?.[1]
  if (step !== undefined) return everyOf(Number(step), field)
  const numbers = new Set<number>()
  for (const part of (text ?? '').split(',')) {
    const [first, last, ...more] = part.split('-').map((one) => numberOf(one, field))
    if (first === undefined || more.length > 0) return undefined
    const end = part.includes('-') ? last : first
    if (end === undefined || end < first) return undefined
    for (let one = first; one <= end; one += 1) numbers.add(field === fields.weekday ? one % 7 : one)
  }
  return { kind: 'these', numbers: [...numbers].sort((a, b) => a - b) }
}

function everyOf(step: number, field: Field): Allowed | undefined {
  // A step that does not go into the whole leaves a shorter one at the end; days and months have no such whole.
  if ((field !== fields.minute && field !== fields.hour) || step === 0) return undefined
  const whole = field.max + 1
  if (step >= whole || whole % step !== 0) return undefined
  return step === 1 ? { kind: 'all' } : { kind: 'every', step }
}

function numberOf(text: string, { min, max, names }: Field): number | undefined {
  const named = names?.indexOf(text.toUpperCase()) ?? -1
  if (named !== -1) return min + named
  const number = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN
  return number >= min && number <= max ? number : undefined
}

/** The days that are meant; empty: all of them. */
function dayWords(day: Allowed, month: Allowed, weekday: Allowed): string | undefined {
  // Cron takes a day of the month and a day of the week as either of them: nobody reads that as it is meant.
  if (day.kind !== 'all' && weekday.kind !== 'all') return undefined
  const inMonths =
    month.kind === 'these' ? ` in ${listed(month.numbers.map((one) => monthNames[one - 1]))}` : ''
  if (weekday.kind === 'these') return `${weekdayWords(weekday.numbers)}${inMonths}`
  if (day.kind !== 'these') return inMonths === '' ? '' : `every day${inMonths}`
  if (day.numbers.length > mostTimes) return undefined
  if (month.kind === 'these') {
    if (month.numbers.length > 1 || Math.max(...day.numbers) > shortestMonth) return undefined
    return `each year on ${listed(day.numbers.map(String))}${inMonths.replace(' in', '')}`
  }
  const some = Math.max(...day.numbers) > shortestMonth ? ' that has it' : ''
  if (some !== '' && day.numbers.length > 1) return undefined
  return `on day ${listed(day.numbers.map(String))} of each month${some}`
}

function weekdayWords(numbers: readonly number[]): string {
  if (numbers.length === 7) return 'every day'
  if (numbers.join() === '1,2,3,4,5') return 'Mondays to Fridays'
  // As people count: the week begins on Monday.
  return listed(numbers.toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7)).map((one) => dayNames[one]))
}

function timeWords(
  minute: Allowed,
  hour: Allowed,
): { readonly kind: 'at' | 'often'; readonly text: string } | undefined {
  if (minute.kind === 'these' && minute.numbers.length === 1) return onceAnHour(minute.numbers[0] ?? 0, hour)
  if (minute.kind === 'these' && hour.kind === 'these') {
    const times = hour.numbers.flatMap((one) => minute.numbers.map((other) => clock(one, other)))
    return times.length > mostTimes ? undefined : { kind: 'at', text: listed(times) }
  }
  if (hour.kind !== 'all') return undefined
  if (minute.kind === 'all') return { kind: 'often', text: 'every minute' }
  if (minute.kind === 'every') return { kind: 'often', text: `every ${minute.step} minutes` }
  return minute.numbers.length > mostTimes
    ? undefined
    : { kind: 'often', text: `every hour at ${listed(minute.numbers.map((one) => `:${two(one)}`))}` }
}

function onceAnHour(
  minute: number,
  hour: Allowed,
): { readonly kind: 'at' | 'often'; readonly text: string } | undefined {
  if (hour.kind === 'all') return { kind: 'often', text: `every hour at :${two(minute)}` }
  if (hour.kind === 'every' && 24 / hour.step > mostTimes)
    return { kind: 'often', text: `every ${hour.step} hours from ${clock(0, minute)}` }
  const hours =
    hour.kind === 'every' ? Array.from({ length: 24 / hour.step }, (_, n) => n * hour.step) : hour.numbers
  return hours.length > mostTimes
    ? undefined
    : { kind: 'at', text: listed(hours.map((one) => clock(one, minute))) }
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

function clock(hour: number, minute: number): string {
  return `${two(hour)}:${two(minute)}`
}

function listed(words: readonly (string | undefined)[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
