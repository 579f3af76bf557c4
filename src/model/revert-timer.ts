/** What a playbook asks of the revert timer: `auto` sets it only where management goes through a tunnel. */
export type RevertTimerWish = 'auto' | { readonly minutes: number }

/** Whole minutes that a playbook may ask for; IOS takes 1 to 120. */
export const revertTimerMinutes = { least: 2, most: 120 } as const

/** Whether a change of somebody's waits on a device to be confirmed; `not-told` is not `none`. */
export type RevertTimerState =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'pending'
      readonly minutes?: number
      readonly user?: string
      /** The device's own lines. */
      readonly evidence: string
    }
  | { readonly kind: 'not-told'; readonly reason: string }

/** What a device tells of its own way back in time. */
export interface RevertTimerFacts {
  /** Why it cannot be set here; absent: it can. */
  readonly unavailable?: string
  readonly state: RevertTimerState
}

/**
 * Where a revert timer stands. `setting` and `confirming` are on record before their line is sent, the others
 * when the device has told it; `fired`: the device took the change back by itself.
 */
export const revertTimerSteps = ['setting', 'set', 'confirming', 'confirmed', 'pending', 'fired'] as const
export type RevertTimerStep = (typeof revertTimerSteps)[number]
