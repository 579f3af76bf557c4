import type { Diagnostic } from '../kernel/diagnostics.ts'

/** More mistakes than this are told as a number: the file is wrong as a whole. */
const mostTold = 200

function placeKey({ at }: Diagnostic): string {
  return at === undefined ? '' : `${at.file}:${at.line}:${at.col}`
}

function inFileOrder(a: Diagnostic, b: Diagnostic): number {
  return (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.col ?? 0) - (b.at?.col ?? 0)
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
  told.sort(inFileOrder)
  return told.length <= mostTold ? told : [...told.slice(0, mostTold), theRest(told.length - mostTold)]
}

function theRest(count: number): Diagnostic {
  const message = `and ${count} more problems: this does not look like a file of this kind`
  return { code: 'INVALID_VALUE', severity: 'error', message }
}
