import { formatDuration } from '../kernel/duration.ts'
import { assertNever } from '../kernel/never.ts'
import { printable, printableLines } from '../kernel/printable.ts'
import type { FaultCode } from '../model/codes.ts'
import { saysSessionLimit, sessionLimitNext } from '../model/session-limit.ts'
import { SessionFault } from '../model/shell.ts'

const mostOfReply = 400

/** A fault with the line that it is about and the end of what the device had said, both safe to print. */
export function faultOf(
  code: FaultCode,
  message: string,
  line: string | undefined,
  reply: string,
  next: string,
): SessionFault {
  return new SessionFault(code, message, {
    ...(line === undefined ? {} : { line: printable(line) }),
    ...(reply === '' ? {} : { reply: printableLines(reply) }),
    next,
  })
}

/** The end of a device's words. */
export function tailOf(lines: readonly string[], last: string): string {
  const text = [...lines.slice(-12), last].join('\n').trim()
  return text.length > mostOfReply ? text.slice(-mostOfReply) : text
}

/**
 * What of the device's words may stand in an error. The output of a read line may hold keys and password
 * hashes, so of it only the last line is told, and only where that line is what the fault is about.
 */
export function quotableOf(
  code: FaultCode,
  sent: readonly string[],
  lines: readonly string[],
  last: string,
): string {
  if (!sent.some((line) => /^show /.test(line))) return tailOf(lines, last)
  const about: readonly FaultCode[] = ['UNEXPECTED_QUESTION', 'UNEXPECTED_PROMPT']
  return about.includes(code) ? tailOf([], last) : ''
}

/** How a wait for a device ended without what was waited for. */
export type Ending = 'closed' | 'late' | 'aborted' | 'too-large'

export interface Circumstances {
  /** The line whose reply is due. */
  readonly sent: string | undefined
  readonly loggedIn: boolean
  /** The end of what the device had said. */
  readonly said: string
  readonly waitedMs: number
  /** The whole session's time is over, not only the patience with one reply. */
  readonly timeOver: boolean
  readonly mostMiB: number
  /** What closed the link, where that was not the device. */
  readonly whyClosed?: string
}

/** A fault in words; they follow the name of the device. */
export interface FaultText {
  readonly code: FaultCode
  readonly message: string
  readonly next: string
}

export function endingOf(how: Ending, about: Circumstances): FaultText {
  const after = about.sent === undefined ? 'at the login' : `after “${printable(about.sent)}”`
  switch (how) {
    case 'closed':
      if (about.whyClosed !== undefined) {
        return {
          code: 'LINK_LOST',
          message: `could not be reached any more ${after}: ${about.whyClosed}`,
          next: 'repair the jump host, then run again',
        }
      }
      if (!about.loggedIn) return closedAtLogin(about.said)
      return {
        code: 'LINK_LOST',
        message: `closed the session ${after}`,
        next: 'look at its log, then run again',
      }
    case 'too-large':
      return {
        code: 'OUTPUT_TOO_LARGE',
        message: `said more than ${about.mostMiB} MiB, half a million lines or a line of a million characters ${after}`,
        next: 'log in by hand to see what it prints; nothing more was read',
      }
    case 'aborted':
    case 'late':
      if (about.timeOver) {
        return {
          code: 'TIMED_OUT',
          message: `was not ready in the time that its session has, ${after}`,
          next: 'give it more time with totalTimeout in the inventory',
        }
      }
      if (how === 'aborted') {
        return {
          code: 'LINK_LOST',
          message: `was given up ${after}: the run was cancelled`,
          next: 'run again',
        }
      }
      return {
        code: 'TIMED_OUT',
        message: `said nothing for ${formatDuration(about.waitedMs)} ${after}`,
        next: 'check the device, or give it more time with commandTimeout in the inventory',
      }
    default:
      return assertNever(how)
  }
}

/** What it means that a device closed the session before it had shown a prompt. */
function closedAtLogin(said: string): FaultText {
  if (/authorization failed|not authorized|access denied/i.test(said)) {
    return {
      code: 'AUTHENTICATION_FAILED',
      message: 'took the login and gave no terminal: it is not authorised for one',
      next: 'give the account the right to an exec session (AAA exec authorization)',
    }
  }
  if (saysSessionLimit(said)) {
    return {
      code: 'SESSION_LIMIT',
      message: 'took the login and gave no terminal: all its sessions are in use',
      next: sessionLimitNext,
    }
  }
  return {
    code: 'LINK_LOST',
    message: 'closed the session before it showed a prompt',
    next: 'log in by hand to see why: its session limit or its exec authorization may end it',
  }
}
