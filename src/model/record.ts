import type { SaReading } from './facts.ts'
import type { DeviceIdentity } from './identity.ts'
import type { Target, WantedState } from './intent.ts'
import type { ProcessMark } from './lease.ts'
import type { AppliedPlan, CommandName, RunResult, Status } from './outcome.ts'
import type { RevertTimerStep } from './revert-timer.ts'
import type { RunSettings } from './run-settings.ts'

/**
 * One line of a run's journal. `context` names the ASA context that it is about; targets of one have it in their
 * names too. A line that sends something to a device stands on disk before it is sent;
 * whatever happens then, the record says what may have reached the device.
 */
export type JournalEntry =
  | {
      readonly kind: 'run-started'
      readonly command: CommandName
      readonly playbook: string
      readonly playbookPath: string
      /** Given with -i, or named by the playbook. */
      readonly inventoryPath?: string
      readonly change?: string
      readonly planFile?: AppliedPlan
      /** Why the playbook's window was not kept to. */
      readonly ignoreWindow?: string
      readonly wanted: WantedState
      readonly hosts: readonly string[]
      readonly version: string
      /** The run that this one takes back. */
      readonly of?: string
      /** The run that this one finishes. */
      readonly resumes?: string
      /** drift that puts back what has drifted; absent: it only looks. */
      readonly remediates?: true
      /** The schedule of `ikero serve` that it is a run of. */
      readonly schedule?: string
      /** Absent in records of the first version. */
      readonly settings?: RunSettings
      /** Whose process the run is; absent in records of the first version. */
      readonly holder?: ProcessMark
    }
  | {
      readonly kind: 'device-unreachable'
      readonly host: string
      readonly code: string
      readonly message: string
    }
  | {
      /** The right to write to this device was another run's, whose process is gone or silent. */
      readonly kind: 'lease-taken-over'
      readonly host: string
      readonly reason: 'process-ended' | 'no-heartbeat'
      readonly owner: string
      readonly machine: string
      readonly pid: number
      /** The run that held it, when it took it and when it last gave a sign of life. */
      readonly fromRun: string
      readonly takenAt: string
      readonly heartbeat: string
    }
  /** A person took another box than that of `fromRun` for this device: what was changed on the old one is void. */
  | {
      readonly kind: 'identity-seen'
      readonly host: string
      readonly context?: string
      readonly identity: DeviceIdentity
      readonly fromRun: string
    }
  /** A wave of devices that are changed together is begun; `wave` counts from 1. */
  | {
      readonly kind: 'wave-started'
      readonly wave: number
      readonly of: number
      readonly canary: boolean
      readonly hosts: readonly string[]
    }
  /** No further device is begun. */
  | { readonly kind: 'rollout-stopped'; readonly reason: string }
  | PushIntent
  | {
      readonly kind: 'line-sending'
      readonly host: string
      readonly context?: string
      readonly target: string
      readonly line: string
      readonly purpose: LinePurpose
    }
  | {
      readonly kind: 'line-replied'
      readonly host: string
      readonly target: string
      readonly line: string
      readonly reply: 'accepted' | 'refused' | 'link-lost'
      readonly said: string
    }
  | {
      readonly kind: 'read-back'
      readonly host: string
      readonly target: string
      readonly value: string
      readonly asWanted: boolean
    }
  | {
      readonly kind: 'second-login'
      readonly host: string
      readonly context?: string
      readonly ok: boolean
      readonly message?: string
    }
  /** A save is about to be sent. */
  | { readonly kind: 'saving'; readonly host: string; readonly context?: string }
  | {
      readonly kind: 'saved'
      readonly host: string
      readonly context?: string
      readonly ok: boolean
      readonly said: string
    }
  | {
      readonly kind: 'revert-timer'
      readonly host: string
      readonly minutes: number
      readonly step: RevertTimerStep
      /** What is about to be sent: with `setting` and `confirming`. */
      readonly line?: string
    }
  | {
      readonly kind: 'sa-reading'
      readonly host: string
      readonly context?: string
      readonly afterPushMs: number
      readonly reading: SaReading
    }
  | {
      readonly kind: 'outcome'
      readonly host: string
      readonly target: string
      readonly status: Status
      readonly reason?: string
    }
  | {
      readonly kind: 'device-outcome'
      readonly host: string
      readonly status: Status
      readonly error?: string
    }
  | {
      readonly kind: 'run-finished'
      readonly exitCode: number
      readonly interrupted: boolean
      readonly result: RunResult
    }

/** What a line is sent for: to set what is asked, to take it back, to clear an SA. */
export type LinePurpose = 'change' | 'revert' | 'clear'

/** Written before the first line to a device: what is about to be sent, and the SAs at that moment. */
export interface PushIntent {
  readonly kind: 'push-intent'
  readonly host: string
  readonly context?: string
  readonly targets: readonly {
    readonly name: string
    readonly before: string
    readonly lines: readonly string[]
    readonly revert: readonly string[]
    readonly fingerprint: string
    /** The value that the lines give it; this and what follows is absent in records of the first version. */
    readonly wanted?: string
    readonly target?: Target
    /** Peers that its configuration lists. */
    readonly peers?: readonly string[]
    /** The configuration lines before the change that it rests on, secrets hidden. */
    readonly basis?: readonly string[]
  }[]
  /** Who the device was then. */
  readonly identity?: DeviceIdentity
  readonly readingBefore: SaReading
}

/** An entry as it stands on disk; `at` is the host's wall clock, for people. */
export interface JournalLine {
  readonly v: 1
  readonly seq: number
  readonly at: string
  readonly entry: JournalEntry
  /** On disk only, last in its line: checksum over the text before it, so that a flipped bit is seen. */
  readonly sum?: string
}

/** Who a device, or one context of it, was when a run last changed it, or a person last took another box for it. */
export interface KnownIdentity {
  readonly identity: DeviceIdentity
  readonly runId: string
  readonly at: string
}

/** What the run store remembers of the last change of one target: what `verify` compares with. */
export interface ChangeRecord {
  readonly runId: string
  readonly host: string
  readonly target: string
  readonly at: string
  /** The value that the change gave the target. */
  readonly wanted?: string
  readonly readingBefore: SaReading
  /** Readings that the run took after the push, oldest first. */
  readonly readingsSince: readonly { readonly afterPushMs: number; readonly reading: SaReading }[]
  /** The target's last known status, over all runs since. */
  readonly status: Status
  /** It was to put the target back and was cut off, and the run that finished it read that nothing of it is in effect. */
  readonly undone?: true
}
