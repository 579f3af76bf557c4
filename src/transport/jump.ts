import type { Duplex } from 'node:stream'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { runSignal } from '../kernel/run-signal.ts'
import type { Unreachable } from '../model/shell.ts'
import { connectSsh, type SshConnection, type SshTarget } from './ssh-connect.ts'
import { cancelled, forwardFailure, jumpHostLost } from './ssh-failure.ts'

/** One jump host on the way; its secrets are fetched when it is connected to. */
export interface Hop {
  /** Unique among the jump hosts of a run. */
  readonly name: string
  readonly target: () => Promise<Result<SshTarget, Unreachable>>
}

/** A connection to a jump host, which carries those to the devices behind it. */
export interface Bastion {
  /** Opens a stream to an address as the jump host sees it; `where` names the device in errors. */
  forward(
    address: string,
    port: number,
    where: string,
    done: (result: Result<Duplex, Unreachable>) => void,
  ): void
  /** Why it can carry nothing any more; undefined while it can. */
  lost(): Unreachable | undefined
  /** Told when a stream was not answered in its time: the connection may be half open. */
  unanswered(): void
}

/** What kept one jump host from working, told once for all devices behind it. */
export interface JumpTrouble {
  readonly jump: string
  readonly error: Unreachable
}

/** The jump hosts of one run: each way is connected once and shared until the end of the run. */
export interface JumpHosts {
  /** The last hop of a chain, connected and logged in; waits for one that is being connected. */
  through(chain: readonly Hop[], signal?: AbortSignal): Promise<Result<Bastion, Unreachable>>
  /** The last trouble of each jump host. */
  troubles(): readonly JumpTrouble[]
  /** Ends every connection. */
  close(): void
}

/** How long a jump host that could not be reached is not tried again: devices would wait for it in turn. */
const retryAfterMs = 10_000
/** After so long without a byte (three keepalives), an unanswered stream means a half-open connection. */
const silentMs = 60_000
/** A login that had worked may be refused while AAA is away; never so often that an account locks. */
const mostRefusals = 3

interface Shared {
  readonly bastion: Bastion
  readonly connection: SshConnection
  usable(): boolean
}

interface Memory {
  failure?: { readonly error: Unreachable; readonly atMs: number }
  refusals: number
  worked: boolean
}

interface Pool {
  readonly clock: Clock
  readonly stop: AbortController
  /** By the names of the chain. */
  readonly open: Map<string, Promise<Result<Shared, Unreachable>>>
  readonly memory: Map<string, Memory>
  readonly connections: Set<SshConnection>
  readonly troubles: Map<string, JumpTrouble>
}

/** A pool without connections; each is made by the first device that needs it. */
export function createJumpHosts(clock: Clock): JumpHosts {
  const stop = new AbortController()
  runSignal(stop.signal)
  const pool: Pool = {
    clock,
    stop,
    open: new Map(),
    memory: new Map(),
    connections: new Set(),
    troubles: new Map(),
  }
  return {
    async through(chain, signal) {
      const shared = await orAborted(reach(pool, chain), chain, signal)
      return shared.kind === 'err' ? shared : ok(shared.value.bastion)
    },
    troubles: () => [...pool.troubles.values()],
    close() {
      pool.stop.abort('operator')
      // The last hop first, so that each says goodbye over one that still stands.
      for (const connection of [...pool.connections].reverse()) connection.hangUp()
    },
  }
}

const keyOf = (chain: readonly Hop[]): string => chain.map((hop) => hop.name).join('\n')

async function reach(pool: Pool, chain: readonly Hop[]): Promise<Result<Shared, Unreachable>> {
  const key = keyOf(chain)
  const known = pool.open.get(key)
  if (known !== undefined) {
    const shared = await known
    if (shared.kind === 'err' || shared.value.usable()) return shared
    // Others may have waited for the same answer and begun anew.
    if (pool.open.get(key) !== known) return reach(pool, chain)
  }
  const opening = remembered(pool, key) ?? connectHop(pool, chain, key)
  pool.open.set(key, opening)
  const opened = await opening
  if (opened.kind === 'err' && pool.open.get(key) === opening) pool.open.delete(key)
  return opened
}

/** A failure that is not tried again (yet). */
function remembered(pool: Pool, key: string): Promise<Result<Shared, Unreachable>> | undefined {
  const memory = pool.memory.get(key)
  if (memory?.failure === undefined) return undefined
  const { error, atMs } = memory.failure
  const again =
    error.cause === 'authentication'
      ? memory.worked && memory.refusals < mostRefusals
      : error.cause === 'network' || error.cause === 'session-limit'
  return again && pool.clock.monotonicMs() - atMs >= retryAfterMs ? undefined : Promise.resolve(err(error))
}

async function connectHop(
  pool: Pool,
  chain: readonly Hop[],
  key: string,
): Promise<Result<Shared, Unreachable>> {
  const hop = chain.at(-1)
  if (hop === undefined) throw new Error('a chain has a hop')
  const before = chain.length === 1 ? undefined : await reach(pool, chain.slice(0, -1))
  // The hop before it remembers its own failure.
  if (before?.kind === 'err') return before
  const target = await hop.target()
  const through = before === undefined ? {} : { through: before.value.bastion }
  const opened =
    target.kind === 'err'
      ? target
      : await connectSsh<SshConnection>(
          target.value,
          { clock: pool.clock, signal: pool.stop.signal, ...through },
          (connection, settle) => settle(ok(connection)),
        )
  const memory = pool.memory.get(key) ?? { refusals: 0, worked: false }
  pool.memory.set(key, memory)
  if (opened.kind === 'err') {
    memory.failure = { error: opened.error, atMs: pool.clock.monotonicMs() }
    if (opened.error.cause === 'authentication') memory.refusals += 1
    pool.troubles.set(hop.name, { jump: hop.name, error: opened.error })
    return opened
  }
  delete memory.failure
  memory.worked = true
  memory.refusals = 0
  return ok(share(pool, hop.name, opened.value, before?.value.bastion))
}

function share(pool: Pool, name: string, connection: SshConnection, before: Bastion | undefined): Shared {
  const { client, where } = connection
  let lost: Unreachable | undefined
  let why = 'it closed the connection'
  let unanswered = false
  pool.connections.add(connection)
  client.on('error', (error) => {
    why = error.message
  })
  client.on('close', () => {
    pool.connections.delete(connection)
    // The entry stays: by now it may be that of a newer connection, and a lost one is not used again.
    // The cause is the first hop that went.
    lost = before?.lost() ?? jumpHostLost(where, why)
    if (!pool.stop.signal.aborted && before?.lost() === undefined) {
      pool.troubles.set(name, { jump: name, error: lost })
    }
  })
  const bastion: Bastion = {
    lost: () => lost ?? before?.lost(),
    unanswered: () => {
      unanswered = true
    },
    forward: (address, port, device, done) => {
      try {
        client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
          if (!error) return done(ok(channel))
          done(err(bastion.lost() ?? forwardFailure(device, where, error)))
        })
      } catch (error) {
        done(err(bastion.lost() ?? jumpHostLost(where, messageOf(error))))
      }
    },
  }
  const silent = (): boolean => pool.clock.monotonicMs() - connection.heardAtMs() > silentMs
  return { bastion, connection, usable: () => bastion.lost() === undefined && !(unanswered && silent()) }
}

/** The device's own signal ends its waiting, never the connecting that others wait for too. */
function orAborted<T>(
  work: Promise<Result<T, Unreachable>>,
  chain: readonly Hop[],
  signal: AbortSignal | undefined,
): Promise<Result<T, Unreachable>> {
  if (signal === undefined) return work
  return new Promise((resolve) => {
    const onAbort = (): void => resolve(err(cancelled(`the jump host ${chain.at(-1)?.name ?? ''}`)))
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    void work.then((result) => {
      signal.removeEventListener('abort', onAbort)
      resolve(result)
    })
  })
}
