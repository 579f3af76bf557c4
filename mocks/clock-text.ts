const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

const two = (value: number): string => String(value).padStart(2, '0')

/** `08:00:05 UTC Mon Jan 12 2026`, as IOS dates its configuration; `withMs` adds `.123` to the seconds. */
export function wallText(at: Date, withMs = false): string {
  const ms = withMs ? `.${String(at.getUTCMilliseconds()).padStart(3, '0')}` : ''
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}${ms}`
  const day = days[at.getUTCDay()] ?? ''
  const month = months[at.getUTCMonth()] ?? ''
  return `${time} UTC ${day} ${month} ${at.getUTCDate()} ${at.getUTCFullYear()}`
}

/** `23:59:41`: hours may pass 24. */
export function clockSpan(seconds: number): string {
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`
}

const spans: readonly (readonly [string, number])[] = [
  ['year', 31_536_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** `1 week, 3 days, 2 minutes`: units that are nought are left out, as IOS does. */
export function uptimeText(ms: number, separator = ', '): string {
  let left = Math.floor(ms / 1000)
  const parts: string[] = []
  for (const [unit, seconds] of spans) {
    const count = Math.floor(left / seconds)
    left -= count * seconds
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`)
  }
  return parts.length === 0 ? '0 minutes' : parts.join(separator)
}
