import type { SourcePosition } from '../kernel/diagnostics.ts'

/** The text of one file, able to say where an offset stands. */
export interface SourceText {
  readonly file: string
  /** Without a byte order mark, so that columns are those that an editor shows. */
  readonly text: string
  /** Never shows this stretch in an excerpt: asterisks stand in its place. */
  hide(start: number, end: number): void
  isHidden(offset: number): boolean
  /** From `start` up to `end` or the end of its line; offsets outside the text are moved into it. */
  position(start: number, end: number): SourcePosition
}

// A longer line is not written by a person and would flood the terminal: such a position has no excerpt.
const longestExcerpt = 1000

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Index of the last start that is not after the offset. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

export function createSourceText(file: string, raw: string): SourceText {
  const text = raw.startsWith('\ufeff') ? raw.slice(1) : raw
  const starts = lineStarts(text)
  const hidden: { start: number; end: number }[] = []

  const excerptOf = (from: number, to: number): string => {
    let excerpt = text.slice(from, to)
    for (const span of hidden) {
      const start = Math.max(span.start, from)
      const end = Math.min(span.end, to)
      if (start < end)
        excerpt = `${excerpt.slice(0, start - from)}${'*'.repeat(end - start)}${excerpt.slice(end - from)}`
    }
    return excerpt
  }

  return {
    file,
    text,
    hide: (start, end) => {
      hidden.push({ start, end })
    },
    isHidden: (offset) => hidden.some((span) => span.start <= offset && offset < span.end),
    position: (start, end) => {
      const offset = Math.min(Math.max(start, 0), text.length)
      const line = lineOf(starts, offset)
      const from = starts[line] ?? 0
      const next = starts[line + 1]
      const to = next === undefined ? text.length : next - 1
      const visible = text[to - 1] === '\r' && to > from ? to - 1 : to
      const length = Math.min(end, visible) - offset
      return {
        file,
        line: line + 1,
        col: offset - from + 1,
        ...(visible - from <= longestExcerpt ? { excerpt: excerptOf(from, visible) } : {}),
        ...(length > 1 ? { length } : {}),
      }
    },
  }
}
