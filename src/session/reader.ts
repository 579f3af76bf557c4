import type { Clock } from '../kernel/clock.ts'
import type { ByteLink } from '../transport/link.ts'
import { Screen } from './screen.ts'

/** How a wait for the device ended. */
export type Pulled = 'more' | 'closed' | 'late' | 'aborted' | 'too-large'

export interface ReaderOptions {
  readonly clock: Clock
  readonly signal?: AbortSignal
  /** Bytes of one reply, after which the device is not listened to any more. */
  readonly mostBytes: number
  /** Told of every finished line. */
  readonly received?: (line: string) => void
}

type Arrival = Uint8Array | 'closed'

/** As many lines take far more memory than their bytes; no configuration has them. */
const mostLines = 500_000
/** No line of a configuration is longer by far, and a line is held as it would be drawn. */
const mostOfLine = 1024 * 1024
/** Turns of the job queue in which bytes that have already arrived come out of a link. */
const settleTurns = 12

/** Pulls a link's bytes onto a screen, one wait at a time. */
export class Reader {
  readonly screen: Screen = new Screen()
  readonly #link: ByteLink
  readonly #options: ReaderOptions
  // Invalid bytes become U+FFFD; a character that is cut between two packets is put together again.
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #pending: Promise<Arrival> | undefined
  #arrived: Arrival | undefined
  #bytes = 0

  constructor(link: ByteLink, options: ReaderOptions) {
    this.#link = link
    this.#options = options
  }

  /** Waits at most `ms` for bytes, and takes in all that are there then. */
  async pull(ms: number): Promise<Pulled> {
    if (this.#options.signal?.aborted) return 'aborted'
    this.#ask()
    if (this.#arrived === undefined) {
      const early = await this.#race(this.#pending ?? Promise.resolve(), ms)
      if (early !== 'done') return early
    }
    const taken = this.#take()
    return taken === 'more' ? this.settle() : taken
  }

  /** Takes in what has already arrived, without waiting: only then the last line is the last. */
  async settle(): Promise<Pulled> {
    for (;;) {
      this.#ask()
      for (let turn = 0; this.#arrived === undefined && turn < settleTurns; turn += 1) {
        await Promise.resolve()
      }
      // The end of the link is told by the next pull, after what was said before it has been read.
      if (this.#arrived === undefined || this.#arrived === 'closed') return 'more'
      const taken = this.#take()
      if (taken !== 'more') return taken
    }
  }

  async write(text: string, ms: number): Promise<'written' | Exclude<Pulled, 'more' | 'too-large'>> {
    if (this.#options.signal?.aborted) return 'aborted'
    const outcome = { lost: false }
    const writing = this.#link.write(text).catch(() => {
      outcome.lost = true
    })
    const end = await this.#race(writing, ms)
    if (end !== 'done') return end
    return outcome.lost ? 'closed' : 'written'
  }

  /** A new reply begins: the bound on its size counts from here. */
  restart(): void {
    this.#bytes = 0
  }

  #ask(): void {
    if (this.#pending !== undefined) return
    const pending = this.#link.read().catch((): Arrival => 'closed')
    this.#pending = pending
    void pending.then((arrival) => {
      this.#arrived = arrival
    })
  }

  #take(): 'more' | 'closed' | 'too-large' {
    const arrival = this.#arrived
    if (arrival === undefined || arrival === 'closed') return 'closed'
    this.#pending = undefined
    this.#arrived = undefined
    this.#bytes += arrival.length
    if (this.#bytes > this.#options.mostBytes) return 'too-large'
    if (this.screen.lines.length > mostLines || this.screen.unfinished > mostOfLine) return 'too-large'
    const before = this.screen.lines.length
    this.screen.feed(this.#decoder.decode(arrival, { stream: true }))
    if (this.#options.received !== undefined) {
      for (const line of this.screen.lines.slice(before)) this.#options.received(line)
    }
    return 'more'
  }

  #race(work: Promise<unknown>, ms: number): Promise<'done' | 'late' | 'aborted'> {
    const { clock, signal } = this.#options
    return new Promise((resolve) => {
      const end = (how: 'done' | 'late' | 'aborted'): void => {
        stop()
        signal?.removeEventListener('abort', onAbort)
        resolve(how)
      }
      const onAbort = (): void => end('aborted')
      const stop = clock.timer(Math.max(0, ms), () => end('late'))
      signal?.addEventListener('abort', onAbort, { once: true })
      void work.then(() => end('done'))
    })
  }
}
