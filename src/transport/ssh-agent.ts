import type {
  BaseAgent,
  IdentityCallback,
  ParsedKey,
  PublicKeyEntry,
  SignCallback,
  SigningRequestOptions,
} from 'ssh2'
import ssh2 from 'ssh2'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'

/** An agent that answered, and the keys that it has. */
export interface AgentKeys {
  readonly agent: BaseAgent
  readonly keys: readonly ParsedKey[]
}

/** An agent on this machine answers at once, or never. */
const agentPatienceMs = 5000

/** Asks the agent behind `socket` (SSH_AUTH_SOCK) for its keys; the error says why there are none, for people. */
export function agentKeys(socket: string | undefined, clock: Clock): Promise<Result<AgentKeys, string>> {
  if (socket === undefined || socket === '') {
    return Promise.resolve(err('there is no SSH agent: SSH_AUTH_SOCK is not set'))
  }
  const named = `the SSH agent at ${printable(socket)}`
  return new Promise((resolve) => {
    const stop = clock.timer(agentPatienceMs, () => resolve(err(`${named} does not answer`)))
    const end = (result: Result<AgentKeys, string>): void => {
      stop()
      resolve(result)
    }
    try {
      const agent = ssh2.createAgent(socket)
      agent.getIdentities((error, found) => {
        if (error) return end(err(`${named} cannot be used: ${printable(messageOf(error))}`))
        const keys = (found ?? []).flatMap((key) => parsed(key))
        end(keys.length === 0 ? err(`${named} has no keys`) : ok({ agent, keys }))
      })
    } catch (error) {
      end(err(`${named} cannot be used: ${printable(messageOf(error))}`))
    }
  })
}

function parsed(key: string | Buffer | ParsedKey | PublicKeyEntry): readonly ParsedKey[] {
  if (typeof key === 'object' && 'pubKey' in key) return []
  const read = ssh2.utils.parseKey(key)
  return read instanceof Error ? [] : [read]
}

/** The same agent with some of its keys only: ssh2 presents every key that it is given. */
export function withKeys({ agent }: AgentKeys, keys: readonly ParsedKey[]): BaseAgent {
  return new ChosenKeys(agent, keys)
}

class ChosenKeys extends ssh2.BaseAgent {
  readonly #agent: BaseAgent
  readonly #keys: readonly ParsedKey[]

  constructor(agent: BaseAgent, keys: readonly ParsedKey[]) {
    super()
    this.#agent = agent
    this.#keys = keys
  }

  override getIdentities(done: IdentityCallback): void {
    done(undefined, [...this.#keys])
  }

  override sign(
    key: string | Buffer | ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options)
    else this.#agent.sign(key, data, options, done)
  }
}
