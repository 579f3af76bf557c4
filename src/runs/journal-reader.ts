import type { JournalLine } from '../model/record.ts'
import type { ReadFile } from './files.ts'
import { decodeLine, headOf, numberOf } from './journal-line.ts'
import { rawLines } from './line-reader.ts'

/** A place in a journal that cannot be believed. */
export interface Damage {
  /** Counts from 1. */
  readonly line: number
  /** Where the line begins in the file. */
  readonly byte: number
  readonly reason: string
  /** The device that it is about, as far as the line's first bytes still tell; nothing is verified. */
  readonly host?: string
  /** The last line, which was being written when the run was cut off: what it told of was not begun. */
  readonly torn?: true
}

export type JournalItem =
  | { readonly kind: 'line'; readonly line: JournalLine; readonly offset: number }
  | { readonly kind: 'damage'; readonly damage: Damage }

/**
 * Reads a journal line by line. A line that was torn, changed or moved is told as damage and passed over;
 * every other line is usable, because each carries its own checksum and number. Never throws for what the
 * file says.
 */
export async function* readJournal(file: ReadFile): AsyncGenerator<JournalItem> {
  let number = 0
  let last = 0
  for await (const raw of rawLines(file)) {
    number += 1
    const damaged = (reason: string): Extract<JournalItem, { readonly kind: 'damage' }> => ({
      kind: 'damage',
      damage: { line: number, byte: raw.offset, reason },
    })
    if (!raw.ended) {
      const { damage } = damaged('it was cut off while it was written')
      yield { kind: 'damage', damage: { ...damage, torn: true } }
      continue
    }
    const decoded = decodeLine(raw.bytes)
    if (decoded.kind === 'err') {
      const { host } = headOf(raw.bytes)
      const { damage } = damaged(decoded.error)
      yield { kind: 'damage', damage: host === undefined ? damage : { ...damage, host } }
    } else if (decoded.value.seq <= last) yield damaged(`number ${decoded.value.seq} comes after ${last}`)
    else {
      if (decoded.value.seq !== last + 1 && last + 1 === number) {
        yield damaged(`lines ${last + 1} to ${decoded.value.seq - 1} are missing before it`)
      }
      last = decoded.value.seq
      yield { kind: 'line', line: decoded.value, offset: raw.offset }
    }
  }
}

/** How many lines cannot be believed, or are missing: the same as {@link readJournal} tells, without reading what they say. */
export async function countDamage(file: ReadFile): Promise<number> {
  let damaged = 0
  let number = 0
  let last = 0
  for await (const raw of rawLines(file)) {
    number += 1
    const seq = raw.ended ? numberOf(raw.bytes) : undefined
    if (seq === undefined || seq <= last) {
      damaged += 1
      continue
    }
    if (seq !== last + 1 && last + 1 === number) damaged += 1
    last = seq
  }
  return damaged
}
