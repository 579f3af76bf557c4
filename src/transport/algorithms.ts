import type { ServerHostKeyAlgorithm } from 'ssh2'
import { printable } from '../kernel/printable.ts'

/** Signature algorithms by the key type that makes them; RSA keys sign with SHA-2 first (RFC 8332). */
const signatures: readonly (readonly [string, readonly ServerHostKeyAlgorithm[]])[] = [
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']],
]

/**
 * The host-key offer of a connection: the types that known_hosts has for the host first, then the others,
 * so that a host with a changed key is still told apart from one that cannot be talked to.
 */
export function hostKeyOffer(knownTypes: readonly string[]): ServerHostKeyAlgorithm[] {
  const known = knownTypes.flatMap((type) => signatures.filter(([name]) => name === type))
  const rest = signatures.filter(([name]) => !knownTypes.includes(name))
  return [...known, ...rest].flatMap(([, algorithms]) => algorithms)
}

/** What ssh2 says of a handshake while it runs; it keeps neither offer for the error. */
export interface HandshakeNotes {
  /** ssh2's debug callback. */
  readonly note: (message: string) => void
  /** `Cisco-1.25` and the like; undefined until the device has named itself. */
  ident(): string | undefined
  /** The offers that did not meet, for a person; undefined while all have met. */
  mismatch(): Mismatch | undefined
}

export interface Mismatch {
  /** `key exchange`, `host key`, `cipher`, `MAC`, `compression`. */
  readonly what: string
  readonly device: readonly string[]
  readonly ikero: readonly string[]
}

const names: Readonly<Record<string, string>> = {
  'KEX method': 'key exchange',
  'Host key format': 'host key',
  'C->S cipher': 'cipher',
  'S->C cipher': 'cipher',
  'C->S MAC': 'MAC',
  'S->C MAC': 'MAC',
  'C->S compression': 'compression',
  'S->C compression': 'compression',
}

// Marks that stand in the lists beside algorithms (RFC 8308, strict key exchange).
const notAlgorithms = /^(?:ext-info-[cs]|kex-strict-[cs]-v00@openssh\.com)$/

export function handshakeNotes(): HandshakeNotes {
  const offers = new Map<string, { device: readonly string[]; ikero: readonly string[] }>()
  let ident: string | undefined
  return {
    note(message) {
      const named = /^Remote ident: '(?:SSH-(?:2\.0|1\.99)-)?([^']{1,120})'/.exec(message)
      if (named !== null) ident = printable(named[1] ?? '')
      const offer = /^Handshake: \((local|remote)\) ([^:]+): (.*)$/s.exec(message)
      if (offer === null) return
      const [, side, what = '', list = ''] = offer
      const algorithms = list.split(',').filter((name) => name !== '' && !notAlgorithms.test(name))
      const known = offers.get(what) ?? { device: [], ikero: [] }
      offers.set(what, side === 'local' ? { ...known, ikero: algorithms } : { ...known, device: algorithms })
    },
    ident: () => ident,
    mismatch() {
      for (const [what, { device, ikero }] of offers) {
        if (ikero.some((name) => device.includes(name))) continue
        return { what: names[what] ?? what, device: device.slice(0, 40).map(printable), ikero }
      }
      return undefined
    },
  }
}
