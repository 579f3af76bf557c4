import type { PlatformId } from '../src/model/ids.ts'
import type { RunningFaults } from './faults/running.ts'

/** One box of a scenario. Its configuration and its SAs outlive sessions: what one client changes, the next sees. */
export interface SimulatedDevice {
  readonly name: string
  readonly platform: PlatformId
  /** What is wrong with it; absent: nothing. */
  readonly faults?: RunningFaults
  /** Which sessions the way to it is lost for now; absent, or undefined: none. */
  cutOff?(): 'all' | 'new' | undefined
  /** A new terminal line, before any prompt was shown. */
  open(): SimulatedSession
}

/** One terminal session: text in, text out. Knows nothing of SSH, echo, line editing or paging. */
export interface SimulatedSession {
  /** Printed before the first prompt (a login banner), with `\n` line ends; may be empty. */
  readonly banner: string
  /** What stands in front of the input now: a mode's prompt, or a question such as `Password: `. */
  readonly prompt: string
  /** False while a password is asked: what is typed is not echoed. */
  readonly echo: boolean
  /** Lines per page, 0 when the pager is off; the terminal shows {@link pagerMark} after so many lines. */
  readonly pageLength: number
  readonly pagerMark: string
  /** `user`, `privileged`, `config`, `sub`, or `question`: for the record of received lines. */
  readonly mode: string
  /** Runs one line. Output has `\n` line ends and ends with one, unless it is empty. */
  enter(line: string): { readonly output: string; readonly close: boolean }
  /** Ctrl-Z leaves configuration mode (IOS); Ctrl-C drops the line or the question. */
  key(key: 'ctrl-z' | 'ctrl-c'): { readonly output: string; readonly close: boolean }
}
