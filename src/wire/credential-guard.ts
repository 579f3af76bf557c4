import { err, type Result } from '../kernel/result.ts'
import { someOf } from '../kernel/some-of.ts'
import type { InventoryHost } from '../model/inventory.ts'
import type { Unreachable } from '../model/shell.ts'

interface Trials {
  /** Devices that refused it, since the last one that took it. */
  refusedBy: string[]
  worked: boolean
  /** Logins under way of which the answer is not known. */
  open: number
  readonly waiting: (() => void)[]
}

/**
 * Keeps one wrong credential from locking an account on many devices at once: when `most` of them have refused it
 * in a row, it is not tried any more on devices that have not taken it in this run. Until it has worked once, no
 * more logins than could still be refused are under way with it: fifty at once would all be refused before the
 * first answer is there. A device that has taken it is not held up: its change, revert and proof go on.
 */
export class CredentialGuard {
  readonly #most: number
  readonly #trials = new Map<string, Trials>()

  constructor(most: number) {
    this.#most = most
  }

  /** One login; `tried`: the device has taken the credential in this run. */
  async login<T>(
    host: InventoryHost,
    tried: boolean,
    open: () => Promise<Result<T, Unreachable>>,
  ): Promise<Result<T, Unreachable>> {
    const { name } = host.credential
    const trials: Trials = this.#trials.get(name) ?? { refusedBy: [], worked: false, open: 0, waiting: [] }
    this.#trials.set(name, trials)
    if (!tried) {
      while (this.#mustWait(trials)) await new Promise<void>((resolve) => trials.waiting.push(resolve))
      if (trials.refusedBy.length >= this.#most) return err(notTried(name, trials.refusedBy))
    }
    trials.open += 1
    try {
      const opened = await open()
      if (opened.kind === 'ok') {
        trials.worked = true
        trials.refusedBy = []
      } else if (isRefusal(opened.error)) trials.refusedBy.push(host.name)
      return opened
    } finally {
      trials.open -= 1
      for (const wake of trials.waiting.splice(0)) wake()
    }
  }

  #mustWait({ refusedBy, worked, open }: Trials): boolean {
    const left = this.#most - refusedBy.length
    return !worked && left > 0 && open >= left
  }
}

/** The device had the secret and said no; one that could not be had at all was never shown to it. */
function isRefusal({ code }: Unreachable): boolean {
  return code === 'AUTHENTICATION_FAILED' || code === 'ENABLE_FAILED'
}

function notTried(credential: string, hosts: readonly string[]): Unreachable {
  const times = hosts.length === 1 ? 'once' : `${hosts.length} times in a row`
  return {
    code: 'AUTHENTICATION_FAILED',
    cause: 'authentication',
    message: `not tried: the credential ${credential} was refused ${times} (${someOf(hosts, 5)}), and a further try could lock the account (rollout.stopAfter.authentication)`,
    next: `correct the secret of ${credential}, or see why those devices refuse it, then run the command again`,
  }
}
