import type { ReadFile } from './files.ts'

/** The bytes of one line, without its line feed. */
export interface RawLine {
  readonly offset: number
  readonly bytes: Buffer
  /** False for what stands after the last line feed: it was being written when the run was cut off. */
  readonly ended: boolean
}

/** No line of a journal is longer; a longer one is not a journal's. */
export const maxLineBytes: number = 256 * 1024 * 1024
const chunkBytes = 256 * 1024
const lineFeed = 0x0a

/** The lines of a file from `from` on, in order; holds one line and one chunk in memory. */
export async function* rawLines(file: ReadFile, from = 0): AsyncGenerator<RawLine> {
  let parts: Buffer[] = []
  let held = 0
  let lineAt = from
  for (let at = from; at < file.size; ) {
    const chunk = await file.read(at, chunkBytes)
    if (chunk.length === 0) break
    let start = 0
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      const bytes = Buffer.concat([...parts, chunk.subarray(start, end)])
      yield { offset: lineAt, bytes, ended: true }
      parts = []
      held = 0
      start = end + 1
      lineAt = at + start
    }
    parts.push(chunk.subarray(start))
    held += chunk.length - start
    at += chunk.length
    if (held > maxLineBytes) break
  }
  if (held > 0) yield { offset: lineAt, bytes: Buffer.concat(parts), ended: false }
}

/** Where the last whole line begins, and its bytes; reads backwards from the end. */
export async function lastRawLine(file: ReadFile): Promise<RawLine | undefined> {
  let end = file.size
  let parts: Buffer[] = []
  let whole = false
  while (end > 0 && parts.reduce((sum, part) => sum + part.length, 0) <= maxLineBytes) {
    const from = Math.max(0, end - chunkBytes)
    let chunk = await file.read(from, end - from)
    if (!whole) {
      const tail = chunk.lastIndexOf(lineFeed)
      end = from
      if (tail === -1) continue
      chunk = chunk.subarray(0, tail)
      whole = true
    }
    const before = chunk.lastIndexOf(lineFeed)
    parts = [chunk.subarray(before + 1), ...parts]
    if (before !== -1 || from === 0) {
      return { offset: from + before + 1, bytes: Buffer.concat(parts), ended: true }
    }
    end = from
  }
  return undefined
}
