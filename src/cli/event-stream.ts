import type { Clock } from '../kernel/clock.ts'
import type { RunEvent } from '../model/event.ts'
import { droppedLine, type EventHead, eventLine, refusedLine, resultLine } from '../report/events.ts'
import type { JsonRunDocument } from '../report/json.ts'
import type { ProblemsDocument } from '../report/problems.ts'
import type { Output } from './io.ts'

/** Bytes that may wait for a slow reader; what comes after them is dropped, and told. */
export const mostWaiting: number = 4 * 1024 * 1024

/** Where events go: a stream that says when it has taken a text. */
export type EventOutput = Output & Pick<NodeJS.WritableStream, 'write'>

/** `--events`: one line an event. Never waits for its reader: a run must not stop in the middle of a change. */
export interface EventStream {
  emit(event: RunEvent): void
  /** The last line. It is written whatever waits before it. */
  end(result: JsonRunDocument): void
  /** The last line of a command that was refused. */
  refuse(problems: ProblemsDocument): void
}

export function createEventStream(
  out: EventOutput,
  clock: Pick<Clock, 'wall'>,
  most: number = mostWaiting,
): EventStream {
  let seq = 0
  let waiting = 0
  let dropped = 0
  const head = (): EventHead => {
    seq += 1
    return { seq, at: clock.wall().toISOString() }
  }
  const send = (line: string): void => {
    const size = Buffer.byteLength(line)
    waiting += size
    // Also called when the reader has gone away: then nothing waits, and nothing arrives.
    out.write(line, () => {
      waiting -= size
    })
  }
  const tellDropped = (): void => {
    if (dropped === 0) return
    const count = dropped
    dropped = 0
    send(droppedLine(count, head()))
  }
  return {
    emit(event) {
      if (waiting > most) {
        seq += 1
        dropped += 1
        return
      }
      tellDropped()
      send(eventLine(event, head()))
    },
    end(result) {
      tellDropped()
      send(resultLine(result, head()))
    },
    refuse(problems) {
      tellDropped()
      send(refusedLine(problems, head()))
    },
  }
}
