import type { DevicePlan } from './plan.ts'

/** One target of a run that was cut off: what was and what was not applied, and what is due. */
export interface ResumeTarget {
  readonly name: string
  readonly before: string
  readonly wanted: string
  /** As it reads now. */
  readonly value: string
  readonly step: 'settle' | 'timer' | 'take-back' | 'push' | 'leave'
  readonly why: string
  /** What is sent at once. */
  readonly lines: readonly string[]
}

/** What a resume has found and would do, for the person who is asked. */
export interface ResumeView {
  readonly spaces: readonly {
    readonly host: string
    readonly context?: string
    readonly targets: readonly ResumeTarget[]
  }[]
  /** Devices that the run never began. */
  readonly plans: readonly DevicePlan[]
  /** False: nothing is written, whatever is answered, and nothing is asked. */
  readonly asks: boolean
}
