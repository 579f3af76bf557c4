import { createHmac } from 'node:crypto'
import { err, ok, type Result } from '../kernel/result.ts'
import type { OfferedKey } from './host-key.ts'
import { lineEnd } from './known-hosts.ts'

/** One line to be added to a known_hosts file. */
export interface NewKnownHost {
  /** As {@link knownHostsName} gives it. */
  readonly name: string
  readonly key: OfferedKey
  /** Twenty random bytes: the name is written hashed with them. */
  readonly salt?: Uint8Array
  /** One line; stands after the key, where nothing reads it but people. */
  readonly comment: string
}

/** What a name may be made of: no blank, comma, wildcard or mark that would mean something else in the file. */
const plainName = /^[\w.:%[\]-]+$/

/** The line of a key, without its line end; undefined for a name that cannot stand in known_hosts as itself. */
export function knownHostsLine({ name, key, salt, comment }: NewKnownHost): string | undefined {
  if (!plainName.test(name)) return undefined
  const field = salt === undefined ? name : hashedName(name, salt)
  return `${field} ${key.type} ${key.base64} ${comment}`
}

/** `|1|salt|digest`, as `ssh-keygen -H` writes it. */
function hashedName(name: string, salt: Uint8Array): string {
  const digest = createHmac('sha1', salt).update(name).digest('base64')
  return `|1|${Buffer.from(salt).toString('base64')}|${digest}`
}

/** True where a file hides names: what is added to it is hidden too. */
export function hidesNames(text: string): boolean {
  return text.split(lineEnd).some((line) => /^\s*(?:@\S+\s+)?\|1\|/.test(line))
}

/**
 * The text, of UTF-8 or read byte by byte as Latin-1, without a name on the given lines (counted from 1): a line of that name only goes, a list keeps
 * its other names. An error is the number of a line that names the host by a pattern: that is for a person.
 */
export function withoutName(text: string, name: string, lines: readonly number[]): Result<string, number> {
  // Line ends stand between the lines and are kept as they are.
  const parts = text.split(/(\r\n|\n|\r)/)
  for (const line of lines) {
    const at = (line - 1) * 2
    const old = parts[at] ?? ''
    const [, indent = '', field = '', rest = ''] =
      /^((?:\ufeff|\u00ef\u00bb\u00bf)?\s*)(\S+)(.*)$/s.exec(old) ?? []
    const others = field.split(',').filter((one) => one.toLowerCase() !== name)
    if (field.startsWith('|') || others.length === 0) {
      parts[at] = ''
      parts[at + 1] = ''
    } else {
      const whole = others.length === field.split(',').length
      if (whole || others.some((one) => /[*?!]/.test(one))) return err(line)
      parts[at] = `${indent}${others.join(',')}${rest}`
    }
  }
  return ok(parts.join(''))
}
