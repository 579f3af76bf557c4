import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { IkeroError, messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import type { Emit } from '../model/event.ts'
import type { Ask } from './options.ts'

type Prompt = (label: string) => Promise<string | undefined>

/**
 * A caller's functions, as a run may call them: whatever they throw must not end a change between two lines. A question
 * counts as answered with no, an event as heard, and the answer of the run tells of it.
 */
export class Caller {
  readonly #signal: AbortSignal | undefined
  readonly #failures = new Map<string, { count: number; readonly first: string }>()

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal
  }

  /** Also for a listener that returns a promise, which nobody waits for. */
  listening(emit: Emit | undefined): { readonly onEvent?: Emit } {
    if (emit === undefined) return {}
    return {
      onEvent: (event) => {
        try {
          const heard: unknown = emit(event)
          // Of an async listener: nobody else looks at what it rejects with, and that would end the process.
          Promise.resolve(heard).catch((thrown: unknown) => this.#failed('onEvent', thrown))
        } catch (thrown) {
          this.#failed('onEvent', thrown)
        }
      },
    }
  }

  asking<Question>(name: string, ask: Ask<Question>): (question: Question) => Promise<boolean> {
    return async (question) => (await this.#unlessOver(name, async () => ask(copyOf(question)))) === true
  }

  prompting(prompt: Prompt | undefined): { readonly promptSecret?: Prompt } {
    if (prompt === undefined) return {}
    return {
      promptSecret: async (label) => {
        const answer: unknown = await this.#unlessOver('promptSecret', async () => prompt(label))
        return typeof answer === 'string' ? answer : undefined
      },
    }
  }

  /** One for each function that failed. */
  warnings(): readonly Diagnostic[] {
    return [...this.#failures].map(([name, { count, first }]) => ({
      ...diagnostic('CALLBACK_FAILED', told(name, first, count)),
      severity: 'warning',
    }))
  }

  /** Undefined where the function fails, or the signal comes first: nobody waits for an answer any more. */
  async #unlessOver(name: string, work: () => Promise<unknown>): Promise<unknown> {
    const signal = this.#signal
    if (signal?.aborted === true) return undefined
    const ended = new AbortController()
    const over = new Promise<undefined>((resolve) => {
      signal?.addEventListener('abort', () => resolve(undefined), { signal: ended.signal })
    })
    try {
      const working = work().catch((thrown: unknown) => {
        // Afterwards it is the same signal that ends the caller's own work.
        if (signal?.aborted !== true) this.#failed(name, thrown)
      })
      return await Promise.race([working, over])
    } finally {
      ended.abort()
    }
  }

  #failed(name: string, thrown: unknown): void {
    const before = this.#failures.get(name)
    if (before === undefined) this.#failures.set(name, { count: 1, first: messageOf(thrown) })
    else before.count += 1
  }
}

/** What is sent is what was planned, whatever a caller does to what it was asked about. */
function copyOf<Question>(question: Question): Question {
  return structuredClone(question)
}

function told(name: string, first: string, count: number): string {
  const effect = name === 'onEvent' ? 'the run went on' : 'it counts as not answered'
  const times = count === 1 ? '' : ` ${count} times, first`
  return `${name} failed${times}: ${printable(first)}; ${effect}`
}

/** A question where there are no warnings to tell of its failure. */
export function strictly<Question>(ask: Ask<Question>): (question: Question) => Promise<boolean> {
  return async (question) => {
    try {
      const answer: unknown = await ask(copyOf(question))
      return answer === true
    } catch (thrown) {
      throw new IkeroError('CALLBACK_FAILED', 'user', `approve failed: ${messageOf(thrown)}`, {}, thrown)
    }
  }
}
