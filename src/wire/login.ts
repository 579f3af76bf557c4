import { err, ok, type Result } from '../kernel/result.ts'
import type { Credential, SecretRef } from '../model/inventory.ts'
import type { Unreachable } from '../model/shell.ts'
import type { Secrets } from '../secrets/resolve.ts'
import type { SshTarget } from '../transport/ssh.ts'

/** What a credential presents, with its secrets fetched. */
export type Login = Pick<SshTarget, 'username' | 'password' | 'privateKey' | 'agent'>

/** Fetches the secrets of a credential; `host` is what it is for, `agentSocket` is SSH_AUTH_SOCK. Code: SECRET_UNAVAILABLE. */
export async function loginOf(
  credential: Credential,
  host: string,
  secrets: Secrets,
  agentSocket: string | undefined,
): Promise<Result<Login, Unreachable>> {
  const { username, password, privateKey } = credential
  const parts: { password?: string; text?: string; passphrase?: string } = {}
  const wanted: readonly (readonly [keyof typeof parts, SecretRef | undefined])[] = [
    ['password', password],
    ['text', privateKey?.key],
    ['passphrase', privateKey?.passphrase],
  ]
  for (const [part, ref] of wanted) {
    if (ref === undefined) continue
    const value = await secrets.resolve(ref)
    if (value.kind === 'err') return err(secretUnavailable(credential.name, host, value.error.message))
    parts[part] = value.value
  }
  const { text, passphrase } = parts
  return ok({
    username,
    ...(credential.agent === true ? { agent: agentSocket === undefined ? {} : { socket: agentSocket } } : {}),
    ...(parts.password === undefined ? {} : { password: parts.password }),
    ...(text === undefined
      ? {}
      : { privateKey: { text, ...(passphrase === undefined ? {} : { passphrase }) } }),
  })
}

function secretUnavailable(credential: string, host: string, why: string): Unreachable {
  return {
    code: 'SECRET_UNAVAILABLE',
    cause: 'authentication',
    message: `credential ${credential} is not available: ${why}; ${host} was not contacted`,
    next: 'make the secret available and run the command again',
  }
}
