import type { Diagnostic } from '../kernel/diagnostics.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Unreachable } from '../model/shell.ts'
import type { JumpHosts, JumpTrouble } from '../transport/jump.ts'
import type { SshDeps } from '../transport/ssh.ts'
import type { HostAccess } from './access.ts'
import type { SessionDeps } from './sessions.ts'
import { targetOf } from './targets.ts'

/** The ways to the devices of a run. */
export interface Ways {
  /** The way to a device: nothing for one that is reached directly. */
  to(
    host: Pick<HostAccess, 'name' | 'via' | 'problem'>,
    signal: AbortSignal | undefined,
  ): Promise<Result<Pick<SshDeps, 'through'>, Unreachable>>
  warnings(): readonly Diagnostic[]
  close(): void
}

/** Hosts named in one warning; the rest is counted. */
const mostNamed = 40

/** Each jump host is connected to once, by the first device that needs it. */
export function createWays(deps: SessionDeps): Ways {
  const behind = new Map<string, Set<string>>()
  let jumpHosts: Promise<JumpHosts> | undefined
  let made: JumpHosts | undefined
  return {
    async to(host, signal) {
      if (host.problem !== undefined) return err(noWay(host.name, host.problem))
      const chain = host.via.value
      if (chain.length === 0) return ok({})
      for (const { id } of chain) behind.set(id, (behind.get(id) ?? new Set()).add(host.name))
      // ssh2 is loaded by the first connection, not by commands that open none.
      jumpHosts ??= import('../transport/jump.ts').then(({ createJumpHosts }) => createJumpHosts(deps.clock))
      made = await jumpHosts
      const through = await made.through(
        chain.map((jump) => ({ name: jump.id, target: () => targetOf(jump, deps, jump.id) })),
        signal,
      )
      return through.kind === 'err' ? through : ok({ through: through.value })
    },
    warnings: () =>
      (made?.troubles() ?? []).map((trouble) => warningOf(trouble, [...(behind.get(trouble.jump) ?? [])])),
    close: () => made?.close(),
  }
}

function noWay(host: string, why: string): Unreachable {
  return {
    code: 'CONNECT_FAILED',
    cause: 'network',
    message: `there is no way to ${host}: ${why}`,
    next: 'correct the SSH configuration, or write via in the inventory',
  }
}

function warningOf({ error }: JumpTrouble, hosts: readonly string[]): Diagnostic {
  const named = hosts.slice(0, mostNamed).join(', ')
  const rest = hosts.length > mostNamed ? ` and ${hosts.length - mostNamed} more` : ''
  const count = hosts.length === 1 ? '1 device is' : `${hosts.length} devices are`
  return {
    code: 'JUMP_HOST_DOWN',
    severity: 'warning',
    message: `${error.message}; ${count} behind it: ${named}${rest}`,
    ...(error.next === undefined ? {} : { hint: error.next }),
  }
}
