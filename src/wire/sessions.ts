import type { Clock } from '../kernel/clock.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { FaultCode } from '../model/codes.ts'
import type { Space } from '../model/device-request.ts'
import type { SshSeen } from '../model/doctor.ts'
import type { InventoryHost } from '../model/inventory.ts'
import type { UnreachableCause } from '../model/outcome.ts'
import { type ReadShell, SessionFault, type Unreachable, type WriteShell } from '../model/shell.ts'
import { driverFor } from '../platform/registry.ts'
import type { Secrets } from '../secrets/resolve.ts'
import { openReadShell, openWriteShell, type ShellOptions } from '../session/open.ts'
import type { KnownHosts } from '../transport/known-hosts.ts'
import type { LoginMemory, SshDeps } from '../transport/ssh.ts'
import type { PlainSessions } from '../workflow/ports.ts'
import { type AccessSources, accessOf, type HostAccess, inventoryAlone } from './access.ts'
import { accessWarnings } from './access-warnings.ts'
import type { CredentialGuard } from './credential-guard.ts'
import { createWays } from './jumps.ts'
import { targetOf } from './targets.ts'
import type { SessionTranscript, Transcripts } from './transcripts.ts'
import type { TrustCommand } from './trust-command.ts'

/** What every session of one run shares. */
export interface SessionDeps {
  readonly clock: Clock
  readonly secrets: Secrets
  /** Stops a credential that device after device refuses; absent: each is tried. */
  readonly guard?: CredentialGuard
  readonly knownHosts: KnownHosts
  readonly transcripts?: Transcripts
  /** The SSH configuration and the jump hosts of the inventory; absent: only what a host itself says. */
  readonly access?: AccessSources
  /** known_hosts files that the SSH configuration names; absent where the command line names some. */
  readonly knownHostsOf?: (files: readonly string[]) => KnownHosts
  /** SSH_AUTH_SOCK, where it is set. */
  readonly agentSocket?: string
  /** Told of what connections show while they are made, by the name of the machine. */
  readonly observe?: (name: string, seen: SshSeen) => void
  /** The command that learns a host's key, for messages; with the files that the SSH configuration names. */
  readonly trustCommand?: TrustCommand
}

/** The sessions of one run, and what they share. */
export interface RunSessions extends PlainSessions {
  /** What kept jump hosts from working, each told once with the devices behind it. */
  warnings(): readonly Diagnostic[]
  /** Ends the connections to jump hosts. */
  close(): void
}

/** Sessions over SSH: resolve the credential, connect, check the host key, log in, learn the prompt. */
export function createSessions(deps: SessionDeps): RunSessions {
  const ways = createWays(deps)
  const told = new Map<string, readonly Diagnostic[]>()
  const refusals = new Map<string, { readonly error: Unreachable; readonly count: number }>()
  const worked = new Set<string>()
  const memories = new Map<string, LoginMemory>()
  const open = async <S extends ReadShell>(
    space: Space,
    signal: AbortSignal | undefined,
    kind: 'read' | 'write',
    shellOf: (link: Parameters<typeof openReadShell>[0], options: ShellOptions) => Promise<S>,
  ): Promise<Result<S, Unreachable>> => {
    const { host } = space
    const key = `${host.name}\n${host.credential.name}`
    const before = refusals.get(key)
    const most = !worked.has(key) ? 1 : kind === 'read' ? readTries : Number.POSITIVE_INFINITY
    if (before !== undefined && before.count >= most) return err(before.error)
    const access = accessOf(host, deps.access ?? inventoryAlone)
    for (const one of [access, ...access.via.value]) told.set(one.name, accessWarnings(one))
    const transcript = deps.transcripts?.begin(space, kind)
    const way = await ways.to(access, signal)
    if (way.kind === 'err') {
      // A jump host's refusal says nothing of the device's credential.
      transcript?.failed(way.error)
      return way
    }
    const memory = memories.get(key) ?? {}
    memories.set(key, memory)
    const login = (): Promise<Result<S, Unreachable>> =>
      openOne(space, { ...way.value, access, memory }, deps, signal, shellOf, transcript)
    const opened = await (deps.guard?.login(host, worked.has(key), login) ?? login())
    if (opened.kind === 'err') transcript?.failed(opened.error)
    if (opened.kind === 'ok') {
      worked.add(key)
      refusals.delete(key)
    } else if (opened.error.cause === 'authentication') {
      refusals.set(key, { error: opened.error, count: (before?.count ?? 0) + 1 })
    }
    return opened
  }
  return {
    read: (space, signal) => open<ReadShell>(space, signal, 'read', openReadShell),
    write: (space) => open<WriteShell>(space, undefined, 'write', openWriteShell),
    warnings: () => [...[...told.values()].flat(), ...ways.warnings()],
    close: ways.close,
  }
}

/**
 * A wrong password must not lock an account: a credential that never worked on a host is tried once per
 * run. One that did work may be refused because the AAA server is out of reach, perhaps behind the very
 * tunnel that was lost: reading tries again a few times, and a change or a revert always gets its try.
 */
const readTries = 3

async function openOne<S extends ReadShell>(
  { host, context }: Space,
  { access, ...way }: Pick<SshDeps, 'through' | 'memory'> & { readonly access: HostAccess },
  deps: SessionDeps,
  signal: AbortSignal | undefined,
  shellOf: (link: Parameters<typeof openReadShell>[0], options: ShellOptions) => Promise<S>,
  transcript: SessionTranscript | undefined,
): Promise<Result<S, Unreachable>> {
  const abort = signal === undefined ? {} : { signal }
  const target = await targetOf(access, deps, host.name)
  if (target.kind === 'err') return target
  // ssh2 is loaded by the first connection, not by commands that open none.
  const { openSsh } = await import('../transport/ssh.ts')
  const opened = await openSsh(target.value, { clock: deps.clock, ...abort, ...way })
  if (opened.kind === 'err') return opened
  const link = transcript?.over(opened.value) ?? opened.value
  try {
    return ok(
      await shellOf(link, {
        platform: host.platform,
        grammar: driverFor(host.platform).grammar,
        clock: deps.clock,
        commandTimeoutMs: host.timeouts.commandMs,
        deadlineMs: deps.clock.monotonicMs() + host.timeouts.totalMs,
        enableSecret: async () => {
          const secret = await enableSecret(host, deps.secrets)
          if (secret !== undefined) transcript?.secret(secret)
          return secret
        },
        ...abort,
        ...(context === undefined ? {} : { context }),
      }),
    )
  } catch (thrown) {
    link.close()
    if (thrown instanceof SessionFault) return err(unreachableFrom(thrown))
    throw thrown
  }
}

const causes: Partial<Record<FaultCode, UnreachableCause>> = {
  AUTHENTICATION_FAILED: 'authentication',
  ENABLE_FAILED: 'authentication',
  SECRET_UNAVAILABLE: 'authentication',
  SESSION_LIMIT: 'session-limit',
}

function unreachableFrom(fault: SessionFault): Unreachable {
  return {
    code: fault.code,
    cause: causes[fault.code] ?? 'network',
    message: fault.message,
    next: fault.details.next ?? 'log in by hand to see what the device says',
    ...(fault.line === undefined ? {} : { line: fault.line }),
    ...(fault.reply === undefined ? {} : { reply: fault.reply }),
  }
}

async function enableSecret(host: InventoryHost, secrets: Secrets): Promise<string | undefined> {
  const ref = host.credential.enable
  if (ref === undefined) return undefined
  const value = await secrets.resolve(ref)
  if (value.kind === 'ok') return value.value
  throw new SessionFault(
    'SECRET_UNAVAILABLE',
    `the enable secret of credential ${host.credential.name} is not available: ${value.error.message}`,
    { next: 'make the secret available and run the command again' },
    'user',
  )
}
