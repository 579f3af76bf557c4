import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
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

/** The words that the lab's devices ask for. */
export interface Secrets {
  readonly password: string
  readonly enable: string
}

/** Random, typed as it stands at any prompt: no `?`, no blank, never at the start of an option. */
export function makePassword(): string {
  return `k${randomBytes(12).toString('hex')}`
}

// Node's own `recursive` never returns where a folder exists that can hold no other (/proc).
function makeFolder(dir: string): void {
  if (existsSync(dir)) return
  const parent = dirname(dir)
  if (parent !== dir) makeFolder(parent)
  mkdirSync(dir)
}

function writeSecret(path: string, secret: string): void {
  // A file that is there keeps its mode when it is written again.
  rmSync(path, { force: true })
  writeFileSync(path, secret, { mode: 0o600 })
  chmodSync(path, 0o600)
}

/**
 * Makes the folder with an empty record and the password file (mode 600); a scenario with an enable password
 * of its own gets a file `enable` for it. Throws what `node:fs` throws.
 */
export function openLabFiles(dir: string, login: Secrets, clock: Clock): LabFiles {
  makeFolder(dir)
  writeSecret(join(dir, 'password'), login.password)
  if (login.enable !== login.password) writeSecret(join(dir, 'enable'), login.enable)
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
