import type { Finding } from './finding.ts'
import type { ContextName, DeviceName, PlatformId } from './ids.ts'
import type { Target } from './intent.ts'
import type { DeviceError } from './outcome.ts'

/** One space of a device with all in it that a playbook can ask for. */
export interface AdoptedSpace {
  readonly host: DeviceName
  readonly platform: PlatformId
  /** ASA in multiple context mode. */
  readonly context?: ContextName
  /** At least one. */
  readonly targets: readonly Target[]
  /** What a plan for these targets would find, and what was left out and why. */
  readonly findings: readonly Finding[]
}

/** A space that could not be read, and why; `code` is that of an error or of a finding. */
export interface UnreadSpace extends Omit<DeviceError, 'code'> {
  readonly name: string
  readonly code: string
}

/** A fleet as a playbook can describe it: what `adopt` read. */
export interface Adoption {
  /** In the order of the inventory. */
  readonly spaces: readonly AdoptedSpace[]
  /** Spaces that were read and have nothing to ask for: another platform, an old release, no tunnel. */
  readonly without: readonly { readonly name: string; readonly findings: readonly Finding[] }[]
  /** Spaces that could not be read: nothing is known of them. */
  readonly unread: readonly UnreadSpace[]
}
