/** A host key as people compare it. */
export interface KeyPrint {
  readonly type: string
  /** `SHA256:…`, as OpenSSH prints it. */
  readonly sha256: string
  /** `MD5:…`: only to compare with older tools. */
  readonly md5: string
  /** The key itself, as `show ip ssh` of IOS prints it. */
  readonly base64: string
}

/** A key that known_hosts has for a host. */
export interface KnownPrint {
  readonly type: string
  readonly sha256: string
  /** `FILE:LINE`. */
  readonly place: string
}

/**
 * What became of one host: `learned` and `replaced` are in known_hosts now, `known` was already; `refused`
 * keeps known_hosts as it was; `unreachable` showed no key of its own.
 */
export type TrustStatus = 'learned' | 'replaced' | 'known' | 'refused' | 'unreachable'

/** One host in the result of `trust`. */
export interface TrustOutcome {
  readonly host: string
  readonly address: string
  readonly port: number
  readonly status: TrustStatus
  /** What the device has proven to own. */
  readonly key?: KeyPrint
  /** The keys that known_hosts had, where the device's is none of them. */
  readonly known: readonly KnownPrint[]
  /** Where there is no key in known_hosts for what the device showed. */
  readonly error?: { readonly code: string; readonly message: string; readonly next: string }
}

/** Asked of a person before a key is written. */
export interface TrustQuestion {
  readonly host: string
  readonly address: string
  readonly port: number
  readonly key: KeyPrint
  /** Not empty: these keys go, and the new one takes their place. */
  readonly replaces: readonly KnownPrint[]
  /** The known_hosts file that is written. */
  readonly file: string
  /** The name that it stands under there, where the SSH configuration has one. */
  readonly alias?: string
}

/** What `trust` did. */
export interface TrustResult {
  /** The known_hosts file that is written. */
  readonly file: string
  readonly hosts: readonly TrustOutcome[]
  readonly interrupted: boolean
}

/** 130 interrupted; 1 when a host's key is not in known_hosts; else 0. */
export function trustExitCode({ hosts, interrupted }: TrustResult): number {
  if (interrupted) return 130
  return hosts.some(({ status }) => status === 'refused' || status === 'unreachable') ? 1 : 0
}
