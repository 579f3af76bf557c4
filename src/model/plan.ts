import { spaceName } from './device-request.ts'
import type { DeviceFacts, Lifetimes, SoftwareFacts } from './facts.ts'
import { blocks, type Finding } from './finding.ts'
import type { ClearLine, ConfigLine, ContextName, DeviceName, Fingerprint, PlatformId } from './ids.ts'
import type { TargetImpact } from './impact.ts'
import { type Target, targetName, type WantedState } from './intent.ts'

/** A configuration line and the prompt that must follow it. */
export interface ConfigStep {
  readonly line: ConfigLine
  /** Matches the sub-mode in the prompt's brackets after this line; absent: the main configuration mode. */
  readonly subMode?: RegExp
  /** True for a line that only opens a sub-mode and changes nothing by itself (the object exists). */
  readonly opens: boolean
}

/** The exact lines for one target and the exact way back. */
export interface TargetChange {
  readonly lines: readonly ConfigStep[]
  readonly revert: readonly ConfigStep[]
}

/** The lines that clear the SA of one peer, so that it calls anew. */
export interface PeerClear {
  /** As the device prints it. */
  readonly peer: string
  readonly lines: readonly ClearLine[]
}

/** The peers of one target that are cleared, one at a time, and how long each may stay away. */
export interface PlannedClears {
  readonly peers: readonly PeerClear[]
  /** `proof.lostAfter`: after it the target is taken back. */
  readonly atMostMs: number
}

/** Which peers a target's tunnels have. */
export interface TargetPeers {
  /** Addresses (or ASA names) that the configuration lists. */
  readonly listed: readonly string[]
  /** True where peers that no configuration lists may belong to it (mGRE, templates). */
  readonly any: boolean
  /**
   * Own addresses at which peers that no configuration lists may call it: those of its tunnels' sources.
   * Absent where one of them is not known; then its SAs may stand at any own address.
   */
  readonly locals?: readonly string[]
}

/** The setting as the device has it: `responder-only`, `answer-only`, `bidirectional`, `originate-only`, `absent`. */
export type TargetValue = 'responder-only' | 'answer-only' | 'bidirectional' | 'originate-only' | 'absent'

/** One target as the checks of its platform see it, before anything is decided. */
export interface TargetState {
  readonly target: Target
  readonly before: TargetValue
  /** The value that the wish means for this kind of target. */
  readonly wanted: TargetValue
  /** Interfaces that use it. */
  readonly usedBy: readonly string[]
  readonly peers: TargetPeers
  /** What SAs of this target live, as far as this device's configuration says. */
  readonly lifetimes?: Lifetimes
  /** Which IKE versions its tunnels may speak; absent where it cannot be told. */
  readonly ikeVersions?: readonly (1 | 2)[]
  readonly findings: readonly Finding[]
  /** The configuration lines that the plan for it rests on; hashed into its fingerprint. */
  readonly basis: readonly string[]
}

/** What a platform's checks say about one device. */
export interface Assessment {
  readonly targets: readonly TargetState[]
  /** Findings without a target: a block here stops the whole device. */
  readonly findings: readonly Finding[]
}

/** What is to be done with one target. */
export type Decision =
  | { readonly kind: 'no-change' }
  | { readonly kind: 'blocked' }
  /** As asked in running and not in startup: there is no line to send, and it is to be saved. */
  | { readonly kind: 'save' }
  /** A standby unit's: it gets what its active mate is given, the host of this name in the same run. */
  | { readonly kind: 'skipped'; readonly reason: string; readonly mate: string }
  /** `clears`: with `proof.renegotiate: initiated`, where there is something to clear. */
  | { readonly kind: 'change'; readonly change: TargetChange; readonly clears?: PlannedClears }

/** One target in the plan of its device. */
export interface TargetPlan {
  readonly name: string
  readonly state: TargetState
  readonly fingerprint: Fingerprint
  readonly decision: Decision
  /** For people only: nothing is decided by it. */
  readonly impact?: TargetImpact
}

/** The device itself takes the change back after so many minutes, unless it is confirmed. */
export interface PlannedRevertTimer {
  readonly minutes: number
}

/** What one run would do on one device. */
export interface DevicePlan {
  readonly host: DeviceName
  readonly platform: PlatformId
  readonly wanted: WantedState
  readonly software: SoftwareFacts
  /** All that was read, for ikero's own steps; not part of what the library promises. */
  readonly facts: DeviceFacts
  /** Fingerprint of the host key that it was read behind; absent where the session had none. */
  readonly hostKey?: string
  readonly targets: readonly TargetPlan[]
  /** All findings of the device, those of its targets included. */
  readonly findings: readonly Finding[]
  /** Absent: its lines are sent without one. */
  readonly revertTimer?: PlannedRevertTimer
}

export function changesOf(plan: DevicePlan): readonly (TargetPlan & { decision: { kind: 'change' } })[] {
  return plan.targets.flatMap((target) =>
    target.decision.kind === 'change' ? [{ ...target, decision: target.decision }] : [],
  )
}

/** The targets of which only startup has not what is asked. */
export function savesOf(plan: DevicePlan): readonly TargetPlan[] {
  return plan.targets.filter((target) => target.decision.kind === 'save')
}

/** A change or a save: there is something to do. */
export function isToWrite(plan: DevicePlan): boolean {
  return plan.targets.some(({ decision }) => decision.kind === 'change' || decision.kind === 'save')
}

/** Every clear that is planned for a device, in the order in which they are sent. */
export function clearsOf(
  plan: DevicePlan,
): readonly (PeerClear & { readonly target: string; readonly atMostMs: number })[] {
  return changesOf(plan).flatMap(({ name, decision }) => {
    const { clears } = decision
    return (clears?.peers ?? []).map((one) => ({ ...one, target: name, atMostMs: clears?.atMostMs ?? 0 }))
  })
}

/** The ASA context that a plan is for, as records and events carry it; nothing where the login leads to it. */
export function contextOfPlan({ facts }: DevicePlan): { readonly context?: ContextName } {
  return facts.context === undefined ? {} : { context: facts.context }
}

/** `fw1`, `fw1/customer-a`: what a plan is for, in messages. */
export function spaceOfPlan({ host, facts }: DevicePlan): string {
  return spaceName(host, facts.context)
}

/** The same in a sentence about where to log in. */
export function spaceInWords({ host, facts }: DevicePlan): string {
  return facts.context === undefined ? host : `the context ${facts.context} of ${host}`
}

/** Blocked as a whole, or with at least one blocked target (`onBlocked: device` refuses all of it then). */
export function isBlocked(plan: DevicePlan): boolean {
  return plan.findings.some(blocks)
}

export { targetName }
