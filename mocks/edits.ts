import type { ScenarioEdit } from './scenario.ts'
import type { SimulatedSession } from './types.ts'
import type { World } from './world.ts'

/**
 * Lets somebody else type what the scenario says, when its time has come. What comes back is to be put around
 * every session of the device: some of it waits for a line that is typed there.
 */
export function withEdits(
  edits: readonly ScenarioEdit[],
  world: Pick<World, 'after'>,
  type: (lines: readonly string[]) => void,
): (session: SimulatedSession) => SimulatedSession {
  const waiting = new Set(edits.filter((edit) => edit.line !== undefined))
  for (const edit of edits) {
    if (edit.line === undefined) world.after(edit.afterMs, () => type(edit.types))
  }
  const typed = (line: string): void => {
    for (const edit of waiting) {
      if (edit.line?.test(line) !== true) continue
      waiting.delete(edit)
      world.after(edit.afterMs, () => type(edit.types))
    }
  }
  return (session) => (edits.length === 0 ? session : new WatchedSession(session, typed))
}

/** A session of which every line is told once it has run. */
class WatchedSession implements SimulatedSession {
  readonly #session: SimulatedSession
  readonly #typed: (line: string) => void

  constructor(session: SimulatedSession, typed: (line: string) => void) {
    this.#session = session
    this.#typed = typed
  }

  get banner(): string {
    return this.#session.banner
  }

  get prompt(): string {
    return this.#session.prompt
  }

  get echo(): boolean {
    return this.#session.echo
  }

  get pageLength(): number {
    return this.#session.pageLength
  }

  get pagerMark(): string {
    return this.#session.pagerMark
  }

  get mode(): string {
    return this.#session.mode
  }

  enter(line: string): { readonly output: string; readonly close: boolean } {
    const secret = !this.#session.echo
    const ran = this.#session.enter(line)
    if (!secret) this.#typed(line)
    return ran
  }

  key(key: 'ctrl-z' | 'ctrl-c'): { readonly output: string; readonly close: boolean } {
    return this.#session.key(key)
  }
}
