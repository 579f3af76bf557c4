import type { DevicePlan } from './plan.ts'

/** What a person agrees to before a run is taken back. */
export interface RollbackQuestion {
  /** The run that is taken back. */
  readonly of: string
  /** Devices of which nothing can be taken back now, and why. */
  readonly unreachable: readonly { readonly host: string; readonly why: string }[]
  /** What is to be taken back: each target's present value is `before`, the one that it gets back `wanted`. */
  readonly plans: readonly DevicePlan[]
  /** Spaces that are saved, because the run had saved them. */
  readonly saves: readonly string[]
  /** Targets that are left alone. */
  readonly leftAlone: readonly { readonly host: string; readonly target: string; readonly why: string }[]
}

/** The lines back of one device, or of one context of it, as they are typed in configuration mode. */
export interface ConsoleLines {
  readonly host: string
  readonly context?: string
  readonly targets: readonly { readonly name: string; readonly lines: readonly string[] }[]
  /** The run had saved, or may have: so is this to be saved. */
  readonly save: 'no' | 'maybe' | 'yes'
}
