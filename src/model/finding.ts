import type { FindingCode } from './codes.ts'

/** `block` refuses the target (or, without a target, the device); `warn` and `info` let it go on. */
export type Severity = 'block' | 'warn' | 'info'

/** One result of a check of a device. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: Severity
  /** Display name of the target (`VPN`, `outside_map/10`); absent when it concerns the whole device. */
  readonly target?: string
  /** One sentence: what is, and why it matters. */
  readonly message: string
  /** The device's own line or lines; absent where the evidence is that a line does not exist. */
  readonly evidence?: string
  /** The peers that it is about, where it is about some of a target's peers. */
  readonly peers?: readonly string[]
  /** What the person can do now. */
  readonly next: string
  /** A named person takes this blocking finding on: it is told everywhere and refuses nothing. */
  readonly accepted?: { readonly by: string; readonly until: string; readonly reason: string }
}

export function blocks(finding: Finding): boolean {
  return finding.severity === 'block' && finding.accepted === undefined
}
