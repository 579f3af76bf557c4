import type { CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2'
import { printable } from '../kernel/printable.ts'
import { wildcardMatches } from '../kernel/wildcard.ts'
import type { AlgorithmSet } from '../model/inventory.ts'
import type { AlgorithmEdit } from './ssh-config-values.ts'

/** Signature algorithms by the key type that makes them. */
const signatures: readonly (readonly [string, readonly ServerHostKeyAlgorithm[]])[] = [
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  // RSA keys sign with SHA-2 (RFC 8332); with SHA-1 (`ssh-rsa`) only where old devices are allowed.
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]

/**
 * ssh2 1.17's own defaults without the legacy ones of its host keys; what the device is offered, the best
 * first. SHA-1 stands only in MACs, where it is not broken (RFC 9142 is about key exchange).
 */
const modern = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group15-sha512',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group17-sha512',
    'diffie-hellman-group18-sha512',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
    'chacha20-poly1305@openssh.com',
  ],
  hmac: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha1-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'hmac-sha1',
  ],
} as const

/** What IOS 12.x, early 15.x and ASA 8.x and 9.x need; behind the modern ones, so that it is the last choice. */
const legacy = {
  kex: ['diffie-hellman-group14-sha1', 'diffie-hellman-group-exchange-sha1', 'diffie-hellman-group1-sha1'],
  cipher: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  hmac: ['hmac-sha1-96'],
  serverHostKey: ['ssh-rsa'],
} as const

/**
 * The host-key offer of a connection: the types that known_hosts has for the host first, then the others,
 * so that a host with a changed key is still told apart from one that cannot be talked to.
 */
export function hostKeyOffer(
  knownTypes: readonly string[],
  set: AlgorithmSet = 'modern',
): ServerHostKeyAlgorithm[] {
  const known = knownTypes.flatMap((type) => signatures.filter(([name]) => name === type))
  const rest = signatures.filter(([name]) => !knownTypes.includes(name))
  const offer = [...known, ...rest].flatMap(([, algorithms]) => algorithms)
  return set === 'legacy' ? [...offer, ...legacy.serverHostKey] : offer
}

/** Changes of the lists, as an SSH client configuration makes them. */
export interface AlgorithmEdits {
  readonly kex?: AlgorithmEdit
  readonly ciphers?: AlgorithmEdit
  readonly macs?: AlgorithmEdit
  readonly hostKeys?: AlgorithmEdit
  /** What the login's own keys may sign with. */
  readonly userKeys?: AlgorithmEdit
}

interface Offer {
  readonly kex: KexAlgorithm[]
  readonly cipher: CipherAlgorithm[]
  readonly hmac: MacAlgorithm[]
  readonly serverHostKey: ServerHostKeyAlgorithm[]
}

/** All that a connection offers. An edit that leaves nothing is passed over (`unusableEdits` tells). */
export function algorithmOffer(
  knownTypes: readonly string[],
  set: AlgorithmSet = 'modern',
  edits: AlgorithmEdits = {},
): Offer {
  const every = {
    kex: [...modern.kex, ...legacy.kex],
    cipher: [...modern.cipher, ...legacy.cipher],
    hmac: [...modern.hmac, ...legacy.hmac],
  }
  const old = set === 'legacy'
  return {
    kex: edited<KexAlgorithm>(old ? every.kex : modern.kex, every.kex, edits.kex),
    cipher: edited<CipherAlgorithm>(old ? every.cipher : modern.cipher, every.cipher, edits.ciphers),
    hmac: edited<MacAlgorithm>(old ? every.hmac : modern.hmac, every.hmac, edits.macs),
    serverHostKey: edited(hostKeyOffer(knownTypes, set), hostKeyOffer(knownTypes, 'legacy'), edits.hostKeys),
  }
}

/** A list after an edit, among what can be offered at all; the list itself where nothing would be left. */
function edited<T extends string>(standard: readonly T[], every: readonly T[], edit?: AlgorithmEdit): T[] {
  if (edit === undefined) return [...standard]
  const fits = (name: string): boolean => edit.names.some((pattern) => wildcardMatches(pattern, name))
  const picked = edit.names.flatMap((pattern) => every.filter((name) => wildcardMatches(pattern, name)))
  const kept = standard.filter((name) => !fits(name))
  const lists = {
    set: picked,
    append: [...standard, ...picked],
    remove: kept,
    prepend: [...picked, ...kept],
  }
  const list = [...new Set(lists[edit.how])]
  return list.length === 0 ? [...standard] : list
}

/** Edits that leave nothing that can be offered. */
export function unusableEdits(edits: AlgorithmEdits): readonly Exclude<keyof AlgorithmEdits, 'userKeys'>[] {
  const { kex, cipher, hmac } = algorithmOffer([], 'legacy')
  const lists = { kex, ciphers: cipher, macs: hmac, hostKeys: hostKeyOffer([], 'legacy') }
  const keys = ['kex', 'ciphers', 'macs', 'hostKeys'] as const
  return keys.filter((key) => {
    const edit = edits[key]
    const fits = (name: string): boolean =>
      edit?.names.some((pattern) => wildcardMatches(pattern, name)) === true
    if (edit?.how === 'set') return !lists[key].some(fits)
    return edit?.how === 'remove' && lists[key].every(fits)
  })
}

/** Key types that a login may present after an edit of what it may sign with; undefined: all. */
export function userKeyTypes(edit: AlgorithmEdit | undefined): readonly string[] | undefined {
  if (edit === undefined) return undefined
  const allowed = edited<string>(hostKeyOffer([], 'legacy'), hostKeyOffer([], 'legacy'), edit)
  return signatures.flatMap(([type, names]) =>
    allowed.some((name) => name === type || names.some((own) => own === name)) ? [type] : [],
  )
}

/** Old algorithms among what a connection offers. */
export function legacyIn(offer: Offer): readonly string[] {
  return [...offer.kex, ...offer.cipher, ...offer.hmac, ...offer.serverHostKey].filter((name) =>
    legacyNames.includes(name),
  )
}

const legacyNames: readonly string[] = [
  ...legacy.kex,
  ...legacy.cipher,
  ...legacy.hmac,
  ...legacy.serverHostKey,
]

/** Whether `algorithms: legacy` would let a device be talked to that offers these. */
export function legacyWouldHelp(deviceOffers: readonly string[]): boolean {
  return deviceOffers.some((name) => legacyNames.includes(name))
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
