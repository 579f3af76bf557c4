import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { lineEnd } from '../transport/known-hosts.ts'
import { hidesNames, knownHostsLine, type NewKnownHost, withoutName } from '../transport/known-hosts-edit.ts'

export interface KnownHostsEntry extends Omit<NewKnownHost, 'salt'> {
  /** Hides the name even where the file hides none. */
  readonly hash: boolean
  /** Lines of the file (from 1) on which the name stands no longer. */
  readonly instead?: readonly number[]
}

/**
 * Writes one key into a known_hosts file, which is made (mode 600, its folder 700) where there is none. A new
 * line is appended by one write, so that processes beside each other lose nothing; a replacement is a new
 * file that takes the old one's name. An error says why nothing was written.
 */
export function writeKnownHost(path: string, entry: KnownHostsEntry): Result<undefined, string> {
  try {
    const old = oldText(path)
    const hash = entry.hash || hidesNames(old)
    const line = knownHostsLine({ ...entry, ...(hash ? { salt: randomBytes(20) } : {}) })
    if (line === undefined) return err(`${printable(entry.name)} cannot stand in a known_hosts file`)
    if (entry.instead === undefined) {
      append(path, old, line)
      return ok(undefined)
    }
    const rest = withoutName(old, entry.name, entry.instead)
    if (rest.kind === 'err') {
      return err(
        `${printable(path)}:${rest.error} names more hosts by a pattern: take the line out, or change it, by hand`,
      )
    }
    replace(path, old, `${closed(rest.value)}${line}\n`)
    return ok(undefined)
  } catch (thrown) {
    return err(`${printable(path)} cannot be written: ${printable(messageOf(thrown))}`)
  }
}

function oldText(path: string): string {
  if (!existsSync(path)) return ''
  // A pipe would keep the program waiting for ever.
  if (!statSync(path).isFile()) throw new Error('it is not a regular file')
  // Byte for byte: what is not UTF-8 must come back as it was.
  return readFileSync(path, 'latin1')
}

/** The text with its last line ended, as the other lines are. */
function closed(text: string): string {
  return text === '' || lineEnd.test(text.slice(-1)) ? text : `${text}\n`
}

function append(path: string, old: string, line: string): void {
  const folder = dirname(path)
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
  const before = closed(old).length > old.length ? '\n' : ''
  const file = openSync(path, 'a', 0o600)
  try {
    writeSync(file, `${before}${line}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function replace(path: string, old: string, text: string): void {
  // A link stays a link.
  const place = realpathSync(path)
  const beside = `${place}.${randomBytes(6).toString('hex')}`
  try {
    writeFileSync(beside, text, {
      encoding: 'latin1',
      flag: 'wx',
      flush: true,
      mode: statSync(place).mode & 0o777,
    })
    if (readFileSync(place, 'latin1') !== old) throw new Error('somebody else is writing it')
    renameSync(beside, place)
  } finally {
    rmSync(beside, { force: true })
  }
}
