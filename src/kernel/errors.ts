/** Whose mistake an error is; decides how it is told and which exit code it earns. */
export type FaultOwner = 'user' | 'device' | 'network' | 'bug'

/** What an error says besides its message. */
export interface ErrorDetails {
  /** What the person can do now, as one sentence. */
  readonly next?: string
  readonly [key: string]: unknown
}

/**
 * The one error class that crosses rooms. Its message is lower case, names the wrong value and says
 * what to do. `code` is a word for programs, the same for every throw of one mistake; SessionFault narrows
 * it to its closed list. Foreign errors (ssh2, ajv, yaml, node:fs) are mapped to it, or to a value, in the
 * room that owns the package.
 */
export class IkeroError extends Error {
  override readonly name = 'IkeroError'
  readonly code: string
  readonly fault: FaultOwner
  readonly details: ErrorDetails

  constructor(code: string, fault: FaultOwner, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.fault = fault
    this.details = details
  }
}

/** A message for people from anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
