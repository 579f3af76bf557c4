import { printable } from '../kernel/printable.ts'
import type { HostPattern } from './playbook.ts'

/** So many, or a share in percent of something that the user of it names. */
export type Amount =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number }

/** The devices that go first. */
export type Canary =
  /** So many, those with the fewest peers; 0: none. */
  | { readonly kind: 'fewest-peers'; readonly count: number }
  | {
      readonly kind: 'named'
      /** Names of the devices that its patterns matched; empty until they have been looked up in an inventory. */
      readonly hosts: readonly string[]
      /** As written, for whoever looks them up. */
      readonly patterns: readonly HostPattern[]
    }

/** How a change goes over many devices: all of `rollout` of a playbook, defaults filled in. */
export interface RolloutSettings {
  /** How many devices are worked on at once. */
  readonly concurrency: number
  readonly canary: Canary
  /** What every canary must be before the others are begun. */
  readonly canaryNeeds: 'alive' | 'verified'
  /** Devices a wave; a share is of the devices that are to be changed. */
  readonly wave: Amount
  /** How much may go wrong: the rollout stops when so many are reached. */
  readonly stopAfter: {
    /** Failed, rolled back or unknown; a share is of the devices that are to be changed. */
    readonly failed: Amount
    /** Without a session; a share is of all devices of the run. */
    readonly unreachable: Amount
    /** Refusals of one credential in a row, over all devices. */
    readonly authentication: number
  }
  /** Labels of the inventory: devices with the same value of one of them are never in the same wave. */
  readonly apart: readonly string[]
}

/** Refusals of one credential in a row, where a playbook says nothing: accounts are often locked at the third. */
export const defaultRefusals = 2

/** One wave without a canary, and no budget that stops it. */
export function allAtOnce(concurrency: number): RolloutSettings {
  const any: Amount = { kind: 'count', count: Number.MAX_SAFE_INTEGER }
  return {
    concurrency,
    canary: { kind: 'fewest-peers', count: 0 },
    canaryNeeds: 'alive',
    wave: { kind: 'percent', percent: 100 },
    stopAfter: { failed: any, unreachable: any, authentication: Number.MAX_SAFE_INTEGER },
    apart: [],
  }
}

/** When changes may begin, by the clock of a place: `22:00` to `04:00` goes over midnight. */
export interface ChangeWindow {
  readonly from: string
  readonly to: string
  /** A name of the IANA time zone database. */
  readonly timezone: string
}

/** Whether a text may be the reason for not keeping to a window: records and reports have it as one line. */
export function isWindowReason(text: string): boolean {
  return /\S/.test(text) && printable(text) === text && text.length <= 500
}

/** Where a window stands at a moment; moments are milliseconds since 1970. */
export type WindowState =
  | { readonly open: true; readonly endsAtMs: number }
  | { readonly open: false; readonly opensAtMs: number }

/** One wave as it was planned; the canary comes first. */
export interface WaveReport {
  readonly canary: boolean
  readonly hosts: readonly string[]
  /** False: the rollout ended before it. */
  readonly begun: boolean
}

/** Why a rollout ended before its last device, what ran and how to go on. */
export interface RolloutStop {
  readonly reason: string
  /** Devices to which lines were sent. */
  readonly changed: number
  /** Devices that were to be changed and were not begun. */
  readonly notBegun: number
  /** Members of one label value of `apart` of which only some were changed: `ha-pair tyo: hub1 is changed, hub2 is not`. */
  readonly split: readonly string[]
  readonly next: string
}

/** What a rollout came to. */
export interface RolloutReport {
  readonly waves: readonly WaveReport[]
  readonly stopped?: RolloutStop
}
