import { err, type Result } from '../kernel/result.ts'
import type { ReadShell, Unreachable, WriteShell } from '../model/shell.ts'
import { haltFault } from '../workflow/halt.ts'
import type { Sessions } from '../workflow/ports.ts'

/**
 * Sessions that end when a run is halted: none is opened any more, what only reads is given up at once, and a
 * line that may change a device is waited for until it is answered, or its time is over, and is the last.
 */
export function haltable(sessions: Sessions, halt: AbortSignal | undefined): Sessions {
  if (halt === undefined) return sessions
  const gate = new Gate(halt)
  return {
    read: (space, signal) =>
      gate.opened(
        () => sessions.read(space, signal),
        (shell) => reading(shell, gate),
      ),
    write: (space) =>
      gate.opened(
        () => sessions.write(space),
        (shell) => writing(shell, gate),
      ),
  }
}

class Gate {
  readonly #halt: AbortSignal

  constructor(halt: AbortSignal) {
    this.#halt = halt
  }

  async opened<S extends ReadShell, E>(
    open: () => Promise<Result<S, E>>,
    wrap: (shell: S) => S,
  ): Promise<Result<S, E | Unreachable>> {
    const { code, message, details } = haltFault()
    const halted = err({ code, cause: 'network', message, next: details.next ?? '' } as const)
    if (this.#halt.aborted) return halted
    const opening = open()
    const first = await this.#first(opening)
    if (first === 'halted') {
      // Whatever it comes to is not used.
      void opening
        .then((late) => (late.kind === 'ok' ? late.value.close() : undefined))
        .catch(() => undefined)
      return halted
    }
    return first.kind === 'ok' ? { kind: 'ok', value: wrap(first.value) } : first
  }

  /** Given up at once. */
  async reads<T>(work: () => Promise<T>): Promise<T> {
    if (this.#halt.aborted) throw haltFault()
    const working = work()
    const first = await this.#first(working)
    if (first !== 'halted') return first
    working.catch(() => undefined)
    throw haltFault()
  }

  /** Begun before the halt, it is waited for. */
  writes<T>(work: () => Promise<T>): Promise<T> {
    return this.#halt.aborted ? Promise.reject(haltFault()) : work()
  }

  /** What comes first: the end of the work, or the halt. Nothing is left listening behind it. */
  async #first<T>(working: Promise<T>): Promise<T | 'halted'> {
    const ended = new AbortController()
    const halted = new Promise<'halted'>((resolve) => {
      this.#halt.addEventListener('abort', () => resolve('halted'), { signal: ended.signal })
    })
    try {
      return await Promise.race([working, halted])
    } finally {
      ended.abort()
    }
  }
}

function reading<S extends ReadShell>(shell: S, gate: Gate): S {
  const { run, runAll } = shell
  shell.run = (line) => gate.reads(() => run(line))
  shell.runAll = (lines) => gate.reads(() => runAll(lines))
  return shell
}

function writing(shell: WriteShell, gate: Gate): WriteShell {
  const { enterConfig, send, leaveConfig, confirm, clear, save } = shell
  // With a timer it is a line that changes something: the device counts from it.
  shell.enterConfig = (how) =>
    how?.revertMinutes === undefined
      ? gate.reads(() => enterConfig(how))
      : gate.writes(() => enterConfig(how))
  shell.confirm = () => gate.writes(confirm)
  shell.send = (step) => gate.writes(() => send(step))
  shell.leaveConfig = () => gate.writes(leaveConfig)
  shell.clear = (line) => gate.writes(() => clear(line))
  shell.save = () => gate.writes(save)
  return reading(shell, gate)
}
