/** One line of a unified diff. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/**
 * The smallest set of lines taken and added that makes one list of the other, context kept: a longest common
 * subsequence, for the few dozen lines that one target has.
 */
export function unifiedDiff(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const width = after.length + 1
  const common = new Uint32Array((before.length + 1) * width)
  const at = (i: number, j: number): number => common[i * width + j] ?? 0
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const out: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    const old = before[i]
    const now = after[j]
    if (old !== undefined && old === now) {
      out.push({ sign: ' ', text: old })
      i += 1
      j += 1
    } else if (old !== undefined && (now === undefined || at(i + 1, j) >= at(i, j + 1))) {
      out.push({ sign: '-', text: old })
      i += 1
    } else if (now !== undefined) {
      out.push({ sign: '+', text: now })
      j += 1
    }
  }
  return out
}
