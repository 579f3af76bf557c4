import ssh2 from 'ssh2'

type KeyPair = ReturnType<typeof ssh2.utils.generateKeyPairSync>

/** A device's identity: one key per type. Tests fix it, a lab makes it at start. */
export interface HostKeys {
  /** In OpenSSH's format. */
  readonly privateKeys: readonly string[]
  /** `ssh-ed25519 AAAA…`, without a comment, in the same order. */
  readonly publicKeys: readonly string[]
}

/** An Ed25519 and an ECDSA key, as a box has that was set up with both. */
export function makeHostKeys(): HostKeys {
  const pairs = [
    readablePair(() => ssh2.utils.generateKeyPairSync('ed25519')),
    readablePair(() => ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })),
  ]
  return {
    privateKeys: pairs.map((pair) => pair.private),
    publicKeys: pairs.map((pair) => pair.public.trim()),
  }
}

/** ssh2 1.17 writes one Ed25519 key in two hundred in a form that it cannot read itself: such a key is made anew. */
function readablePair(make: () => KeyPair): KeyPair {
  for (;;) {
    const pair = make()
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair
  }
}

/** The lines of a known_hosts file for a server with these keys, each with its line end. */
export function knownHostsLines(keys: HostKeys, host: string, port: number): string {
  const name = port === 22 ? host : `[${host}]:${port}`
  return keys.publicKeys.map((key) => `${name} ${key}\n`).join('')
}
