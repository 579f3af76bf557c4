import type { FaultOwner } from '../kernel/errors.ts'
import { IkeroError } from '../kernel/errors.ts'
import type { Result } from '../kernel/result.ts'
import type { Capture } from './capture.ts'
import type { FaultCode } from './codes.ts'
import type { ClearLine, ContextName, PlatformId, ReadOnlyLine } from './ids.ts'
import type { DeviceError, UnreachableCause } from './outcome.ts'
import type { ConfigStep } from './plan.ts'

/** A session that broke: thrown by every method of a shell, and nothing was written after it. */
export class SessionFault extends IkeroError {
  declare readonly code: FaultCode
  /** The last line that was sent, if any. */
  readonly line: string | undefined
  /** The end of what the device had said by then. */
  readonly reply: string | undefined

  constructor(
    code: FaultCode,
    message: string,
    about: { readonly line?: string; readonly reply?: string; readonly next: string },
    fault: FaultOwner = 'device',
    cause?: unknown,
  ) {
    super(code, fault, message, { next: about.next }, cause)
    this.line = about.line
    this.reply = about.reply
  }
}

/** No session could be opened: the device is `unreachable`, and other devices go on. */
export interface Unreachable extends DeviceError {
  readonly cause: UnreachableCause
  readonly code: FaultCode
}

/** A session that has no way to change a device. */
export interface ReadShell {
  readonly platform: PlatformId
  /** As learned from the prompt at login. */
  readonly hostname: string
  readonly privileged: boolean
  /** The ASA context that every line of it is run in; absent: where the login led. */
  readonly context?: ContextName
  /** Fingerprint of the host key that was verified (`SHA256:…`); absent where there is none to verify. */
  readonly hostKey?: string
  run(line: ReadOnlyLine): Promise<Capture>
  /** Pipelined where the platform allows it; captures in the order of the lines. */
  runAll(lines: readonly ReadOnlyLine[]): Promise<readonly Capture[]>
  /** How often it had to wait for the device, login included. */
  readonly roundTrips: number
  /** Logs out and closes; never throws. */
  close(): Promise<void>
}

export type LineReply =
  | { readonly kind: 'accepted'; readonly said: string }
  /** The device's own words; the mode may have changed. */
  | { readonly kind: 'refused'; readonly refusal: string }

export type SaveReply =
  | { readonly kind: 'saved'; readonly said: string }
  | { readonly kind: 'refused'; readonly refusal: string }

/** Handed only to the change step. */
export interface WriteShell extends ReadShell {
  /**
   * `configure terminal`, proven by the prompt. A lock or refusal is an answer: nothing was entered.
   * `revertMinutes`: with a timer after which the device takes back what is not confirmed; also an answer is
   * that it did not say that the timer runs. Throws where the platform has no such timer (a mistake of ours).
   */
  enterConfig(how?: { readonly revertMinutes?: number }): Promise<Result<undefined, string>>
  /** One line in configuration mode, with the prompt asserted before it and checked after it. */
  send(step: ConfigStep): Promise<LineReply>
  /** Back to the privileged mode from wherever it stands in configuration mode. */
  leaveConfig(): Promise<void>
  /** One clear of one peer, from the privileged mode; a question that it asks is answered with no, and is a fault. */
  clear(line: ClearLine): Promise<LineReply>
  /** Keeps a change that was begun with a revert timer; from the privileged mode. */
  confirm(): Promise<LineReply>
  /** Running to startup, in the platform's own dialogue. */
  save(): Promise<SaveReply>
  /** A step with a clock of its own begins: saving, or taking back. It may take as long as the session could. */
  startClock(): void
}
