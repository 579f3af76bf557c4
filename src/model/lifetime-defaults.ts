import type { Lifetimes, OsFamily } from './facts.ts'
import type { PeerType } from './intent.ts'

const ios: Required<Lifetimes> = { ikeSeconds: 86_400, ipsecSeconds: 3_600, ipsecKilobytes: 4_608_000 }
const asa: Required<Lifetimes> = { ikeSeconds: 86_400, ipsecSeconds: 28_800, ipsecKilobytes: 4_608_000 }

/**
 * How long SAs live where nothing is configured. IOS: 3600 s and 4,608,000 KB, as `show crypto ipsec profile`
 * prints them, IKE 86,400 s. ASA and PIX 7: 28,800 s and 4,608,000 KB (ASA 5500 configuration guide,
 * "Changing IPsec SA Lifetimes"), IKE 86,400 s. AWS: 28,800 s and 3600 s, no volume (EC2 API,
 * VpnTunnelOptionsSpecification). Of other peers none was found in writing: nothing is assumed.
 */
const byType: Readonly<Partial<Record<PeerType, Lifetimes>>> = {
  ios,
  asa,
  pix: asa,
  aws: { ikeSeconds: 28_800, ipsecSeconds: 3_600 },
}

const byOs: Readonly<Partial<Record<OsFamily, Lifetimes>>> = { ios, 'ios-xe': ios, asa, pix: asa }

/** The defaults of a declared kind of peer; empty where none is known. */
export function defaultsOfType(type: PeerType): Lifetimes {
  return byType[type] ?? {}
}

/** The defaults of a device that was read; empty where none is known. */
export function defaultsOfOs(os: OsFamily): Lifetimes {
  return byOs[os] ?? {}
}
