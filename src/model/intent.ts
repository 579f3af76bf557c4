import { isAddress, networkContains, sameAddress, specificity } from './address.ts'
import {
  type ContextName,
  type DeviceName,
  isSequence,
  type MapName,
  type PlatformId,
  type ProfileName,
  parseContextName,
  parseMapName,
  parseProfileName,
} from './ids.ts'
import type { RevertTimerWish } from './revert-timer.ts'

/** The wish of a playbook. */
export type WantedState = 'responder-only' | 'bidirectional'

/** One thing to set on one device, by name. */
export type Target =
  | { readonly kind: 'ipsec-profile'; readonly profile: ProfileName }
  /** `context`: ASA in multiple context mode. */
  | {
      readonly kind: 'crypto-map-entry'
      readonly map: MapName
      readonly seq: number
      readonly context?: ContextName
    }

/** What a playbook asks for; the last two kinds are expanded on the device's own configuration. */
export type TargetIntent =
  | Target
  | { readonly kind: 'profiles-in-use'; readonly except: readonly ProfileName[] }
  | {
      readonly kind: 'static-entries'
      readonly map: MapName
      readonly except: readonly number[]
      readonly context?: ContextName
    }
  /** A crypto map named under `routers`: there is no such setting on IOS, and the plan says so. */
  | { readonly kind: 'ios-crypto-map'; readonly map: MapName }

/** The ASA context that a target stands in; absent: where the login leads. */
export function contextOf(target: TargetIntent): ContextName | undefined {
  return target.kind === 'crypto-map-entry' || target.kind === 'static-entries' ? target.context : undefined
}

/** One intent for each session that a device needs: where the login leads, and each context that it has. */
export interface IntentByContext {
  readonly here: DeviceIntent
  readonly contexts: readonly { readonly context: ContextName; readonly intent: DeviceIntent }[]
}

/**
 * Splits what is asked of a device. `entered` says whether a context can be entered; targets of the others
 * stay with `here`, where the checks refuse them by name.
 */
export function splitByContext(
  intent: DeviceIntent,
  entered: (context: ContextName) => boolean,
): IntentByContext {
  const names = [...new Set(intent.targets.flatMap((target) => contextOf(target) ?? []))].filter(entered)
  const ofContext = (name: ContextName | undefined): DeviceIntent => ({
    ...intent,
    targets: intent.targets.filter((target) => {
      const own = contextOf(target)
      return name === undefined ? own === undefined || !names.includes(own) : own === name
    }),
  })
  return {
    here: ofContext(undefined),
    contexts: names.map((context) => ({ context, intent: ofContext(context) })),
  }
}

/** `VPN`, `outside_map/10`, `customer-a:outside_map/10`: the name in every output, unique on one device. */
export function targetName(target: Target): string {
  if (target.kind === 'ipsec-profile') return target.profile
  return entryName(target, target.context)
}

/** How {@link targetName} calls a crypto map entry of one space of a device. */
export function entryName(
  { map, seq }: { readonly map: string; readonly seq: number },
  context: string | undefined,
): string {
  return context === undefined ? `${map}/${seq}` : `${context}:${map}/${seq}`
}

/** Whether a text may be what {@link targetName} gives for some target. */
export function isTargetName(text: string): boolean {
  if (parseProfileName(text) !== undefined) return true
  // Longer than any one name may be: a map's name with its context and number.
  const [, context, map = '', seq] = /^(?:([^:/]+):)?(.+)\/([1-9]\d{0,4})$/.exec(text) ?? []
  const inContext = context === undefined || parseContextName(context) !== undefined
  return inContext && parseMapName(map) !== undefined && isSequence(Number(seq))
}

/** What the inventory says of a remote end that ikero does not log in to. */
export interface PeerDeclaration {
  /** Address, network, or `HOST/TARGET`. */
  readonly key: string
  readonly type: PeerType
  readonly version?: string
  readonly by?: string
  /** Absent: unknown. */
  readonly initiates?: Initiates
  readonly lifetimes?: { readonly ikeSeconds?: number; readonly ipsecSeconds?: number }
}

/** Whether a remote end starts by itself: always (keepalive, routing), when it has traffic, or never. */
export const initiatesWords = ['always', 'on-traffic', 'never', 'unknown'] as const
export type Initiates = (typeof initiatesWords)[number]

/** Kinds of remote ends; only ASA, VPN 3000 and PIX 7.0+ know the exchange that an answer-only entry waits for. */
export const peerTypes = [
  'asa',
  'vpn3000',
  'pix',
  'ios',
  'aws',
  'azure',
  'gcp',
  'checkpoint',
  'paloalto',
  'fortinet',
  'other',
  'unknown',
] as const
/** What the machine at the other end is, as an inventory declares it. */
export type PeerType = (typeof peerTypes)[number]

/** Everything that one run asks of one device. */
export interface DeviceIntent {
  readonly host: DeviceName
  readonly platform: PlatformId
  readonly state: WantedState
  readonly targets: readonly TargetIntent[]
  /** Declared remote ends of the whole inventory. */
  readonly peers: readonly PeerDeclaration[]
  /** Own tunnel addresses that the inventory states, besides those learned from the device. */
  readonly endpoints: readonly string[]
  /** Absent: off. */
  readonly revertTimer?: RevertTimerWish
}

/** The declaration for one peer of one target: `HOST/TARGET`, then the address, then the narrowest network. */
export function declarationFor(
  peers: readonly PeerDeclaration[],
  host: string,
  target: string,
  address: string,
): PeerDeclaration | undefined {
  const named = peers.find((peer) => peer.key === `${host}/${target}`)
  if (named !== undefined) return named
  const exact = peers.find((peer) => sameAddress(peer.key, address))
  if (exact !== undefined || !isAddress(address)) return exact
  return peers
    .filter((peer) => peer.key.includes('/') && networkContains(peer.key, address))
    .sort((a, b) => specificity(b.key) - specificity(a.key))[0]
}
