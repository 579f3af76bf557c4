/** The modes that ikero tells apart. `sub` is any mode below the main configuration mode. */
export type ModeId = 'user' | 'privileged' | 'config' | 'sub'

/** How a mode's prompt looks. `pattern` matches the last line of the output, whole. */
export interface Mode {
  readonly id: ModeId
  /** Named groups: `host` (may be cut by the device), `sub` (text in the brackets of a sub-mode). */
  readonly pattern: RegExp
  /** True for modes in which a line may change the device; a read-only grammar has none of them. */
  readonly writes: boolean
}

/** One way from a mode to another: the line to send and the prompt that must follow. */
export interface Transition {
  readonly from: ModeId
  readonly to: ModeId
  readonly line: string
  /** The prompt that follows is answered with the enable secret. */
  readonly secret?: 'enable'
}

/** A question that a device may ask, and the answer that does no harm. */
export interface Question {
  /** Matches the last, unfinished line of the output. */
  readonly pattern: RegExp
  /** Sent as it stands, without a line end unless it is written here. */
  readonly answer: string
  /** `go-on` for questions that are part of a line's normal course; `abort` ends the session with a fault. */
  readonly after: 'go-on' | 'abort'
  readonly meaning: string
}

/** How a session goes into one of several configurations of a device (ASA security contexts) and back. */
export interface ContextWays {
  /** The line that enters the context of this name. */
  enter(name: string): string
  /** The line that leaves it again, sent before the logout. */
  readonly home: string
  /**
   * Whether the host part of a prompt says that the session stands in the context of this name. `home` is that
   * of the login, which tells a context from other words that a prompt may show.
   */
  shows(host: string, home: string, name: string): boolean
}

/** How a change is begun that the device takes back by itself, unless it is confirmed in time. */
export interface RevertTimerWays {
  /** The line into configuration mode, with the timer in whole minutes. */
  enter(minutes: number): string
  /** A line of its reply that says that the timer runs. */
  readonly armed: RegExp
  /** Lines of its reply that refuse it, besides the platform's refusals. */
  readonly refusals: readonly RegExp[]
  /** The line that keeps the change. */
  readonly confirm: string
}

/**
 * A platform's command line as data: prompts, ways between modes, pager, refusals. Sessions work from it;
 * the simulated devices do not, so that a mistake here meets something that does not share it. Texts that
 * no source verifies are matched loosely.
 */
export interface Grammar {
  readonly modes: readonly Mode[]
  readonly transitions: readonly Transition[]
  /** The operator may choose any text for the prompt outside configuration mode (IOS, `prompt`). */
  readonly chosenPrompts?: boolean
  readonly pager: {
    /** Matches the mark at the end of the output. */
    readonly mark: RegExp
    /** Sent to go on. */
    readonly more: string
    /** Lines that turn it off for this session only, without changing configuration. */
    readonly off: readonly string[]
  }
  /** The prompt of a Unix shell, where no device of the platform ever stands: it gets no line. */
  readonly unixShell: RegExp
  /** The device asks for the enable secret: the last, unfinished line. */
  readonly secretPrompt: RegExp
  /** Whole lines by which the device refuses what was sent. */
  readonly refusals: readonly RegExp[]
  /** Whole lines that are not output: syslog on the vty. */
  readonly noise: readonly RegExp[]
  /** Lines that mean that configuration mode is held by somebody else. */
  readonly locked: readonly RegExp[]
  readonly questions: readonly Question[]
  /** True where typed-ahead read-only lines are answered in order once the pager is off. */
  readonly pipelining: boolean
  readonly save: {
    readonly line: string
    readonly success: RegExp
    /** The line answers this when another save runs: ask again after a pause. */
    readonly busy: RegExp
  }
  /** Leaves the session. */
  readonly logout: string
  /** Absent on platforms without contexts. */
  readonly context?: ContextWays
  /** Absent on platforms without a revert timer. */
  readonly revertTimer?: RevertTimerWays
}

/** A prompt that was recognised. */
export interface Prompt {
  readonly mode: ModeId
  readonly hostname: string
  /** What stands in the brackets: `config`, `ipsec-profile`; absent outside configuration mode. */
  readonly sub?: string
  readonly text: string
}

/** None, one and many are different answers: with many, nothing may be typed. */
export type PromptReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly prompt: Prompt }
  | { readonly kind: 'many'; readonly prompts: readonly Prompt[] }
