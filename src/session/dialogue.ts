import type { Grammar, ModeId, Prompt } from '../grammar/types.ts'
import type { Clock } from '../kernel/clock.ts'
import { IkeroError } from '../kernel/errors.ts'
import { assertNever } from '../kernel/never.ts'
import { printable } from '../kernel/printable.ts'
import type { FaultCode } from '../model/codes.ts'
import type { ContextName, PlatformId } from '../model/ids.ts'
import type { SessionFault } from '../model/shell.ts'
import type { ByteLink } from '../transport/link.ts'
import { awaitedOf, type EchoContext, splitReplies } from './echo.ts'
import { type Ending, endingOf, faultOf, quotableOf, tailOf } from './fault.ts'
import { isNoise, type Learned, look, type Sight } from './look.ts'
import { eatenMs, quietOf } from './quiet.ts'
import { Reader } from './reader.ts'

/** What a session needs besides its link. */
export interface ShellOptions {
  readonly platform: PlatformId
  readonly grammar: Grammar
  /** The context that the session works in; entered after the login, and left before the logout. */
  readonly context?: ContextName
  /** Asked only where the login lands in the user mode; undefined: it stays there. */
  readonly enableSecret?: () => Promise<string | undefined>
  readonly clock: Clock
  /** How long the device may say nothing, in milliseconds. */
  readonly commandTimeoutMs: number
  /** When the session ends, whatever it does, on the clock's monotonic time. */
  readonly deadlineMs: number
  readonly signal?: AbortSignal
  /** What was sent and received, line by line, without control characters; secrets as `*****`. */
  readonly transcript?: (direction: 'sent' | 'received', text: string) => void
}

/** A reply to one line: its own lines, without echo, prompt, pager marks and syslog. */
export interface Reply {
  readonly output: readonly string[]
  /** The prompt behind it, or that of a secret. */
  readonly end: Prompt | 'secret'
}

export interface Expectation {
  /** Modes whose prompt may end the reply. */
  readonly modes: readonly ModeId[]
  /** The reply may end with a prompt for a secret. */
  readonly secret?: boolean
  /** Instead of the session's `commandTimeoutMs`. */
  readonly idleMs?: number
}

const mostBytes = 32 * 1024 * 1024
export const hiddenSecret = '*****'

/** Lines out, replies in: one at a time, and nothing more after a fault. */
export class Dialogue {
  readonly options: ShellOptions
  readonly link: ByteLink
  readonly reader: Reader
  /** As learned at the login: in configuration mode a device may cut the hostname. */
  learned: Learned | undefined
  /** The prompt that the device stands at, once it was learned. */
  at: Prompt | undefined
  /** `off`: the device took the lines for it, and nothing that is typed ahead is eaten by it. */
  pager: 'untouched' | 'off' | 'on' = 'untouched'
  roundTrips = 0
  /** The line that leads back to where the login stood, where the session went elsewhere. */
  wayHome: string | undefined
  /** Set once the session says goodbye. */
  closing = false
  #fault: SessionFault | undefined
  /** The lines that were sent last; `context` while not all of them are answered. */
  #sent: { readonly lines: readonly string[]; readonly context?: EchoContext } = { lines: [] }
  #secret: string | undefined
  #deadlineMs: number
  readonly #allowedMs: number
  #answered: string | undefined
  /** A pager was met, although it was turned off: nothing is typed ahead any more. */
  #paged = false
  #busy = false

  constructor(link: ByteLink, options: ShellOptions) {
    this.link = link
    this.options = options
    const { clock, signal, transcript } = options
    this.#deadlineMs = options.deadlineMs
    this.#allowedMs = options.deadlineMs - clock.monotonicMs()
    this.reader = new Reader(link, {
      clock,
      mostBytes,
      ...(signal === undefined ? {} : { signal }),
      ...(transcript === undefined
        ? {}
        : { received: (line: string) => transcript('received', this.#masked(line)) }),
    })
  }

  /** True where nothing may be written any more, or another operation is under way. */
  get unfit(): boolean {
    return this.#fault !== undefined || this.#busy
  }

  /** One operation at a time: two would read each other's replies. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#fault !== undefined) throw this.#fault
    if (this.#busy) throw new IkeroError('SESSION_BUSY', 'bug', 'a session runs one line at a time')
    this.#busy = true
    try {
      return await work()
    } finally {
      this.#busy = false
    }
  }

  /**
   * Sends lines, typed ahead when there are several, and waits until the last one is answered. `stale` are
   * lines that were sent before and that a slow device may still answer.
   */
  async ask(
    lines: readonly string[],
    expected: Expectation,
    stale: readonly string[] = [],
  ): Promise<readonly Reply[]> {
    const prompt = this.at?.text ?? ''
    const { grammar } = this.options
    const context = { prompt, noise: (line: string) => isNoise(grammar, line), stale }
    if (this.#paged && lines.length > 1) return this.#askEach(lines, expected)
    this.reader.restart()
    for (const line of lines) this.#tell(line)
    this.#sent = { lines, context }
    await this.press(lines.map((line) => `${line}\r`).join(''))
    const replies = await this.until<readonly Reply[] | 'eaten'>(
      expected,
      (end, finished) => {
        const outputs = splitReplies(finished, lines, context)
        return outputs?.map((output) => ({
          output: output.filter((line) => !isNoise(grammar, line)),
          end,
        }))
      },
      lines.length > 1 ? 'eaten' : undefined,
    )
    this.#sent = { lines: lines.slice(-1) }
    return replies === 'eaten' ? this.#askEach(lines, expected, lines) : replies
  }

  async #askEach(
    lines: readonly string[],
    expected: Expectation,
    stale: readonly string[] = [],
  ): Promise<readonly Reply[]> {
    const replies: Reply[] = []
    for (const line of lines) replies.push(...(await this.ask([line], expected, stale)))
    return replies
  }

  /** Sends the answer to a prompt for a secret, and waits for what follows. */
  async answerSecret(secret: string, expected: Expectation): Promise<Reply> {
    this.#secret = secret
    this.#tell(hiddenSecret)
    this.#sent = { lines: [hiddenSecret] }
    this.reader.screen.drop(this.reader.screen.lines.length)
    await this.press(`${secret}\r`)
    // Without an echo, the end of the line it stands on shows that it was read.
    return this.until(expected, (end, finished) =>
      finished.length === 0 ? undefined : { output: finished.slice(1), end },
    )
  }

  /** Leaves the session and waits until the device has closed it, together at most `ms`. */
  async sayGoodbye(ms: number): Promise<void> {
    const { clock, grammar } = this.options
    const until = clock.monotonicMs() + ms
    const mode = this.at?.mode
    const back = grammar.transitions.find((step) => step.from === mode && step.to === 'privileged')
    const end = mode === 'config' || mode === 'sub' ? [back?.line ?? ''] : []
    const lines = [...end, ...(this.wayHome === undefined ? [] : [this.wayHome]), grammar.logout]
    for (const line of lines) this.#tell(line)
    if ((await this.reader.write(lines.map((line) => `${line}\r`).join(''), ms)) !== 'written') return
    while ((await this.reader.pull(until - clock.monotonicMs())) === 'more');
  }

  /** Sends keys as they stand. */
  async press(keys: string): Promise<void> {
    if (this.#fault !== undefined) throw this.#fault
    const left = Math.min(this.options.commandTimeoutMs, this.#left())
    const end = await this.reader.write(keys, left)
    if (end !== 'written') throw this.#ended(end, left)
  }

  /**
   * Waits for a prompt that may end the reply and for `found` to make something of it. Goes on at pager
   * marks and known questions; ends with a fault at others, and when the device says nothing for
   * `expected.idleMs` (TIMED_OUT). `eaten` is the answer when a pager took typed-ahead lines for its keys.
   */
  async until<T>(
    expected: Expectation,
    found: (end: Prompt | 'secret', finished: readonly string[]) => T | undefined,
    eaten?: T,
  ): Promise<T> {
    const idleMs = expected.idleMs ?? this.options.commandTimeoutMs
    let nudged = false
    this.roundTrips += 1
    await this.#settled()
    for (;;) {
      const seen = this.look()
      const result = this.#reached(seen, expected, found)
      if (result !== undefined) return result
      const fits = this.#fits(seen, expected)
      const lost = fits && eaten !== undefined
      const quiet = lost ? eatenMs : fits ? Number.POSITIVE_INFINITY : quietOf(seen)
      const wait = Math.min(idleMs, quiet, this.#left())
      const pulled = await this.reader.pull(wait)
      if (pulled === 'more') continue
      if (pulled !== 'late' || wait < quiet) throw this.#ended(pulled, wait)
      if (lost) {
        this.#paged = true
        this.reader.screen.drop(this.reader.screen.lines.length)
        return eaten
      }
      nudged = await this.#act(seen, nudged)
      this.roundTrips += 1
    }
  }

  /** Waits for something at the end of the output, at most `ms`; false when it did not come. */
  async waitFor(ms: number, there: () => boolean): Promise<boolean> {
    const until = this.options.clock.monotonicMs() + ms
    this.roundTrips += 1
    await this.#settled()
    for (;;) {
      if (there()) return true
      const seen = this.look()
      const left = Math.min(until - this.options.clock.monotonicMs(), this.#left())
      const acts = seen.kind === 'pager' || seen.kind === 'question' || seen.kind === 'secret'
      const wait = acts ? Math.min(left, quietOf(seen)) : left
      const pulled = await this.reader.pull(wait)
      if (pulled === 'more') continue
      if (pulled !== 'late' || this.#left() <= 0) throw this.#ended(pulled, ms)
      if (wait === left) return false
      await this.#act(seen, true)
    }
  }

  /** Takes in what has come since, and reads the prompt that stands there now. */
  async standing(): Promise<Prompt | undefined> {
    if (this.#fault !== undefined) throw this.#fault
    await this.#settled()
    const seen = this.look()
    if (seen.kind !== 'prompt') return undefined
    const { screen } = this.reader
    screen.drop(seen.at ?? screen.lines.length)
    this.#stand(seen.prompt)
    return seen.prompt
  }

  /** Behind a chosen prompt, configuration mode is the first to show the hostname: it must stay that one. */
  #stand(prompt: Prompt): void {
    this.at = prompt
    const { learned } = this
    if (learned?.own === undefined || learned.hostname !== undefined) return
    if (prompt.mode === 'config' || prompt.mode === 'sub')
      this.learned = { ...learned, hostname: prompt.hostname }
  }

  /** What stands at the end of the output; a question that was answered counts once. */
  look(): Sight {
    const { screen } = this.reader
    const seen = look(this.options.grammar, screen.lines, screen.last(), this.learned)
    const again = seen.kind === 'question' && this.#answered === `${screen.finished} ${seen.text}`
    return again ? { kind: 'none' } : seen
  }

  /** Makes a fault of it: the link is closed and every later call throws the same. */
  fail(code: FaultCode, message: string, next: string): SessionFault {
    if (this.#fault !== undefined) return this.#fault
    const { screen } = this.reader
    const reply = this.#masked(quotableOf(code, this.#sent.lines, screen.lines, screen.last()))
    const fault = faultOf(code, `${this.link.peer} ${message}`, this.#awaited(), reply, next)
    this.#fault = fault
    this.link.close()
    return fault
  }

  /** The line that a fault is about: the one whose reply is due, which need not be the last that was sent. */
  #awaited(): string | undefined {
    const { screen } = this.reader
    const { lines, context } = this.#sent
    return context === undefined ? lines[0] : awaitedOf(screen.lines, screen.last(), lines, context)
  }

  #reached<T>(
    seen: Sight,
    expected: Expectation,
    found: (end: Prompt | 'secret', finished: readonly string[]) => T | undefined,
  ): T | undefined {
    if (!this.#fits(seen, expected)) return undefined
    const { screen } = this.reader
    if (seen.kind === 'prompt') {
      const upTo = seen.at ?? screen.lines.length
      const result = found(seen.prompt, screen.lines.slice(0, upTo))
      if (result === undefined) return undefined
      this.#stand(seen.prompt)
      screen.drop(upTo)
      return result
    }
    const result = found('secret', screen.lines)
    if (result !== undefined) screen.drop(screen.lines.length)
    return result
  }

  #fits(seen: Sight, expected: Expectation): boolean {
    if (seen.kind === 'secret') return expected.secret === true
    return seen.kind === 'prompt' && expected.modes.includes(seen.prompt.mode)
  }

  /** The device waits for something else than a line; true when an empty line was sent to find out. */
  async #act(seen: Sight, nudged: boolean): Promise<boolean> {
    const { pager } = this.options.grammar
    switch (seen.kind) {
      case 'pager':
        this.#paged = true
        this.reader.screen.consumeMark(pager.mark)
        await this.press(pager.more)
        return nudged
      case 'question': {
        const { question, text } = seen
        this.#answered = `${this.reader.screen.finished} ${text}`
        await this.press(question.answer)
        if (question.after === 'go-on') return nudged
        throw this.fail(
          'UNEXPECTED_QUESTION',
          `asked “${printable(text.trim().slice(-200))}” (${question.meaning}); it was answered no`,
          'log in by hand and settle what it asks about, then run again',
        )
      }
      case 'secret':
        throw this.fail(
          'UNEXPECTED_QUESTION',
          `asked for a secret (“${printable(seen.text.trim().slice(-80))}”) where none was due; none was given`,
          'log in by hand to see what it wants',
        )
      case 'prompt':
      case 'foreign':
      case 'none': {
        if (!nudged) {
          await this.press('\r')
          return true
        }
        const shown = seen.kind === 'prompt' ? seen.prompt.text : seen.kind === 'foreign' ? seen.text : ''
        throw this.fail(
          'UNEXPECTED_PROMPT',
          `shows the prompt “${printable(shown.trim().slice(-120))}”${this.at === undefined ? '' : `, where “${printable(this.at.text.trim())}” was expected`}`,
          'check whether another unit answers, or whether somebody else changed the session; nothing more was sent',
        )
      }
      default:
        return assertNever(seen)
    }
  }

  /** What follows may take as long again as the whole session was given at its beginning. */
  startClock(): void {
    this.#deadlineMs = this.options.clock.monotonicMs() + this.#allowedMs
  }

  async #settled(): Promise<void> {
    const pulled = await this.reader.settle()
    if (pulled !== 'more') throw this.#ended(pulled, 0)
  }

  #left(): number {
    return this.#deadlineMs - this.options.clock.monotonicMs()
  }

  #ended(how: Ending, waitedMs: number): SessionFault {
    const { screen } = this.reader
    const whyClosed = how === 'closed' ? this.link.whyClosed?.() : undefined
    const { code, message, next } = endingOf(how, {
      ...(whyClosed === undefined ? {} : { whyClosed }),
      sent: this.#awaited(),
      loggedIn: this.at !== undefined,
      said: tailOf(screen.lines, screen.last()),
      waitedMs,
      timeOver: this.#left() <= 0 || this.options.signal?.reason === 'deadline',
      mostMiB: mostBytes / 1024 / 1024,
    })
    return this.fail(code, message, next)
  }

  #tell(line: string): void {
    this.options.transcript?.('sent', line)
  }

  /** A device that echoes the secret must not bring it into a transcript or an error. */
  #masked(text: string): string {
    const secret = this.#secret
    return secret === undefined || secret.length < 4 ? text : text.split(secret).join(hiddenSecret)
  }
}
