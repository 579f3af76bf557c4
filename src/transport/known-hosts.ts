import { createHmac } from 'node:crypto'
import { wildcardMatches } from '../kernel/wildcard.ts'

/** One public key of a known_hosts file. */
export interface KnownKey {
  /** `ssh-ed25519`, `ssh-rsa`, … as the key itself says. */
  readonly type: string
  readonly base64: string
  /** Absent where the text has no name. */
  readonly file?: string
  /** Where it stands in the file, counted from 1. */
  readonly line: number
}

/** One known_hosts file that was read. */
export interface KnownHostsText {
  readonly file?: string
  readonly text: string
}

/** What a known_hosts file says about one host. */
export interface KnownHost {
  readonly keys: readonly KnownKey[]
  /** Keys marked `@revoked` for this host: never accepted, even when listed without the mark too. */
  readonly revoked: readonly KnownKey[]
  /** True when a `@cert-authority` line names the host. */
  readonly certAuthority: boolean
}

/** Parsed known_hosts files, as OpenSSH's sshd(8) describes the format. */
export interface KnownHosts {
  /** Port 22 is looked up as `host`, any other as `[host]:port`; letters' case does not count. */
  lookup(host: string, port: number): KnownHost
  /** Lines that are neither an entry, a comment nor blank: they count for nothing, and somebody should know. */
  readonly passedOver: readonly KnownHostsPlace[]
}

/** One line of a known_hosts file. */
export type KnownHostsPlace = Pick<KnownKey, 'file' | 'line'>

interface Entry extends KnownKey {
  readonly mark: 'none' | 'revoked' | 'cert-authority'
  readonly names: (name: string) => boolean
}

const marks: Readonly<Record<string, Entry['mark']>> = {
  '@revoked': 'revoked',
  '@cert-authority': 'cert-authority',
}

/** The name of a host in known_hosts: `192.0.2.1`, `[192.0.2.1]:2222`. */
export function knownHostsName(host: string, port: number): string {
  const name = host.toLowerCase()
  return port === 22 ? name : `[${name}]:${port}`
}

/** Reads known_hosts files as if they were one; a line that makes no sense is passed over, as OpenSSH does. */
export function parseKnownHosts(...files: readonly KnownHostsText[]): KnownHosts {
  const lines = files.flatMap(linesOf)
  const entries = lines.flatMap((line) => line.entry ?? [])
  // Each look-up of a hashed file costs a digest per line, and a run asks for the same few names again.
  const answers = new Map<string, KnownHost>()
  return {
    passedOver: lines.flatMap(({ entry, place }) => (entry === undefined ? [place] : [])),
    lookup(host, port) {
      const name = knownHostsName(host, port)
      const before = answers.get(name)
      if (before !== undefined) return before
      const found = entries.filter((entry) => entry.names(name))
      const marked = (mark: Entry['mark']): readonly KnownKey[] =>
        found.filter((entry) => entry.mark === mark).map(({ names: _names, mark: _mark, ...key }) => key)
      const answer: KnownHost = {
        keys: marked('none'),
        revoked: marked('revoked'),
        certAuthority: found.some((entry) => entry.mark === 'cert-authority'),
      }
      answers.set(name, answer)
      return answer
    },
  }
}

/** The key types that a host is known by, in the order of the file, each once. */
export function knownKeyTypes(host: KnownHost): readonly string[] {
  return [...new Set(host.keys.map((key) => key.type))]
}

/** The type that stands at the front of a public key in wire format (RFC 4253, 6.6); undefined when cut. */
export function keyTypeOf(blob: Uint8Array): string | undefined {
  if (blob.length < 4) return undefined
  const length = new DataView(blob.buffer, blob.byteOffset).getUint32(0)
  if (length === 0 || length > 128 || blob.length < 4 + length) return undefined
  return Buffer.from(blob.subarray(4, 4 + length)).toString('latin1')
}

/** A line that says something; without an entry it makes no sense. */
interface Line {
  readonly place: KnownHostsPlace
  readonly entry?: Entry
}

function linesOf({ file, text }: KnownHostsText): readonly Line[] {
  return text
    .replace(/^\ufeff/, '')
    .split(lineEnd)
    .flatMap((line, index) => {
      if (/^\s*(?:#|$)/.test(line)) return []
      const place = { line: index + 1, ...(file === undefined ? {} : { file }) }
      const entry = parseLine(line, place)
      return [entry === undefined ? { place } : { place, entry }]
    })
}

/** Where a line of known_hosts ends. */
export const lineEnd: RegExp = /\r\n|\n|\r/

function parseLine(text: string, place: KnownHostsPlace): Entry | undefined {
  const fields = text.trim().split(/[ \t]+/)
  const first = fields[0] ?? ''
  const mark = first.startsWith('@') ? marks[first] : 'none'
  const [names, type, base64] = mark === 'none' ? fields : fields.slice(1)
  if (mark === undefined || names === undefined || type === undefined || base64 === undefined)
    return undefined
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined
  const blob = Buffer.from(base64, 'base64')
  const matches = names.startsWith('|') ? hashed(names) : patterns(names)
  return matches !== undefined && keyTypeOf(blob) === type
    ? { mark, names: matches, type, base64, ...place }
    : undefined
}

/** `|1|salt|digest`: HMAC-SHA1 over the name, both in base64; one name a line, no patterns. */
function hashed(field: string): ((name: string) => boolean) | undefined {
  const [, version, salt, digest] = field.split('|')
  if (version !== '1' || salt === undefined || digest === undefined) return undefined
  const key = Buffer.from(salt, 'base64')
  return (name) => createHmac('sha1', key).update(name).digest('base64') === digest
}

/** Names by comma; `*` and `?` stand for any characters and any one; a matching `!name` rules the line out. */
function patterns(field: string): (name: string) => boolean {
  const list = field.toLowerCase().split(',')
  const refused = list.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))
  const wanted = list.filter((pattern) => pattern !== '' && !pattern.startsWith('!'))
  return (name) =>
    !refused.some((pattern) => wildcardMatches(pattern, name)) &&
    wanted.some((pattern) => wildcardMatches(pattern, name))
}
