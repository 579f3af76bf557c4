import { formatDuration } from '../kernel/duration.ts'
import { assertNever } from '../kernel/never.ts'
import { printable } from '../kernel/printable.ts'
import { saysSessionLimit, sessionLimitNext } from '../model/session-limit.ts'
import type { Unreachable } from '../model/shell.ts'
import type { HandshakeNotes, Mismatch } from './algorithms.ts'
import type { AuthFailure } from './ssh-auth.ts'

/** How far a connection had come. */
export type Stage = 'connect' | 'handshake' | 'authentication' | 'terminal'

export interface FailureContext {
  /** `hub1 (192.0.2.1:22)`. */
  readonly where: string
  readonly username: string
  readonly stage: Stage
  readonly notes: HandshakeNotes
  /** The first bytes that the device sent, as text. */
  readonly firstWords: string
  /** What the login had presented: `key`, `password`. */
  readonly presented: readonly string[]
}

/** What ssh2 and the socket throw. */
export interface ForeignError {
  readonly message: string
  readonly code?: unknown
  readonly level?: unknown
}

const stageWords: Readonly<Record<Stage, string>> = {
  connect: 'to the TCP connection',
  handshake: 'to the SSH handshake',
  authentication: 'to the login',
  terminal: 'to the request for a terminal',
}

const socketWords: Readonly<Record<string, readonly [string, string]>> = {
  ECONNREFUSED: [
    'refused the connection',
    'check address and port, that SSH is on, and that a vty line is free',
  ],
  ECONNRESET: ['reset the connection', 'check access lists and that a vty line is free, then try again'],
  EHOSTUNREACH: ['cannot be reached: no route to it', 'check routing and the firewall on the way'],
  ENETUNREACH: ['cannot be reached: no route to its network', 'check routing on this machine'],
  ETIMEDOUT: ['does not answer', 'check that it is up, and the firewall on the way'],
  ENOTFOUND: ['has an address that DNS does not know', 'correct the address in the inventory'],
  EAI_AGAIN: ['has an address that DNS could not look up now', 'check the name server, then try again'],
  EMFILE: ['was not tried: this process has no file descriptor left', 'lower --concurrency'],
}

/** Maps an error of ssh2 or the socket, or the end of the connection (`undefined`). */
export function connectionFailure(error: ForeignError | undefined, context: FailureContext): Unreachable {
  const { where, stage } = context
  const said = limitText(error, context)
  if (said !== undefined) return sessionLimit(where, said)
  if (error === undefined) return closedEarly(context)
  const level = String(error.level ?? '')
  if (/^Handshake failed: no matching/i.test(error.message) || error.code === 3) {
    return mismatchFailure(where, context.notes.mismatch(), context.notes.ident())
  }
  if (/signature verification failed|wrong signature type/i.test(error.message)) {
    return {
      code: 'HOST_KEY_CHANGED',
      cause: 'host-key',
      message: `${where} offers the known host key and cannot prove that it owns it`,
      next: 'do not log in to it: find out which machine answers at this address',
    }
  }
  if (level === 'client-authentication' || error.code === 14) {
    return authenticationFailure({ kind: 'refused', presented: context.presented }, where, context.username)
  }
  if (level === 'protocol') return closedEarly(context)
  const [words, next] = socketWords[String(error.code)] ?? [
    `broke the connection (${printable(error.message.slice(0, 200))})`,
    'try again; if it stays so, look at its log',
  ]
  const after = stage === 'connect' ? '' : ` during the answer ${stageWords[stage]}`
  return { code: 'CONNECT_FAILED', cause: 'network', message: `${where} ${words}${after}`, next }
}

/** The connect clock ran out. */
export function timedOut(where: string, stage: Stage, ms: number): Unreachable {
  return {
    code: 'TIMED_OUT',
    cause: 'network',
    message: `${where} did not answer ${stageWords[stage]} within ${formatDuration(ms)}`,
    next:
      stage === 'terminal'
        ? 'check that a vty line is free, or give it more time with connectTimeout in the inventory'
        : 'check that it is up and the way to it, or give it more time with connectTimeout in the inventory',
  }
}

/** The run was cancelled before there was a session. */
export function cancelled(where: string): Unreachable {
  return {
    code: 'CONNECT_FAILED',
    cause: 'network',
    message: `connecting to ${where} was cancelled`,
    next: 'run again',
  }
}

/** The device opened the connection and no terminal on it. */
export function sessionLimit(where: string, said: string): Unreachable {
  return {
    code: 'SESSION_LIMIT',
    cause: 'session-limit',
    message: `${where} gives no terminal: ${printable(said)}`,
    next: sessionLimitNext,
  }
}

/** Never says what was typed. */
export function authenticationFailure(why: AuthFailure, where: string, username: string): Unreachable {
  const user = printable(username)
  const say = (message: string, next: string): Unreachable => ({
    code: 'AUTHENTICATION_FAILED',
    cause: 'authentication',
    message,
    next,
  })
  switch (why.kind) {
    case 'refused':
      return say(
        `${where} refused the login of ${user}${why.presented.length > 0 ? ` (${why.presented.join(', then ')})` : ''}`,
        'check the credential in the inventory; it was presented once and is not tried again',
      )
    case 'no-method':
      return say(
        `${where} takes ${why.offered.map(printable).join(', ') || 'no method'} for a login, and the credential of ${user} has none of it`,
        'give the credential a password or a privateKey that the device takes',
      )
    case 'asked':
      return say(
        `${where} asks “${why.question}” at the login of ${user}, which is not a prompt for the password`,
        'log in by hand once and see what it wants; a new password is never set by ikero',
      )
    default:
      return assertNever(why)
  }
}

function mismatchFailure(
  where: string,
  mismatch: Mismatch | undefined,
  ident: string | undefined,
): Unreachable {
  const base = { code: 'ALGORITHMS_MISMATCH', cause: 'network' } as const
  if (mismatch === undefined) {
    return {
      ...base,
      message: `${where} ended the SSH handshake: no algorithms in common`,
      next: 'allow newer algorithms on the device (`ip ssh server algorithm …` on IOS)',
    }
  }
  const { what, device, ikero } = mismatch
  const message = `${where} and ikero have no ${what} in common: the device offers ${device.join(', ') || 'none'}; ikero offers ${ikero.join(', ')}`
  // ssh2 drops group exchange for this ident, whatever is asked for (lib/protocol/constants.js).
  const groupExchange = ident === 'Cisco-1.25' && device.every((name) => name.includes('group-exchange'))
  return {
    ...base,
    message: groupExchange
      ? `${message} (group exchange is not used with devices that call themselves Cisco-1.25)`
      : message,
    next: `allow one of ikero's on the device (on IOS: \`ip ssh server algorithm …\`, in older releases a newer image)`,
  }
}

function closedEarly(context: FailureContext): Unreachable {
  const { where, stage, presented } = context
  if (stage === 'authentication' && presented.length > 0) {
    return authenticationFailure({ kind: 'refused', presented }, where, context.username)
  }
  if (stage === 'terminal') return sessionLimit(where, 'it closed the connection when one was asked for')
  const words = context.firstWords.startsWith('SSH-')
    ? ''
    : printable(context.firstWords.trim().slice(0, 160))
  return {
    code: 'CONNECT_FAILED',
    cause: 'network',
    message: `${where} closed the connection instead of answering ${stageWords[stage]}${words === '' ? '' : `; it said: ${words}`}`,
    next: 'check that SSH is on at this port, that no access list stands in the way and that a vty line is free',
  }
}

function limitText(error: ForeignError | undefined, context: FailureContext): string | undefined {
  if (error?.code === 12) return error.message
  // A socket's own `ECONNREFUSED` is not the device's word.
  const words = error?.level === 'client-socket' ? '' : (error?.message ?? '')
  if (saysSessionLimit(words)) return words
  const first = context.firstWords.startsWith('SSH-') ? '' : context.firstWords.trim()
  return context.stage === 'handshake' && saysSessionLimit(first) ? first.slice(0, 160) : undefined
}
