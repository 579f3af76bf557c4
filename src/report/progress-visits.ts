import { printable } from '../kernel/printable.ts'
import type { Visit } from '../model/visit.ts'
import type { Board } from './progress-board.ts'
import { type Busy, type DeviceLine, deviceLinesOf } from './progress-devices.ts'

/** What a command does with each device: of `adopt`, `read` (done) and `reading` (at work). */
export interface VisitWords {
  readonly command: string
  readonly done: string
  readonly busy: string
}

/** The board of a command without a run: one row. */
export interface VisitBoard extends Board {
  take(visit: Visit): void
}

/** `now`: milliseconds of a clock that never goes back. */
export function createVisitBoard(hosts: readonly string[], words: VisitWords, now: () => number): VisitBoard {
  const busy = new Map<string, Busy>()
  const trouble: DeviceLine[] = []
  let done = 0
  return {
    take({ host, step, problem }) {
      if (step === 'begun') {
        busy.set(host, { host, since: now(), text: words.busy })
        return
      }
      busy.delete(host)
      done += 1
      if (problem !== undefined) trouble.push({ host, text: problem, status: 'failed' })
    },
    title(row) {
      if (row !== 'survey') return ''
      const bad = trouble.length === 0 ? '' : `, ${trouble.length} with a problem`
      return `${words.command}  ${done} of ${hosts.length} ${words.done}${bad}`
    },
    isDone: () => done >= hosts.length,
    lines: (limit) => deviceLinesOf(trouble, busy.values(), now(), limit),
  }
}

/** One line a device that is done, for logs and pipes. */
export function visitText({ host, step, problem }: Visit, words: VisitWords): string | undefined {
  return step === 'begun' ? undefined : `${printable(`${host}: ${problem ?? words.done}`)}\n`
}
