/** The first polls after a push come quickly: what breaks at once is seen at once. */
const firstPollsMs = [2_000, 5_000, 10_000] as const
const everyMs = 30_000
/** From here on a device is asked once a minute: SAs that are still old now end in hours. */
const slowFromMs = 310_000
const slowEveryMs = 60_000

/**
 * The moment of the next poll, in milliseconds since the push, always later than `sincePushMs`: 2 s, 5 s,
 * 10 s, then every 30 s (40 s, 70 s …), after about five minutes every 60 s. A slow poll shifts nothing:
 * moments that have passed are skipped.
 */
export function nextPollMs(sincePushMs: number): number {
  const early = firstPollsMs.find((moment) => moment > sincePushMs)
  if (early !== undefined) return early
  if (sincePushMs < slowFromMs) return after(sincePushMs, firstPollsMs[2], everyMs)
  return after(sincePushMs, slowFromMs, slowEveryMs)
}

function after(sinceMs: number, startMs: number, stepMs: number): number {
  return startMs + (Math.floor((sinceMs - startMs) / stepMs) + 1) * stepMs
}
