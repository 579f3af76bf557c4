import type { Diagnostic } from '../kernel/diagnostics.ts'
import type { TrustQuestion, TrustResult } from '../model/trust.ts'
import type { Invalid, RunOptions } from './options.ts'
import type { VisitOptions } from './visits.ts'

/** Which hosts are meant. */
export interface TrustHostsOptions
  extends Pick<RunOptions, 'inventory' | 'documents' | 'limit' | 'env' | 'cwd' | 'clock' | 'knownHosts'> {
  /** Its devices; without it all of the inventory. */
  readonly playbook?: string
  /** Host patterns and names of jump hosts; without inventory and playbook addresses, `192.0.2.1:2222`. */
  readonly hosts: readonly string[]
}

/** What `trust` is asked. */
export interface TrustOptions
  extends TrustHostsOptions,
    Pick<RunOptions, 'concurrency' | 'signal' | 'promptSecret'>,
    VisitOptions {
  /** Lets a key take the place of another one that is known for the host. */
  readonly replace?: boolean
  /** Writes the host's name hashed; always done where the file hides names already. */
  readonly hash?: boolean
  /** `SHA256:…`, for one host: nobody is asked, and only this key is stored. */
  readonly fingerprint?: string
  /** Asked before each key is stored, unless `fingerprint` is given. */
  readonly approve: (question: TrustQuestion) => Promise<boolean>
}

/** Either the request is wrong and nothing was contacted (exit 64), or there is a result. */
export type TrustAnswer =
  | Invalid
  | {
      readonly kind: 'done'
      readonly result: TrustResult
      readonly exitCode: number
      readonly warnings: readonly Diagnostic[]
    }
