import { join } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import { IkeroError, messageOf } from '../kernel/errors.ts'
import type { Redactor } from '../kernel/redact.ts'
import type { RunId } from '../model/ids.ts'
import type { JournalEntry } from '../model/record.ts'
import type { AppendFile } from './files.ts'
import { encodeLine } from './journal-line.ts'
import { maxLineBytes } from './line-reader.ts'

/** The record of one run, in the making. */
export interface Journal {
  readonly runId: RunId
  /** The run's folder. */
  readonly folder: string
  /**
   * Resolves when the entry is on disk. Rejects with JOURNAL_FAILED when it may not be, and so does every
   * later append: then nothing may be sent to a device any more.
   */
  append(entry: JournalEntry): Promise<void>
  /** Waits for what was appended and closes the file. Never rejects: each append has told its own fate. */
  close(): Promise<void>
}

export const journalName = 'journal.ndjson'

interface Waiting {
  readonly bytes: Buffer
  readonly resolve: () => void
  readonly reject: (why: IkeroError) => void
}

/**
 * One writer, group commit: everything that was appended while the disk was busy goes out in one write and
 * one flush, in the order of the appends.
 */
export class FileJournal implements Journal {
  readonly runId: RunId
  readonly folder: string
  readonly #file: AppendFile
  readonly #clock: Pick<Clock, 'wall'>
  readonly #redactor: Redactor
  readonly #onClosed: () => void
  #seq = 0
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  #failure: IkeroError | undefined

  constructor(
    run: { readonly runId: RunId; readonly folder: string },
    file: AppendFile,
    ports: {
      readonly clock: Pick<Clock, 'wall'>
      readonly redactor: Redactor
      readonly onClosed?: () => void
    },
  ) {
    this.runId = run.runId
    this.folder = run.folder
    this.#file = file
    this.#clock = ports.clock
    this.#redactor = ports.redactor
    this.#onClosed = ports.onClosed ?? (() => undefined)
  }

  append(entry: JournalEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure)
      const bytes = this.#encode(entry)
      if (this.#failure !== undefined || bytes === undefined) return reject(this.#failure)
      this.#waiting.push({ bytes, resolve, reject })
      this.#writing ??= this.#write()
    })
  }

  async close(): Promise<void> {
    this.#failure ??= journalFailed(this.folder, 'it is closed')
    await this.#writing
    await this.#file.close().catch(() => undefined)
    this.#onClosed()
  }

  #encode(entry: JournalEntry): Buffer | undefined {
    try {
      const at = this.#clock.wall().toISOString()
      const bytes = encodeLine({ v: 1, seq: this.#seq + 1, at, entry: this.#redactor.redactDeep(entry) })
      if (bytes.length > maxLineBytes) throw new Error(`an entry of ${bytes.length} bytes is too long`)
      this.#seq += 1
      return bytes
    } catch (thrown) {
      this.#failure = journalFailed(this.folder, messageOf(thrown), thrown)
      return undefined
    }
  }

  async #write(): Promise<void> {
    // Appends of the same turn belong to the first group.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      try {
        await this.#file.append(Buffer.concat(group.map((one) => one.bytes)))
        await this.#file.sync()
        for (const one of group) one.resolve()
      } catch (thrown) {
        // After a failed flush nobody knows what the disk has: nothing more is written behind it.
        const failure = journalFailed(this.folder, messageOf(thrown), thrown)
        this.#failure ??= failure
        for (const one of [...group, ...this.#waiting]) one.reject(failure)
        this.#waiting = []
      }
    }
    this.#writing = undefined
  }
}

/** JOURNAL_FAILED: nothing is sent to a device that could not be written down first. */
export function journalFailed(folder: string, why: string, cause?: unknown): IkeroError {
  return new IkeroError(
    'JOURNAL_FAILED',
    'user',
    `the journal ${join(folder, journalName)} could not be written: ${why}`,
    { next: 'free space or fix the rights of that folder, then read the devices again with plan' },
    cause,
  )
}
