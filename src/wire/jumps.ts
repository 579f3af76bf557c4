import type { Diagnostic } from '../kernel/diagnostics.ts'
import { ok, type Result } from '../kernel/result.ts'
import type { InventoryHost, JumpHost } from '../model/inventory.ts'
import type { Unreachable } from '../model/shell.ts'
import type { Hop, JumpHosts, JumpTrouble } from '../transport/jump.ts'
import type { SshDeps } from '../transport/ssh.ts'
import { loginOf } from './login.ts'
import type { SessionDeps } from './sessions.ts'

/** The ways to the devices of a run. */
export interface Ways {
  /** The way to a device: nothing for one that is reached directly. */
  to(
    host: InventoryHost,
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
      const chain = host.via ?? []
      if (chain.length === 0) return ok({})
      for (const { name } of chain) behind.set(name, (behind.get(name) ?? new Set()).add(host.name))
      // ssh2 is loaded by the first connection, not by commands that open none.
      jumpHosts ??= import('../transport/jump.ts').then(({ createJumpHosts }) => createJumpHosts(deps.clock))
      made = await jumpHosts
      const through = await made.through(
        chain.map((jump) => hopOf(jump, deps)),
        signal,
      )
      return through.kind === 'err' ? through : ok({ through: through.value })
    },
    warnings: () =>
      (made?.troubles() ?? []).map((trouble) => warningOf(trouble, [...(behind.get(trouble.jump) ?? [])])),
    close: () => made?.close(),
  }
}

function hopOf(jump: JumpHost, deps: SessionDeps): Hop {
  return {
    name: jump.name,
    async target() {
      const host = `jump host ${jump.name}`
      const login = await loginOf(jump.credential, host, deps.secrets, deps.agentSocket)
      if (login.kind === 'err') return login
      return ok({
        host,
        address: jump.address,
        port: jump.port,
        algorithms: jump.algorithms,
        connectTimeoutMs: jump.connectMs,
        knownHosts: deps.knownHosts,
        ...login.value,
      })
    },
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
