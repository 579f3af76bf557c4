import { connect, type Socket } from 'node:net'
import type { ClientChannel, ParsedKey } from 'ssh2'
import ssh2 from 'ssh2'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Unreachable } from '../model/shell.ts'
import { handshakeNotes, hostKeyOffer } from './algorithms.ts'
import { hostKeyRefusal, judgeHostKey, knownTypesOf } from './host-key.ts'
import type { KnownHosts } from './known-hosts.ts'
import type { ByteLink } from './link.ts'
import { type AuthFailure, authentication, type LoginSecrets } from './ssh-auth.ts'
import {
  authenticationFailure,
  cancelled,
  connectionFailure,
  type ForeignError,
  type Stage,
  sessionLimit,
  timedOut,
} from './ssh-failure.ts'
import { channelLink } from './ssh-link.ts'

/** Where and as whom to log in. */
export interface SshTarget {
  /** The device's name, for messages. */
  readonly host: string
  /** What is connected to and looked up in known_hosts. */
  readonly address: string
  readonly port: number
  readonly username: string
  readonly password?: string
  /** An OpenSSH or PEM private key. */
  readonly privateKey?: { readonly text: string; readonly passphrase?: string }
  /** One clock for all of it: TCP, handshake, login and the terminal. */
  readonly connectTimeoutMs: number
  readonly knownHosts: KnownHosts
}

export interface SshDeps {
  readonly clock: Clock
  /** Ends the attempt; an open link is not touched by it. */
  readonly signal?: AbortSignal
}

const keepaliveMs = 20_000
const hangUpMs = 1000
/** Wide, so that a device does not wrap the lines it echoes; the pager is turned off in the session. */
const terminal = { term: 'vt100', cols: 511, rows: 200 } as const

/**
 * Opens a terminal on a device over SSH. The host key is always verified; each credential is presented at
 * most once. Codes: HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, HOST_CERTIFICATE_UNSUPPORTED, CONNECT_FAILED,
 * TIMED_OUT, ALGORITHMS_MISMATCH, AUTHENTICATION_FAILED, SESSION_LIMIT.
 */
export async function openSsh(target: SshTarget, deps: SshDeps): Promise<Result<ByteLink, Unreachable>> {
  const where = `${printable(target.host)} (${printable(target.address)}:${target.port})`
  if (deps.signal?.aborted) return err(cancelled(where))
  const login = loginOf(target, where)
  return login.kind === 'err' ? login : attempt(target, login.value, where, deps)
}

/** Reads the private key before anything is contacted. */
function loginOf(target: SshTarget, where: string): Result<LoginSecrets, Unreachable> {
  const { username, password, privateKey } = target
  const unusable = (message: string, next: string): Result<LoginSecrets, Unreachable> =>
    err({ code: 'AUTHENTICATION_FAILED', cause: 'authentication', message, next })
  if (privateKey === undefined) {
    return password === undefined
      ? unusable(
          `the credential for ${where} has neither a password nor a private key`,
          'give it one of them in the inventory',
        )
      : ok({ username, password })
  }
  const parsed: ParsedKey | Error = ssh2.utils.parseKey(privateKey.text, privateKey.passphrase)
  if (parsed instanceof Error || !parsed.isPrivateKey()) {
    const why = parsed instanceof Error ? printable(parsed.message.slice(0, 120)) : 'it is a public key'
    return unusable(
      `the private key for ${where} cannot be used: ${why}`,
      'point the credential at an OpenSSH or PEM private key, with its passphrase where it is encrypted',
    )
  }
  return ok({ username, key: parsed, ...(password === undefined ? {} : { password }) })
}

interface Attempt {
  readonly target: SshTarget
  readonly login: LoginSecrets
  readonly where: string
  readonly clock: Clock
  stage: Stage
  /** The first one counts; what was opened by then is let go on a failure. */
  readonly settle: (result: Result<ByteLink, Unreachable>) => void
}

function attempt(
  target: SshTarget,
  login: LoginSecrets,
  where: string,
  { clock, signal }: SshDeps,
): Promise<Result<ByteLink, Unreachable>> {
  return new Promise((resolve) => {
    const socket = connect({ host: target.address, port: target.port, noDelay: true, keepAlive: true })
    const startedAt = clock.monotonicMs()
    let settled = false
    const self: Attempt = {
      target,
      login,
      where,
      clock,
      stage: 'connect',
      settle(result) {
        if (settled) return
        settled = true
        stopClock()
        signal?.removeEventListener('abort', onAbort)
        if (result.kind === 'err') socket.destroy()
        resolve(result)
      },
    }
    const giveUp = (afterMs: number): void => self.settle(err(timedOut(where, self.stage, afterMs)))
    const onAbort = (): void => {
      if (signal?.reason === 'deadline') giveUp(clock.monotonicMs() - startedAt)
      else self.settle(err(cancelled(where)))
    }
    const stopClock = clock.timer(target.connectTimeoutMs, () => giveUp(target.connectTimeoutMs))
    signal?.addEventListener('abort', onAbort, { once: true })
    logIn(self, socket)
  })
}

function logIn(self: Attempt, socket: Socket): void {
  const { target, login, where } = self
  const client = new ssh2.Client()
  const notes = handshakeNotes()
  let firstWords = ''
  const fail = (why: Unreachable): void => self.settle(err(why))
  const refuse = (why: AuthFailure): void => fail(authenticationFailure(why, where, login.username))
  const auth = authentication(login, refuse)
  const broke = (error?: ForeignError): void => {
    const { username } = login
    const presented = auth.presented()
    fail(connectionFailure(error, { where, username, stage: self.stage, notes, firstWords, presented }))
  }
  // Stays for the link's life: an error that nobody listens to would end the process.
  client.on('error', broke)
  client.on('close', () => broke())
  client.on('change password', () => refuse({ kind: 'asked', question: 'a new password' }))
  socket.once('connect', () => {
    self.stage = 'handshake'
  })
  client.on('handshake', () => {
    if (self.stage === 'handshake') self.stage = 'authentication'
  })
  client.on('ready', () => {
    self.stage = 'terminal'
    openTerminal(client, where, fail, (channel) => {
      const peer = `${target.address}:${target.port}`
      self.settle(ok(channelLink(peer, channel, () => hangUp(client, socket, self.clock))))
    })
  })
  client.connect({
    sock: socket,
    username: login.username,
    // The connect clock bounds it, not ssh2's own timer.
    readyTimeout: 0,
    keepaliveInterval: keepaliveMs,
    // ssh2's default of 3 ends healthy sessions with devices that do not answer keepalives.
    keepaliveCountMax: Number.POSITIVE_INFINITY,
    algorithms: { serverHostKey: hostKeyOffer(knownTypesOf(target.knownHosts, target.address, target.port)) },
    authHandler: auth.handler,
    hostVerifier: (key: Buffer): boolean => {
      const verdict = judgeHostKey(target.knownHosts, target.address, target.port, key)
      if (verdict.kind === 'match') return true
      fail(hostKeyRefusal(verdict, target.host, target.address, target.port))
      return false
    },
    debug: notes.note,
  })
  // After connect(): ssh2 pauses the socket there, and this must not start it.
  socket.on('data', (data: Buffer) => {
    if (firstWords.length < 512) firstWords += data.toString('latin1', 0, 512)
  })
}

function openTerminal(
  client: ssh2.Client,
  where: string,
  fail: (why: Unreachable) => void,
  opened: (channel: ClientChannel) => void,
): void {
  try {
    client.shell(terminal, (error, channel) => {
      if (error) fail(sessionLimit(where, error.message))
      else opened(channel)
    })
  } catch (error) {
    fail(sessionLimit(where, messageOf(error)))
  }
}

/** Says goodbye, and lets go of the socket even when the device does not. */
function hangUp(client: ssh2.Client, socket: Socket, clock: Clock): void {
  if (socket.destroyed) return
  const stop = clock.timer(hangUpMs, () => socket.destroy())
  socket.once('close', stop)
  client.end()
}
