import { printable } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Unreachable } from '../model/shell.ts'
import type { KnownHosts } from '../transport/known-hosts.ts'
import type { SshTarget } from '../transport/ssh.ts'
import type { Access } from './access.ts'
import { loginOf } from './login.ts'
import type { SessionDeps } from './sessions.ts'

/**
 * What SSH needs to know of a machine, with its secrets fetched; `trustName` is what `ikero trust` calls it.
 * Code: SECRET_UNAVAILABLE.
 */
export async function targetOf(
  access: Access,
  deps: SessionDeps,
  trustName?: string,
): Promise<Result<SshTarget, Unreachable>> {
  const { name, credential, hostKeyAlias } = access
  const login = await loginOf(credential, name, deps.secrets, deps.agentSocket)
  if (login.kind === 'err') return err(login.error)
  const { identities, missing } = await identitiesOf(access, deps)
  const { agent } = login.value
  const { observe } = deps
  const trustCommand =
    trustName === undefined ? undefined : deps.trustCommand?.(trustName, access.knownHostsFiles?.value)
  const only = access.identitiesOnly && agent !== undefined ? await publicKeysOf(access, deps) : undefined
  return ok({
    ...login.value,
    host: name,
    address: access.address.value,
    port: access.port.value,
    username: access.username.value,
    algorithms: access.algorithms.value,
    edits: access.edits,
    identities,
    missing,
    connectTimeoutMs: access.connectMs,
    knownHosts: knownHostsFor(access, deps),
    ...(observe === undefined ? {} : { observe: (seen) => observe(name, seen) }),
    ...(trustCommand === undefined ? {} : { trustCommand }),
    ...(only === undefined ? {} : { agent: { ...agent, only } }),
    ...(hostKeyAlias === undefined ? {} : { hostKeyAlias: hostKeyAlias.value }),
  })
}

/** The known_hosts of a machine: those of the command line, then of the configuration, then the standard ones. */
export function knownHostsFor(
  access: Pick<Access, 'knownHostsFiles'>,
  deps: Pick<SessionDeps, 'knownHosts' | 'knownHostsOf'>,
): KnownHosts {
  const files = access.knownHostsFiles?.value
  return files === undefined || deps.knownHostsOf === undefined ? deps.knownHosts : deps.knownHostsOf(files)
}

async function identitiesOf(
  { identityFiles }: Access,
  { secrets }: SessionDeps,
): Promise<{
  readonly identities: readonly { name: string; text: string }[]
  readonly missing: readonly string[]
}> {
  const identities: { name: string; text: string }[] = []
  const missing: string[] = []
  for (const { value: path, source } of identityFiles) {
    const name = `IdentityFile ${printable(path)} (${source})`
    const text = await secrets.resolve({ kind: 'file', path })
    if (text.kind === 'ok') identities.push({ name, text: text.value })
    else missing.push(`${name}: ${text.error.message}`)
  }
  return { identities, missing }
}

/** The public halves of the identity files: what an agent may be asked for under IdentitiesOnly. */
async function publicKeysOf({ identityFiles }: Access, { secrets }: SessionDeps): Promise<readonly string[]> {
  const keys: string[] = []
  for (const { value: path } of identityFiles) {
    const text = await secrets.resolve({ kind: 'file', path: `${path}.pub` })
    const blob = text.kind === 'ok' ? text.value.split(/\s+/)[1] : undefined
    if (blob !== undefined) keys.push(blob)
  }
  return keys
}
