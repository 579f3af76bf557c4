import type { IpsecProfile, TunnelGroup, TunnelInterface } from '../../model/facts.ts'
import { firstOf } from '../text.ts'
import { blocksOf, type ConfigBlock } from './blocks.ts'
import { type CryptoMaps, readCryptoMaps } from './crypto-map.ts'
import { type LifetimeSettings, lifetimeSettings } from './lifetimes.ts'
import { type RelatedIndex, relatedIndex } from './related.ts'
import { addressesOf, readProfiles, readTunnels } from './vti.ts'

/** What ikero reads in a running configuration; names stand as printed. */
export interface AsaConfig {
  /** The last line is `: end`. */
  readonly complete: boolean
  readonly hostname?: string
  /** Behind `ASA Version` or `PIX Version` in the heading. */
  readonly version?: string
  readonly blocks: readonly ConfigBlock[]
  readonly cryptoMaps: CryptoMaps
  readonly profiles: readonly IpsecProfile[]
  readonly profilesUsedButNotDefined: readonly string[]
  readonly tunnels: readonly TunnelInterface[]
  readonly tunnelGroups: readonly TunnelGroup[]
  readonly lifetimes: LifetimeSettings
  readonly index: RelatedIndex
  /** Addresses of interfaces, the active unit's; a name of `names` may stand for one. */
  readonly ownAddresses: readonly string[]
}

/** `tunnel-group NAME type T`; a name with blanks stands in quotes. */
function readTunnelGroup({ head }: ConfigBlock): TunnelGroup[] {
  const match = /^tunnel-group (?:"(?<quoted>[^"]+)"|(?<plain>\S+)) type (?<type>\S+)/.exec(head)
  const name = match?.groups?.quoted ?? match?.groups?.plain
  const type = match?.groups?.type
  return name === undefined || type === undefined ? [] : [{ name, type }]
}

/** Reads `show running-config`, from the lines that a device or a file printed. */
export function readConfig(lines: readonly string[]): AsaConfig {
  const blocks = blocksOf(lines)
  const heads = blocks.map(({ head }) => head)
  const lifetimes = lifetimeSettings(blocks)
  const cryptoMaps = readCryptoMaps(heads)
  const index = relatedIndex(blocks, cryptoMaps)
  const tunnels = readTunnels(blocks)
  const profiles = readProfiles(blocks, tunnels, lifetimes, index.lifetimes)
  const defined = new Set(profiles.map(({ name }) => name))
  const hostname = firstOf(heads, /^hostname (\S+)/)
  const version = firstOf(heads, /^(?:ASA|PIX) Version (\S+)/)
  return {
    complete: lines.findLast((line) => line.trim() !== '')?.trim() === ': end',
    blocks,
    cryptoMaps,
    profiles,
    profilesUsedButNotDefined: [...new Set(tunnels.map(({ profile }) => profile))].filter(
      (name) => !defined.has(name),
    ),
    tunnels,
    tunnelGroups: blocks.flatMap(readTunnelGroup),
    lifetimes,
    index,
    ownAddresses: blocks.flatMap(addressesOf),
    ...(hostname === undefined ? {} : { hostname }),
    ...(version === undefined ? {} : { version }),
  }
}
