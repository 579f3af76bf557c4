import { createHash } from 'node:crypto'
import { assertNever } from '../kernel/never.ts'
import { printable } from '../kernel/printable.ts'
import type { Unreachable } from '../model/shell.ts'
import { type KnownHost, type KnownHosts, type KnownKey, keyTypeOf, knownKeyTypes } from './known-hosts.ts'

/** The public key that a device offered, not yet proven by a signature. */
export interface OfferedKey {
  readonly type: string
  readonly base64: string
  /** `SHA256:…`, as `ssh-keygen -l` and devices print it. */
  readonly fingerprint: string
}

export type HostKeyVerdict =
  | { readonly kind: 'match' }
  | { readonly kind: 'unknown'; readonly offered: OfferedKey }
  /** The host is known, and none of its keys is the one offered. */
  | { readonly kind: 'changed'; readonly offered: OfferedKey; readonly known: readonly KnownKey[] }
  | { readonly kind: 'revoked'; readonly offered: OfferedKey; readonly known: KnownKey }
  /** Only a certificate authority vouches for the host; certificates cannot be checked. */
  | { readonly kind: 'ca-only'; readonly offered: OfferedKey }

/** `SHA256:` and the unpadded digest of a key in wire format. */
export function fingerprintOf(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

/** `MD5:` and sixteen pairs, as `ssh-keygen -l -E md5` and older tools print it: to compare, never to decide by. */
export function md5FingerprintOf(blob: Uint8Array): string {
  const digest = createHash('md5').update(blob).digest('hex')
  return `MD5:${digest.replace(/..(?!$)/g, '$&:')}`
}

/** A public key in wire format, with the names that people know it by. */
export function offeredKey(blob: Uint8Array): OfferedKey {
  return {
    type: printable(keyTypeOf(blob) ?? 'unreadable'),
    base64: Buffer.from(blob).toString('base64'),
    fingerprint: fingerprintOf(blob),
  }
}

/** The name that known_hosts is asked for: as with OpenSSH, an alias stands without a port. */
export function knownAs({
  address,
  port,
  hostKeyAlias,
}: {
  readonly address: string
  readonly port: number
  readonly hostKeyAlias?: string
}): { readonly address: string; readonly port: number } {
  return hostKeyAlias === undefined ? { address, port } : { address: hostKeyAlias, port: 22 }
}

/**
 * Judges the key that the device at `address` offers. As with OpenSSH, a host on another port than 22 may
 * also be known without its port, by exactly this key; a revoked key is refused under either name.
 */
export function judgeHostKey(
  knownHosts: KnownHosts,
  address: string,
  port: number,
  blob: Uint8Array,
): HostKeyVerdict {
  const offered = offeredKey(blob)
  const exact = knownHosts.lookup(address, port)
  const plain: KnownHost = port === 22 ? exact : knownHosts.lookup(address, 22)
  const same = (key: KnownKey): boolean => sameKey(key, blob)
  const revoked = [...exact.revoked, ...plain.revoked].find(same)
  if (revoked !== undefined) return { kind: 'revoked', offered, known: revoked }
  // A plain name vouches for another port only where nothing is known of that port itself.
  const known = exact.keys.length > 0 ? exact.keys : plain.keys
  if (known.some(same)) return { kind: 'match' }
  if (exact.keys.length > 0) return { kind: 'changed', offered, known: exact.keys }
  return exact.certAuthority ? { kind: 'ca-only', offered } : { kind: 'unknown', offered }
}

/** The key types to ask for first: else a host known by one type looks unknown by another. */
export function knownTypesOf(knownHosts: KnownHosts, address: string, port: number): readonly string[] {
  const exact = knownKeyTypes(knownHosts.lookup(address, port))
  return exact.length > 0 || port === 22 ? exact : knownKeyTypes(knownHosts.lookup(address, 22))
}

/** The device that a refusal is about. */
export interface HostKeyPlace {
  /** The device's name, for messages. */
  readonly host: string
  readonly address: string
  readonly port: number
  /** The command that learns the key; default: by the address. */
  readonly trustCommand?: string
}

/** A verdict that is no match, told to a person with the command that would make the host known. */
export function hostKeyRefusal(
  verdict: Exclude<HostKeyVerdict, { kind: 'match' }>,
  { host, address, port, trustCommand = `ikero trust ${trustName(address, port)}` }: HostKeyPlace,
): Unreachable {
  const { offered } = verdict
  const where = `${printable(host)} (${printable(address)}:${port})`
  const key = `${offered.type} ${offered.fingerprint}`
  const compare = "compare the fingerprint with the device's own on its console; if they agree"
  const refuse = (code: Unreachable['code'], message: string, next: string): Unreachable => ({
    code,
    cause: 'host-key',
    message,
    next,
  })
  switch (verdict.kind) {
    case 'unknown':
      return refuse(
        'HOST_KEY_UNKNOWN',
        `known_hosts has no key for ${where}; it offers ${key}`,
        `${compare}: ${trustCommand}`,
      )
    case 'changed':
      return refuse(
        'HOST_KEY_CHANGED',
        `the host key of ${where} has changed: known_hosts has ${verdict.known.map(knownKeyText).join(', ')}; it offers ${key}`,
        `find out why before anything else: another device may be answering; if the change is right: ${trustCommand} --replace`,
      )
    case 'revoked':
      return refuse(
        'HOST_KEY_CHANGED',
        `${where} offers a host key that is revoked (${placeOf(verdict.known)}): ${key}`,
        'do not log in to it: make a new key on the device, then put that one into known_hosts',
      )
    case 'ca-only':
      return refuse(
        'HOST_CERTIFICATE_UNSUPPORTED',
        `known_hosts knows ${where} only by a @cert-authority, and ikero cannot check host certificates; its plain key is ${key}`,
        `${compare}, put the plain key beside it: ${trustCommand}`,
      )
    default:
      return assertNever(verdict)
  }
}

/** A device as `ikero trust` takes it without an inventory: `192.0.2.1`, `192.0.2.1:2222`, `[2001:db8::1]:2222`. */
function trustName(address: string, port: number): string {
  const name = printable(address)
  if (port === 22) return name
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`
}

/** One key of known_hosts for a person: type, fingerprint and place. */
export function knownKeyText(key: KnownKey): string {
  return `${printable(key.type)} ${fingerprintOf(Buffer.from(key.base64, 'base64'))} (${placeOf(key)})`
}

/** `FILE:LINE`, as an editor takes it. */
export function placeOf({ file, line }: Pick<KnownKey, 'file' | 'line'>): string {
  return file === undefined ? `known_hosts, line ${line}` : `${printable(file)}:${line}`
}

/** Compares bytes, not base64: padding may be written or not. */
function sameKey(key: KnownKey, blob: Uint8Array): boolean {
  return Buffer.from(key.base64, 'base64').equals(blob)
}
