import type { SimulatedSession } from '../types.ts'
import type { TerminalFaults } from './faults.ts'
import type { LineEffects, LineFaults } from './line-faults.ts'

type Ran = { readonly output: string; readonly close: boolean }

/** A session whose text goes wrong; which effects hold is told before each line. */
export class FaultySession implements SimulatedSession {
  readonly #session: SimulatedSession
  readonly #lines: LineFaults
  readonly #terminal: TerminalFaults
  #effects: LineEffects = {}
  #question: { readonly text: string; readonly line: string } | undefined

  constructor(session: SimulatedSession, lines: LineFaults, terminal: TerminalFaults) {
    this.#session = session
    this.#lines = lines
    this.#terminal = terminal
  }

  get banner(): string {
    return this.#session.banner
  }

  get prompt(): string {
    return this.#question?.text ?? this.#lines.prompt(this.#session.prompt)
  }

  get echo(): boolean {
    return this.#question !== undefined || this.#session.echo
  }

  get pageLength(): number {
    return this.#terminal.page ?? this.#session.pageLength
  }

  get pagerMark(): string {
    return this.#session.pagerMark
  }

  get mode(): string {
    return this.#question === undefined ? this.#session.mode : 'question'
  }

  /** What holds for the line that runs next. */
  expect(effects: LineEffects): void {
    this.#effects = effects
  }

  enter(line: string): Ran {
    if (this.#question !== undefined) return this.#answered(this.#question.line, line)
    const { asks } = this.#effects
    if (asks === undefined) return this.#run(line)
    // What waits for the answer stands on a line of its own; the rest is output.
    const at = asks.lastIndexOf('\n') + 1
    this.#question = { text: asks.slice(at), line }
    return { output: asks.slice(0, at), close: false }
  }

  key(key: 'ctrl-z' | 'ctrl-c'): Ran {
    if (this.#question === undefined) return this.#session.key(key)
    this.#question = undefined
    return { output: '', close: false }
  }

  #answered(line: string, answer: string): Ran {
    const confirmed = /\[confirm\]\s*$/.test(this.#question?.text ?? '') && answer === ''
    this.#question = undefined
    return confirmed || /^y/i.test(answer) ? this.#session.enter(line) : { output: '', close: false }
  }

  #run(line: string): Ran {
    const { reply, cut, prints = '', syslog } = this.#effects
    const ran = reply === undefined ? this.#session.enter(line) : { output: ended(reply), close: false }
    let rows = ran.output.split(/(?<=\n)/)
    if (cut !== undefined) rows = rows.slice(0, cut)
    if (syslog?.in === 'output') rows.splice(Math.ceil(rows.length / 2), 0, `${syslog.text}\n`)
    return { ...ran, output: prints + rows.join('') }
  }
}

/** Output ends with a line end, unless there is none. */
function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
