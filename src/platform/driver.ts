import type { Grammar } from '../grammar/types.ts'
import type { Result } from '../kernel/result.ts'
import type { Capture } from '../model/capture.ts'
import type { DeviceFacts, IkeSa, LoggedChange, SaReading, SoftwareFacts } from '../model/facts.ts'
import type { Finding } from '../model/finding.ts'
import type { ClearLine, ContextName, PlatformId, ReadOnlyLine } from '../model/ids.ts'
import type { DeviceIntent, Target } from '../model/intent.ts'
import type { ParseAnswer } from '../model/parsed.ts'
import type { Assessment, ConfigStep, TargetChange, TargetValue } from '../model/plan.ts'
import type { RevertTimerFacts, RevertTimerState } from '../model/revert-timer.ts'
import type { ConfigDifference, StartupState } from '../model/startup.ts'

/** A read-only line and what its output is for. */
export interface Probe {
  readonly line: ReadOnlyLine
  readonly feeds: 'software' | 'configuration' | 'sas' | 'endpoints' | 'privilege'
  /** A device may refuse it (older release): then its facts are absent, and nothing is wrong. */
  readonly optional: boolean
}

/** Output that is not what the line prints, or that was cut off: nothing is concluded from it. */
export interface ParseFault {
  readonly line: string
  readonly message: string
  /** The first lines of what was read. */
  readonly excerpt: string
}

/** A show command that this platform can read on its own, for `ikero parse`. */
export interface CommandParser {
  /** The command as it is usually written. */
  readonly command: string
  /** Matches the command, abbreviations that people use included. */
  readonly pattern: RegExp
  parse(text: string, options: { readonly localAddresses: readonly string[] }): ParseAnswer
}

/** Running against startup: what nobody has saved, and whether a save took. */
export interface StartupReader {
  /** What shows startup, or its differences; the next is asked where a device refuses the one before. */
  readonly lines: readonly [ReadOnlyLine, ...ReadOnlyLine[]]
  /** From the captures of a survey and of one of {@link lines}. */
  compare(captures: readonly Capture[]): StartupState
  /** Whether a difference is the setting of this target. */
  isSetting(difference: ConfigDifference, target: Target): boolean
  /**
   * Whether startup gives the target this value, which running has been read to have; undefined where the
   * capture of one of {@link lines} does not tell.
   */
  holds(capture: Capture, target: Target, value: TargetValue): boolean | undefined
}

/** The log that a device keeps of the lines that its configuration was changed with. */
export interface ChangeLogReader {
  readonly line: ReadOnlyLine
  /** Whether the configuration turns it on, by the captures of a survey. */
  kept(captures: readonly Capture[]): boolean
  /** Who gave a target the value that it has now; undefined where the log does not tell. */
  madeIt(capture: Capture, target: Target, value: TargetValue): LoggedChange | undefined
}

/** The timer with which a device takes a change back by itself, as it is read; its lines are in the grammar. */
export interface RevertTimerReader {
  /** Tells whether one is pending. */
  readonly line: ReadOnlyLine
  state(capture: Capture | undefined): RevertTimerState
  /** Whether anybody can have set one, by the captures of a survey. */
  offered(captures: readonly Capture[], software: SoftwareFacts): boolean
  /** From the captures of a survey and of {@link line}. */
  facts(captures: readonly Capture[], software: SoftwareFacts): RevertTimerFacts
}

/** What ikero knows of a platform, as pure functions of text. */
export interface Reader {
  readonly platform: PlatformId
  readonly grammar: Grammar
  /** `show version`: asked first, and judged before anything else is asked. */
  readonly identify: ReadOnlyLine
  software(text: string): SoftwareFacts
  /** Refusals that no further reading can lift: another platform, FTD, a release without the feature. */
  gate(software: SoftwareFacts): readonly Finding[]
  /** What else the survey asks, in this order. */
  probes(software: SoftwareFacts): readonly Probe[]
  /** The part of them that a proof poll asks again. */
  saProbes(software: SoftwareFacts): readonly Probe[]
  /** Whether the session sees and may do all, by its prompt and by the captures of a survey. */
  privileged(captures: readonly Capture[], session: Pick<SessionFacts, 'privileged'>): boolean
  facts(captures: readonly Capture[], session: SessionFacts): Result<DeviceFacts, ParseFault>
  /**
   * `ownAddresses` tells which end of an SA is this device; where none of them stands in a row,
   * `configuredPeers` (the peers that the configuration names) tell which end is the other one.
   */
  reading(
    captures: readonly Capture[],
    ownAddresses: readonly string[],
    configuredPeers?: readonly string[],
  ): Result<SaReading, ParseFault>
  precheck(facts: DeviceFacts, intent: DeviceIntent): Assessment
  /** The line that reads one target's setting back, and what it says. */
  readBack(target: Target): ReadOnlyLine
  valueIn(capture: Capture, target: Target): Result<TargetValue, ParseFault>
  readonly startup: StartupReader
  /** Absent on platforms without a revert timer. */
  readonly revertTimer?: RevertTimerReader
  /** Absent on platforms that keep none. */
  readonly changeLog?: ChangeLogReader
  readonly parsers: readonly CommandParser[]
}

/** What the session learned at login. */
export interface SessionFacts {
  readonly hostname: string
  readonly privileged: boolean
  /** The ASA context that the session works in; absent: where the login led. */
  readonly context?: ContextName
  /** Own tunnel addresses that the inventory states, besides those that the device shows. */
  readonly endpoints?: readonly string[]
}

export interface Writer extends Reader {
  readonly access: 'read-write'
  /** The lines that give one target the value, and those that give it its present value back. */
  change(facts: DeviceFacts, target: Target, wanted: TargetValue): TargetChange
  /** Every line that {@link change} may write for a target, to set it and to take it back, whatever a device has. */
  settings(target: Target): readonly ConfigStep[]
  /**
   * Lines that an earlier run put on record, as steps that may be sent: only where they are exactly those that
   * this platform writes to give the target the value. Undefined for everything else.
   */
  recorded(target: Target, value: TargetValue, lines: readonly string[]): readonly ConfigStep[] | undefined
  /**
   * The lines that take one peer's IKE SA and its IPsec SAs away, in the order in which they are sent; or why
   * there are none: a syntax that no source verifies is not tried.
   */
  clears(
    facts: Pick<DeviceFacts, 'software'>,
    sa: Pick<IkeSa, 'peer' | 'version'>,
  ): Result<readonly ClearLine[], string>
}

/** `decide` cannot ask a read-only driver for a change: the compiler says so. */
export type Driver = Writer | (Reader & { readonly access: 'read-only' })
