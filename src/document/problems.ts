import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'

/** More mistakes than this are told as a number: the file is wrong as a whole. */
const mostTold = 200

function placeKey({ at }: Diagnostic): string {
  return at === undefined ? '' : `${at.file}:${at.line}:${at.col}`
}

/** Problems of one file by line and column; what has no place comes last. */
export function inFileOrder(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...problems].sort(
    (a, b) => (a.at?.line ?? 1e9) - (b.at?.line ?? 1e9) || (a.at?.col ?? 0) - (b.at?.col ?? 0),
  )
}

/**
 * Problems of one file from several judges, in the order of the file, each mistake once: where an
 * earlier judge has already spoken of a place, later ones are silent about it.
 */
export function mergeProblems(...judges: readonly (readonly Diagnostic[])[]): readonly Diagnostic[] {
  const spoken = new Set<string>()
  const told: Diagnostic[] = []
  for (const judge of judges) {
    const seen = new Set<string>()
    const fresh = judge.filter((problem) => {
      const whole = `${placeKey(problem)} ${problem.message}`
      if (seen.has(whole) || (problem.at !== undefined && spoken.has(placeKey(problem)))) return false
      seen.add(whole)
      return true
    })
    told.push(...fresh)
    for (const problem of fresh) spoken.add(placeKey(problem))
  }
  return inFileOrder(told)
}

/** The same list, cut where nobody would read on. */
export function boundedProblems(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  if (problems.length <= mostTold) return problems
  const message = `and at least ${problems.length - mostTold} more problems: this is not a file of this kind`
  return [...problems.slice(0, mostTold), diagnostic('INVALID_VALUE', message)]
}
