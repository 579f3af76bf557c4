import { printable } from './printable.ts'

// Longer words are no slips of the finger, and comparing them costs time that a hostile file would use.
const longestWord = 64

function plain(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '')
}

/** Inserted, dropped, changed and swapped characters between two words (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row: number[] = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1)
      row.push(best)
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}

/** The word that was probably meant: at most a third of its characters differ; undefined when none is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > longestWord || word === '') return undefined
  const written = plain(word)
  let found: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const wanted = plain(candidate)
    const allowed = Math.max(1, Math.floor(Math.max(written.length, wanted.length) / 3))
    if (wanted.length > longestWord || Math.abs(written.length - wanted.length) > allowed) continue
    const apart = distance(written, wanted)
    if (apart <= allowed && apart < least) {
      found = candidate
      least = apart
    }
  }
  return found
}

/** `did you mean "name"?`, for the hint of a diagnostic; the name is escaped. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const found = nearest(word, known)
  return found === undefined ? undefined : `did you mean "${printable(found)}"?`
}
