import type { SoftwareFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import type { PlatformId } from './ids.ts'
import type { DeviceError } from './outcome.ts'

/** A value and where it comes from: `inventory.yml:12`, `/home/ops/.ssh/config:3`, `default`. */
export interface Told<T> {
  readonly value: T
  readonly source: string
}

/** What a connection showed while it was made. */
export type SshSeen =
  | {
      readonly kind: 'host-key'
      readonly verdict: 'match' | 'unknown' | 'changed' | 'revoked' | 'ca-only'
      readonly type: string
      readonly fingerprint: string
    }
  | {
      readonly kind: 'algorithms'
      readonly kex: string
      readonly hostKey: string
      readonly cipher: string
      /** Absent where the cipher needs none. */
      readonly mac?: string
    }
  /** What was presented, in order; the last one was taken. */
  | { readonly kind: 'login'; readonly presented: readonly string[] }

/** One machine on the way to a device; the last one is the device. No secret is part of it. */
export interface ReachedMachine {
  readonly name: string
  readonly address: Told<string>
  readonly port: Told<number>
  readonly username: Told<string>
  readonly credential: string
  readonly algorithms: Told<string>
  readonly keyFiles: readonly Told<string>[]
  readonly hostKeyAlias?: Told<string>
  readonly knownHostsFiles?: Told<readonly string[]>
  readonly seen: readonly SshSeen[]
  /** Lines of the SSH configuration that apply and are not followed. */
  readonly notes: readonly string[]
}

/** A read-only line that a run needs, and whether the account may send it. */
export interface CommandCheck {
  readonly line: string
  readonly allowed: boolean
  /** A release may lack it, and nothing is wrong then. */
  readonly optional: boolean
  /** The device's refusal. */
  readonly refusal?: string
}

/** What one session found out about a device. */
export interface Examination {
  readonly error?: DeviceError
  readonly hostname?: string
  readonly privileged?: boolean
  readonly software?: SoftwareFacts
  readonly findings: readonly Finding[]
  readonly commands: readonly CommandCheck[]
}

/** All that doctor says of a device. */
export interface HostReport extends Examination {
  readonly host: string
  readonly platform: PlatformId
  /** Nothing stands in the way of a run. */
  readonly ready: boolean
  /** From the nearest jump host to the device. */
  readonly way: readonly ReachedMachine[]
  /** Where the way was written. */
  readonly waySource: string
}
