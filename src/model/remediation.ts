import type { Amount } from './rollout.ts'

// What holds unattended remediation back. Everything here is a reason to do less.

/** Days on which nothing is remediated, both included, by the calendar of a place. */
export interface FreezePeriod {
  /** `2026-12-20` */
  readonly from: string
  /** The last day: `2027-01-05` */
  readonly until: string
  /** A name of the IANA time zone database. */
  readonly timezone: string
  readonly reason: string
}

/** All of `drift` of a playbook, defaults filled in. */
export interface RemediationRules {
  /** More drifted devices than that, and none is touched: a share is of the devices of the run. */
  readonly maxDevices: Amount
  /** A device that was remediated so often within so long and drifted again is left to a person. */
  readonly breaker: { readonly times: number; readonly withinMs: number }
  readonly freeze: readonly FreezePeriod[]
}

/** The longest `breaker.withinMs`: records of remediation are kept for so long, whatever the retention. */
export const longestBreakerMs: number = 90 * 24 * 3_600_000

/** Three devices; three times within a week; no freeze. */
export const defaultRemediation: RemediationRules = {
  maxDevices: { kind: 'count', count: 3 },
  breaker: { times: 3, withinMs: 7 * 24 * 3_600_000 },
  freeze: [],
}

/**
 * Why a device that drifted was not touched. `devices`: more drifted than `maxDevices`. `window`, `freeze`: not now.
 * `breaker`: remediated too often already. `budget`: too many devices cannot be reached. `otherwise`: something else is
 * wrong with it. `declined`: nobody said yes. `interrupted`: the run was ended before it. `stopped`: what became of
 * devices before it ended the rollout.
 */
export type HoldReason =
  | 'devices'
  | 'window'
  | 'freeze'
  | 'breaker'
  | 'budget'
  | 'otherwise'
  | 'declined'
  | 'interrupted'
  | 'stopped'

/** A device that was not touched, in words for people. Texts may come from devices. */
export interface HeldDevice {
  readonly host: string
  readonly why: HoldReason
  readonly reason: string
  readonly next: string
}

/** What remediation did with the devices that needed it: each of `due` is in exactly one of the other two. */
export interface RemediationReport {
  /** Devices that drifted or are unsaved. */
  readonly due: readonly string[]
  /** Those that the change began with: statuses say what became of them. */
  readonly begun: readonly string[]
  readonly held: readonly HeldDevice[]
}
