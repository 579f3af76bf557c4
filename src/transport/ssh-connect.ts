import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2'
import ssh2 from 'ssh2'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { SshSeen } from '../model/doctor.ts'
import type { AlgorithmSet } from '../model/inventory.ts'
import type { Unreachable } from '../model/shell.ts'
import { type AlgorithmEdits, algorithmOffer, type HandshakeNotes, handshakeNotes } from './algorithms.ts'
import { fingerprintOf, hostKeyRefusal, judgeHostKey, knownAs, knownTypesOf } from './host-key.ts'
import type { Bastion } from './jump.ts'
import { type KnownHosts, keyTypeOf } from './known-hosts.ts'
import type { LoginMemory } from './login-memory.ts'
import { loginSecrets } from './login-secrets.ts'
import { type Authentication, type AuthFailure, authentication, type LoginSecrets } from './ssh-auth.ts'
import {
  authenticationFailure,
  cancelled,
  connectionFailure,
  type FailureContext,
  type ForeignError,
  type Stage,
  timedOut,
} from './ssh-failure.ts'

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
  /** The keys of an SSH agent, first; its socket is SSH_AUTH_SOCK, where that is set. */
  readonly agent?: {
    readonly socket?: string
    /** Only these of its keys: public keys in base64. */
    readonly only?: readonly string[]
  }
  /** Private keys that a configuration names and nobody promised: one that cannot be used is passed over. */
  readonly identities?: readonly { readonly name: string; readonly text: string }[]
  /** What else of them cannot be used, and why; told when the login is refused. */
  readonly missing?: readonly string[]
  /** One clock for all of it: TCP, handshake, login and the terminal. */
  readonly connectTimeoutMs: number
  readonly knownHosts: KnownHosts
  /** Default: modern. */
  readonly algorithms?: AlgorithmSet
  readonly edits?: AlgorithmEdits
  /** The name to look up in known_hosts instead of address and port. */
  readonly hostKeyAlias?: string
  /** Told of what the connection shows while it is made. */
  readonly observe?: (seen: SshSeen) => void
  /** The command that learns the host key, for messages; default: `ikero trust ADDRESS`. */
  readonly trustCommand?: string
}

/** The way to a device, without a login. */
export type SshReach = Omit<
  SshTarget,
  'username' | 'password' | 'privateKey' | 'agent' | 'identities' | 'missing'
>

export interface SshDeps {
  readonly clock: Clock
  /** Ends the attempt; an open link is not touched by it. */
  readonly signal?: AbortSignal
  /** The jump host whose connection carries this one; absent: straight over TCP. */
  readonly through?: Bastion
  /** Shared by the logins to one host with one credential: what worked goes first. */
  readonly memory?: LoginMemory
  /** How often the far end is asked for a sign of life; its silence is never counted against it. Default: 20 s. */
  readonly keepaliveMs?: number
}

/** A login that stands. */
export interface SshConnection {
  readonly client: ssh2.Client
  /** `hub1 (192.0.2.1:22)`. */
  readonly where: string
  /** Fingerprint of the key that matched known_hosts. */
  readonly hostKey?: string
  /** When the far end was last heard of, on the clock's monotonic time. */
  heardAtMs(): number
  /** Says goodbye, and lets go even when the far end does not. */
  hangUp(): void
}

/** What remains to be done once the login stands, on the same clock. */
export type Finish<T> = (
  connection: SshConnection,
  settle: (result: Result<T, Unreachable>) => void,
  stage: (stage: Stage) => void,
) => void

const defaultKeepaliveMs = 20_000
const hangUpMs = 1000

/** `hub1 (192.0.2.1:22)`, safe to print. */
export function whereOf({ host, address, port }: Pick<SshTarget, 'host' | 'address' | 'port'>): string {
  return `${printable(host)} (${printable(address)}:${port})`
}

/** A host key that its owner has proven by a signature, and the algorithm of that. */
export interface ProvenKey {
  readonly blob: Uint8Array
  readonly algorithm: string
}

interface Attempt {
  readonly target: SshReach
  readonly login: LoginSecrets
  readonly where: string
  readonly deps: SshDeps
  stage: Stage
  /** Fingerprint of the key that matched known_hosts, once it has. */
  hostKey?: string
  readonly fail: (why: Unreachable) => void
  readonly ready: (connection: SshConnection) => void
  /** Takes whatever host key is proven, and ends the connection before the login. */
  readonly prove?: {
    readonly offer: readonly ServerHostKeyAlgorithm[]
    readonly proven: (key: ProvenKey) => void
  }
}

/**
 * Connects and logs in: the host key is always verified, and each credential is presented at most once.
 * Codes: HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, HOST_CERTIFICATE_UNSUPPORTED, CONNECT_FAILED, TIMED_OUT,
 * ALGORITHMS_MISMATCH, AUTHENTICATION_FAILED, SESSION_LIMIT.
 */
export async function connectSsh<T>(
  target: SshTarget,
  deps: SshDeps,
  finish: Finish<T>,
): Promise<Result<T, Unreachable>> {
  const where = whereOf(target)
  if (deps.signal?.aborted) return err(cancelled(where))
  const login = await loginSecrets(target, where, deps.clock)
  if (deps.signal?.aborted) return err(cancelled(where))
  return login.kind === 'err'
    ? login
    : attempt<T>(target, login.value, deps, (settle, stage) => ({
        ready: (connection) => finish(connection, settle, stage),
      }))
}

/**
 * Connects until the far end has proven that it owns a host key of one of the offered algorithms, whatever
 * known_hosts says, and ends there: no user name is sent, and nothing is presented. Codes: those of a
 * connection without a login; HOST_KEY_CHANGED where the proof fails.
 */
export async function proveHostKey(
  target: SshReach,
  deps: SshDeps,
  offer: readonly ServerHostKeyAlgorithm[],
): Promise<Result<ProvenKey, Unreachable>> {
  if (deps.signal?.aborted) return err(cancelled(whereOf(target)))
  return attempt<ProvenKey>(target, nobody, deps, (settle) => ({
    ready: () => settle(err(cancelled(whereOf(target)))),
    prove: { offer, proven: (key) => settle(ok(key)) },
  }))
}

/** ssh2 wants a name; it is never sent. */
const nobody: LoginSecrets = { username: '-', keys: [], missing: [] }

type Goal<T> = (
  settle: (result: Result<T, Unreachable>) => void,
  stage: (stage: Stage) => void,
) => Pick<Attempt, 'ready' | 'prove'>

function attempt<T>(
  target: SshReach,
  login: LoginSecrets,
  deps: SshDeps,
  goal: Goal<T>,
): Promise<Result<T, Unreachable>> {
  const { clock, signal } = deps
  const where = whereOf(target)
  return new Promise((resolve) => {
    const startedAt = clock.monotonicMs()
    let stream: Duplex | undefined
    let settled = false
    // The first one counts; what was opened by then is let go on a failure.
    const settle = (result: Result<T, Unreachable>): void => {
      if (settled) return
      settled = true
      stopClock()
      signal?.removeEventListener('abort', onAbort)
      if (result.kind === 'err') stream?.destroy()
      resolve(result)
    }
    const self: Attempt = {
      target,
      login,
      where,
      deps,
      stage: 'connect',
      fail: (why) => settle(err(why)),
      ...goal(settle, (stage) => (self.stage = stage)),
    }
    const giveUp = (afterMs: number): void => {
      if (self.stage === 'connect') deps.through?.unanswered()
      self.fail(timedOut(where, self.stage, afterMs))
    }
    const onAbort = (): void => {
      if (signal?.reason === 'deadline') giveUp(clock.monotonicMs() - startedAt)
      else self.fail(cancelled(where))
    }
    const stopClock = clock.timer(target.connectTimeoutMs, () => giveUp(target.connectTimeoutMs))
    signal?.addEventListener('abort', onAbort, { once: true })
    dial(self, (opened) => {
      stream = opened
      if (settled) opened.destroy()
      else logIn(self, opened)
    })
  })
}

function dial({ target, deps, where, fail }: Attempt, dialled: (stream: Duplex) => void): void {
  const { address, port } = target
  if (deps.through === undefined) {
    const keepAlive = { keepAlive: true, keepAliveInitialDelay: defaultKeepaliveMs }
    dialled(connect({ host: address, port, noDelay: true, ...keepAlive }))
    return
  }
  deps.through.forward(address, port, where, (result) => {
    if (result.kind === 'err') fail(result.error)
    else dialled(result.value)
  })
}

function logIn(self: Attempt, stream: Duplex): void {
  const { target, login, where, fail } = self
  const { clock, through, memory } = self.deps
  const client = new ssh2.Client()
  const notes = handshakeNotes()
  let firstWords = ''
  let heardAtMs = clock.monotonicMs()
  let gone = false
  const refuse = (why: AuthFailure): void => fail(authenticationFailure(why, where, login.username))
  const auth = authentication(login, refuse, notes.ident, memory)
  const broke = (error?: ForeignError): void => {
    const lost = through?.lost()
    if (lost !== undefined) {
      fail(lost)
      return
    }
    const context: FailureContext = {
      where,
      host: target.host,
      set: target.algorithms ?? 'modern',
      username: login.username,
      stage: self.stage,
      notes,
      firstWords,
      presented: auth.presented(),
      held: auth.held(),
    }
    fail(connectionFailure(error, context))
  }
  // Stays for the connection's life: an error that nobody listens to would end the process.
  client.on('error', (error: ForeignError) => {
    // ssh2 goes on to the next key or method.
    if (error.level === 'agent') auth.agentRefused(error.message)
    else broke(error)
  })
  client.on('close', () => {
    gone = true
    broke()
  })
  client.on('change password', (said) =>
    refuse({ kind: 'change-demanded', said: printable(said.slice(0, 160)) }),
  )
  // A stream through a jump host is connected from the start.
  if (through !== undefined) self.stage = 'handshake'
  stream.once('connect', () => {
    self.stage = 'handshake'
  })
  client.on('handshake', ({ kex, serverHostKey: hostKey, cs: { cipher, mac } }) => {
    target.observe?.({ kind: 'algorithms', kex, hostKey, cipher, ...(mac === '' ? {} : { mac }) })
    if (self.stage === 'handshake') self.stage = 'authentication'
  })
  client.on('ready', () => {
    auth.succeeded()
    target.observe?.({ kind: 'login', presented: [...auth.presented()] })
    self.ready({
      client,
      where,
      ...(self.hostKey === undefined ? {} : { hostKey: self.hostKey }),
      heardAtMs: () => heardAtMs,
      hangUp: () => {
        if (!gone) hangUp(client, stream, clock)
      },
    })
  })
  try {
    const config = configOf(self, stream, auth, notes)
    client.connect(self.prove === undefined ? config : proving(config, self.prove, client, clock))
  } catch (error) {
    // An algorithm that this machine's OpenSSL does not have.
    broke({ message: messageOf(error) })
  }
  // After connect(): ssh2 pauses the stream there, and this must not start it.
  stream.on('data', (data: Buffer) => {
    heardAtMs = clock.monotonicMs()
    if (firstWords.length < 512) firstWords += data.toString('latin1', 0, 512)
  })
}

function configOf(
  self: Attempt,
  stream: Duplex,
  auth: Authentication,
  notes: HandshakeNotes,
): ConnectConfig & { readonly sock: Duplex } {
  const { target, login, fail, deps } = self
  const { knownHosts } = target
  const { address, port } = knownAs(target)
  return {
    sock: stream,
    username: login.username,
    // The connect clock bounds it, not ssh2's own timer.
    readyTimeout: 0,
    keepaliveInterval: deps.keepaliveMs ?? defaultKeepaliveMs,
    // ssh2's default of 3 ends healthy sessions with devices that do not answer keepalives.
    keepaliveCountMax: Number.POSITIVE_INFINITY,
    algorithms: algorithmOffer(knownTypesOf(knownHosts, address, port), target.algorithms, target.edits),
    authHandler: auth.handler,
    hostVerifier: (key: Buffer): boolean => {
      const verdict = judgeHostKey(knownHosts, address, port, key)
      const type = printable(keyTypeOf(key) ?? 'unreadable')
      const fingerprint = fingerprintOf(key)
      target.observe?.({ kind: 'host-key', verdict: verdict.kind, type, fingerprint })
      if (verdict.kind === 'match') {
        self.hostKey = fingerprint
        return true
      }
      fail(hostKeyRefusal(verdict, { ...target, address, port }))
      return false
    },
    debug: (message) => {
      if (message === 'Client: Sending automatic USERAUTH_INFO_RESPONSE') auth.emptyRound()
      notes.note(message)
    },
  }
}

/** The configuration of a connection that ends once the far end has proven its key, whatever that is. */
function proving<C extends ConnectConfig & { readonly sock: Duplex }>(
  config: C,
  { offer, proven }: NonNullable<Attempt['prove']>,
  client: ssh2.Client,
  clock: Clock,
): C {
  let offered: Uint8Array | undefined
  // ssh2 tells of the handshake only after it has checked the signature (lib/protocol/kex.js, finish).
  client.on('handshake', ({ serverHostKey }) => {
    if (offered === undefined) return
    proven({ blob: offered, algorithm: serverHostKey })
    // Before ssh2 asks for the login service: its request finds the stream ended and is not sent.
    hangUp(client, config.sock, clock)
  })
  return {
    ...config,
    algorithms: { ...config.algorithms, serverHostKey: [...offer] },
    hostVerifier: (key: Buffer): boolean => {
      offered = key
      return true
    },
  }
}

function hangUp(client: ssh2.Client, stream: Duplex, clock: Clock): void {
  const stop = clock.timer(hangUpMs, () => stream.destroy())
  stream.once('close', stop)
  client.end()
}
