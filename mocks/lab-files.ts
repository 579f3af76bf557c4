import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../src/kernel/clock.ts'
import type { ReceivedLine } from './terminal.ts'

/** The files that a simulated lab leaves in its folder. */
export interface LabFiles {
  readonly dir: string
  /** Writes one received line to lines.ndjson; on disk for other programs when it returns. */
  record(device: string, entry: ReceivedLine): void
  write(name: 'inventory.yml' | 'known_hosts', text: string): void
  close(): void
}

/** Random, typed as it stands at any prompt: no `?`, no blank, never at the start of an option. */
export function makePassword(): string {
  return `k${randomBytes(12).toString('hex')}`
}

/** Makes the folder with an empty record and the password file (mode 600). Throws what `node:fs` throws. */
export function openLabFiles(dir: string, password: string, clock: Clock): LabFiles {
  mkdirSync(dir, { recursive: true })
  const passwordFile = join(dir, 'password')
  // A file that is there keeps its mode when it is written again.
  rmSync(passwordFile, { force: true })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  chmodSync(passwordFile, 0o600)
  const record = openSync(join(dir, 'lines.ndjson'), 'w')
  return {
    dir,
    record: (device, { mode, line }) => {
      writeSync(record, `${JSON.stringify({ at: clock.wall().toISOString(), device, mode, line })}\n`)
    },
    write: (name, text) => writeFileSync(join(dir, name), text),
    close: () => closeSync(record),
  }
}
