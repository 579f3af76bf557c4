const units = [
  { ms: 60_000, name: 'min', until: 120 },
  { ms: 3_600_000, name: 'h', until: 48 },
  { ms: 86_400_000, name: 'days', until: Number.POSITIVE_INFINITY },
] as const

/**
 * A moment from another one, for people: `in 3 h`, `95 min ago`, `now` within half a minute of it. Rounded, in the
 * largest unit of which there are two.
 */
export function relativeTime(epochMs: number, nowMs: number): string {
  const distance = Math.abs(epochMs - nowMs)
  if (distance < 30_000) return 'now'
  const unit = units.find(({ ms, until }) => Math.round(distance / ms) < until) ?? units[2]
  const text = `${Math.max(1, Math.round(distance / unit.ms))} ${unit.name}`
  return epochMs > nowMs ? `in ${text}` : `${text} ago`
}
