import { spaceName } from '../model/device-request.ts'
import type { DeviceFacts } from '../model/facts.ts'
import type { PeerDeclaration, WantedState } from '../model/intent.ts'
import type { TargetState } from '../model/plan.ts'

/** Labels of an inventory host: `ha-pair: tyo`. */
export type Labels = Readonly<Record<string, string>>

/**
 * An inventory host that was read in this run, whether the playbook names it or not; each context of an ASA is
 * one of its own, and its facts say which.
 */
export interface ReadDevice {
  readonly host: string
  readonly facts: DeviceFacts
  readonly labels?: Labels
  /** Own tunnel addresses that the inventory states, besides those that the facts hold. */
  readonly endpoints?: readonly string[]
}

/** Tells the spaces of all devices apart, in messages too: `fw1`, `fw1/customer-a`. */
export function spaceOf({ host, facts }: Pick<ReadDevice, 'host' | 'facts'>): string {
  return spaceName(host, facts.context)
}

/** A device of the playbook, with what its platform's checks made of its targets. */
export interface TopologyDevice extends ReadDevice {
  readonly wanted: WantedState
  readonly targets: readonly TargetState[]
}

/** An inventory host that gives no evidence: it could not be read, or nobody knows its addresses. */
export interface UnreadHost {
  readonly host: string
  /** Empty: its tunnel addresses are not known, so it was not contacted. */
  readonly endpoints: readonly string[]
}

/** An inventory host, for what labels say of it. */
export interface InventoryMember {
  readonly host: string
  readonly labels?: Labels
  readonly inPlaybook: boolean
}

/** Everything that the rules over several devices are judged from. */
export interface TopologyInput {
  readonly devices: readonly TopologyDevice[]
  /** Inventory hosts that were read because they may be peers. */
  readonly read: readonly ReadDevice[]
  readonly unread: readonly UnreadHost[]
  readonly inventoryHosts: readonly InventoryMember[]
  readonly declared: readonly PeerDeclaration[]
  /** ISO time at which the run store last saw that peer of that target start; undefined: never. */
  readonly seenAsInitiator: (host: string, target: string, peer: string) => string | undefined
}
