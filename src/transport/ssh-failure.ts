import { formatDuration } from '../kernel/duration.ts'
import { assertNever } from '../kernel/never.ts'
import { printable } from '../kernel/printable.ts'
import type { AlgorithmSet } from '../model/inventory.ts'
import { saysSessionLimit, sessionLimitNext } from '../model/session-limit.ts'
import type { Unreachable } from '../model/shell.ts'
import { type HandshakeNotes, legacyWouldHelp } from './algorithms.ts'
import type { AuthFailure } from './ssh-auth.ts'

/** How far a connection had come. */
export type Stage = 'connect' | 'handshake' | 'authentication' | 'terminal'

export interface FailureContext {
  /** `hub1 (192.0.2.1:22)`. */
  readonly where: string
  /** `hub1`, as the inventory names it. */
  readonly host: string
  readonly set: AlgorithmSet
  readonly username: string
  readonly stage: Stage
  readonly notes: HandshakeNotes
  /** The first bytes that the device sent, as text. */
  readonly firstWords: string
  /** What the login had presented: `key`, `password`. */
  readonly presented: readonly string[]
  /** What it had not, and why. */
  readonly held: readonly string[]
}

/** What ssh2 and the socket throw. */
export interface ForeignError {
  readonly message: string
  readonly code?: unknown
  readonly level?: unknown
  /** Why a channel was not opened (RFC 4254, 5.1). */
  readonly reason?: unknown
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
    return mismatchFailure(context)
  }
  if (/signature verification failed|wrong signature type/i.test(error.message)) {
    return {
      code: 'HOST_KEY_CHANGED',
      cause: 'host-key',
      message: `${where} offers a host key and cannot prove that it owns it`,
      next: 'do not log in to it: find out which machine answers at this address',
    }
  }
  if (level === 'client-authentication' || error.code === 14) {
    return authenticationFailure({ kind: 'refused', ...context }, where, context.username)
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

/** A jump host answered, and did not open the way to the device. */
export function forwardFailure(device: string, jump: string, error: ForeignError): Unreachable {
  const refused = error.reason === 1
  const said = printable(ownWords(error.message).slice(0, 200))
  return {
    code: 'CONNECT_FAILED',
    cause: 'network',
    message: refused
      ? `${jump} does not forward to ${device}: ${said}`
      : `${jump} could not connect to ${device}: ${said}`,
    next: refused
      ? 'allow it there (AllowTcpForwarding and PermitOpen of OpenSSH)'
      : 'check that the device is up, and address, port and access lists as seen from the jump host',
  }
}

/** What the other end said of a channel that it did not open, without the words that ssh2 puts before it. */
function ownWords(message: string): string {
  return message.replace(/^\(SSH\) Channel open failure: ?/, '').trim()
}

/** The connection to a jump host is gone, and with it every session that it carried. */
export function jumpHostLost(jump: string, why: string): Unreachable {
  return {
    code: 'CONNECT_FAILED',
    cause: 'network',
    message: `the connection to the ${jump} was lost: ${printable(why.slice(0, 200))}`,
    next: 'look at the jump host; every device behind it is affected',
  }
}

/** The device opened the connection and no terminal on it. */
export function sessionLimit(where: string, said: string): Unreachable {
  return {
    code: 'SESSION_LIMIT',
    cause: 'session-limit',
    message: `${where} gives no terminal: ${printable(ownWords(said)) || 'it refuses to open one'}`,
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
        `${where} refused the login of ${user}${why.presented.length > 0 ? ` (${why.presented.join(', then ')})` : ''}${heldText(why.held)}`,
        'check the credential in the inventory; it was presented once and is not tried again',
      )
    case 'no-method':
      return say(
        `${where} takes ${why.offered.map(printable).join(', ') || 'no method'} for a login, and the credential of ${user} has none of it${heldText(why.held)}`,
        'give the credential a password or a privateKey that the device takes',
      )
    case 'change-demanded':
      return say(
        `${where} wants a new password for ${user} (“${why.said}”)`,
        'change it by hand on the device, then in the secret that the inventory names; ikero never sets one',
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

function heldText(held: readonly string[]): string {
  return held.length === 0 ? '' : `; not presented: ${held.join('; ')}`
}

function mismatchFailure({ where, host, set, notes }: FailureContext): Unreachable {
  const base = { code: 'ALGORITHMS_MISMATCH', cause: 'network' } as const
  const mismatch = notes.mismatch()
  if (mismatch === undefined) {
    return {
      ...base,
      message: `${where} ended the SSH handshake: no algorithms in common`,
      next: 'allow newer algorithms on the device (`ip ssh server algorithm …` on IOS)',
    }
  }
  const { what, device, ikero } = mismatch
  const message = `${where} and ikero have no ${what} in common: the device offers ${device.join(', ') || 'none'}; ikero offers ${ikero.join(', ')}`
  const exchange = device.filter((name) => name.startsWith('diffie-hellman-group-exchange-'))
  // ssh2 drops group exchange for this ident, whatever is asked for (lib/protocol/constants.js).
  if (what === 'key exchange' && notes.ident() === 'Cisco-1.25' && exchange.length > 0) {
    return {
      ...base,
      message: `${message} (${exchange.join(' and ')} cannot be used with a device that calls itself Cisco-1.25: ikero's SSH library takes its group exchange for broken)`,
      next: 'let the device offer a fixed group too: `ip ssh server algorithm kex ecdh-sha2-nistp256 diffie-hellman-group14-sha1` on IOS (group14-sha1 needs `algorithms: legacy` here), `ssh key-exchange group dh-group14-sha256` on an ASA; in older releases a newer image',
    }
  }
  const allow = `allow one of ikero's on the device (on IOS: \`ip ssh server algorithm …\`, in older releases a newer image)`
  const legacy = `write \`algorithms: legacy\` for ${printable(host)} in the inventory, which allows old and weak algorithms for it alone`
  return {
    ...base,
    message,
    next: set === 'modern' && legacyWouldHelp(device) ? `${allow}; if that cannot be, ${legacy}` : allow,
  }
}

function closedEarly(context: FailureContext): Unreachable {
  const { where, stage, presented } = context
  if (stage === 'authentication' && presented.length > 0) {
    return authenticationFailure({ kind: 'refused', ...context }, where, context.username)
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
