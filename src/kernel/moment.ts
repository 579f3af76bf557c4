/** A moment for people, unambiguous in a report that is read elsewhere: `2026-11-25 03:41 UTC`. */
export function formatMoment(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
