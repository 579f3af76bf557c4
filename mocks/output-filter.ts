const filters = ['begin', 'count', 'exclude', 'include', 'section'] as const
type FilterWord = (typeof filters)[number]

export interface OutputFilter {
  readonly word: FilterWord
  readonly pattern: RegExp
}

/** A show line cut at its pipe: what is asked for, and which lines of it are wanted. */
export type PipedLine =
  | { readonly kind: 'plain'; readonly line: string }
  | { readonly kind: 'filtered'; readonly line: string; readonly filter: OutputFilter }
  | { readonly kind: 'invalid'; readonly column: number }
  | { readonly kind: 'incomplete' }

/** `show … | include X`; ASA's `grep [-v]` is the same as include and exclude. */
export function splitPipe(line: string): PipedLine {
  const at = line.indexOf('|')
  if (at === -1 || !/^\s*(?:do\s+)?sh/i.test(line)) return { kind: 'plain', line }
  const match = /^\|\s*(\S*)\s*(-v\s+)?(.*)$/.exec(line.slice(at))
  const typed = match?.[1]?.toLowerCase() ?? ''
  const text = match?.[3]?.trim() ?? ''
  if (typed === '') return { kind: 'incomplete' }
  const word = filterWord(typed, match?.[2] !== undefined)
  if (word === undefined) return { kind: 'invalid', column: at + (line.slice(at).search(/[^|\s]/) || 1) }
  if (text === '') return { kind: 'incomplete' }
  return { kind: 'filtered', line: line.slice(0, at), filter: { word, pattern: pattern(text) } }
}

function filterWord(typed: string, inverted: boolean): FilterWord | undefined {
  if (typed === 'grep') return inverted ? 'exclude' : 'include'
  return filters.find((word) => word.startsWith(typed))
}

// A device's patterns are plain regular expressions; what is none is searched as it stands.
function pattern(text: string): RegExp {
  try {
    return new RegExp(text)
  } catch {
    return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  }
}

/** The wanted lines of an output. A section is a matching line with all that is indented below it. */
export function applyFilter(output: string, filter: OutputFilter): string {
  const lines = output.replace(/\n$/, '').split('\n')
  const kept = keptLines(lines, filter)
  if (filter.word === 'count') return `Number of lines which match regexp = ${kept.length}\n`
  return kept.map((line) => `${line}\n`).join('')
}

function keptLines(lines: readonly string[], { word, pattern: wanted }: OutputFilter): readonly string[] {
  switch (word) {
    case 'include':
    case 'count':
      return lines.filter((line) => wanted.test(line))
    case 'exclude':
      return lines.filter((line) => !wanted.test(line))
    case 'begin': {
      const first = lines.findIndex((line) => wanted.test(line))
      return first === -1 ? [] : lines.slice(first)
    }
    case 'section':
      return sections(lines, wanted)
  }
}

function sections(lines: readonly string[], wanted: RegExp): readonly string[] {
  const kept: string[] = []
  let depth: number | undefined
  for (const line of lines) {
    const own = line.length - line.trimStart().length
    if (depth !== undefined && (own <= depth || line.trim() === '')) depth = undefined
    if (depth === undefined && wanted.test(line)) depth = own
    if (depth !== undefined) kept.push(line)
  }
  return kept
}
