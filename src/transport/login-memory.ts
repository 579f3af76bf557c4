import type { AnyAuthMethod, ParsedKey } from 'ssh2'
import type { LoginSecrets } from './ssh-auth.ts'

/** What a login went through by, for the next one to the same host with the same credential in a run. */
export interface LoginMemory {
  worked?:
    | { readonly type: 'password' | 'keyboard-interactive' }
    | { readonly type: 'publickey'; key: Buffer }
}

/** What is presented without a question for the methods. */
export type Ahead =
  | { readonly type: 'password' | 'keyboard-interactive' }
  | { readonly type: 'publickey'; readonly key: ParsedKey; readonly at: number }

/** Keeps what went through; keys of an agent are not told apart. */
export function remembered(memory: LoginMemory, method: AnyAuthMethod | undefined): void {
  delete memory.worked
  if (method?.type === 'password' || method?.type === 'keyboard-interactive') {
    memory.worked = { type: method.type }
  } else if (method?.type === 'publickey') {
    const { key } = method
    if (isParsed(key)) memory.worked = { type: 'publickey', key: key.getPublicSSH() }
  }
}

function isParsed(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && 'getPublicSSH' in key
}

/**
 * What may be presented at once: what worked before, or the first private key where the credential has nothing
 * but keys, for then no other method is possible. Undefined: the device is asked what it takes.
 */
export function ahead({ keys, agent, password }: LoginSecrets, { worked }: LoginMemory): Ahead | undefined {
  if (worked === undefined) {
    const [key] = keys
    return key !== undefined && agent === undefined && password === undefined
      ? { type: 'publickey', key, at: 0 }
      : undefined
  }
  if (worked.type !== 'publickey') return password === undefined ? undefined : { type: worked.type }
  const at = keys.findIndex((key) => key.getPublicSSH().equals(worked.key))
  const key = keys[at]
  return key === undefined ? undefined : { type: 'publickey', key, at }
}
