import type { IpsecProfile, TunnelGroup, TunnelInterface } from '../../model/facts.ts'
import { firstOf } from '../text.ts'
import { type CryptoMaps, readCryptoMaps } from './crypto-map.ts'

/** A line at the left margin and the indented lines below it. */
export interface ConfigBlock {
  readonly head: string
  readonly children: readonly string[]
}

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
  /** Addresses of interfaces, the active unit's; a name of `names` may stand for one. */
  readonly ownAddresses: readonly string[]
}

function blocksOf(lines: readonly string[]): readonly ConfigBlock[] {
  const blocks: { head: string; children: string[] }[] = []
  for (const line of lines) {
    if (line === '' || line.startsWith('!')) continue
    if (/^\s/.test(line)) blocks.at(-1)?.children.push(line.trim())
    else blocks.push({ head: line, children: [] })
  }
  return blocks
}

function readTunnel({ head, children }: ConfigBlock): TunnelInterface | undefined {
  const name = /^interface (\S+)/.exec(head)?.[1]
  const protection = children.find((line) => line.startsWith('tunnel protection ipsec profile '))
  const profile = protection?.split(/\s+/)[4]
  if (name === undefined || protection === undefined || profile === undefined) return undefined
  const destination = firstOf(children, /^tunnel destination (\S+)/)
  const source = firstOf(children, /^tunnel source (?:interface )?(\S+)/)
  return {
    name,
    profile,
    anyPeer: destination === undefined,
    shared: false,
    evidence: `${head}\n ${protection}`,
    ...(destination === undefined ? {} : { destination }),
    ...(source === undefined ? {} : { source }),
  }
}

function readProfile({ head, children }: ConfigBlock, tunnels: readonly TunnelInterface[]): IpsecProfile[] {
  const name = /^crypto ipsec profile (\S+)/.exec(head)?.[1]
  if (name === undefined) return []
  return [
    {
      name,
      responderOnly: children.includes('responder-only'),
      usedBy: tunnels.filter((tunnel) => tunnel.profile === name).map((tunnel) => tunnel.name),
    },
  ]
}

/** `tunnel-group NAME type T`; a name with blanks stands in quotes. */
function readTunnelGroup({ head }: ConfigBlock): TunnelGroup[] {
  const match = /^tunnel-group (?:"(?<quoted>[^"]+)"|(?<plain>\S+)) type (?<type>\S+)/.exec(head)
  const name = match?.groups?.quoted ?? match?.groups?.plain
  const type = match?.groups?.type
  return name === undefined || type === undefined ? [] : [{ name, type }]
}

function readAddresses({ head, children }: ConfigBlock): readonly string[] {
  if (!head.startsWith('interface ')) return []
  return children.flatMap((line) => {
    const four = /^ip address (\S+) \d/.exec(line)?.[1]
    const six = /^ipv6 address ([0-9a-fA-F:]+)\/\d+/.exec(line)?.[1]
    return [four, six].filter((found) => found !== undefined)
  })
}

/** Reads `show running-config`, from the lines that a device or a file printed. */
export function readConfig(lines: readonly string[]): AsaConfig {
  const blocks = blocksOf(lines)
  const heads = blocks.map(({ head }) => head)
  const tunnels = blocks.map(readTunnel).filter((tunnel) => tunnel !== undefined)
  const profiles = blocks.flatMap((block) => readProfile(block, tunnels))
  const defined = new Set(profiles.map(({ name }) => name))
  const hostname = firstOf(heads, /^hostname (\S+)/)
  const version = firstOf(heads, /^(?:ASA|PIX) Version (\S+)/)
  return {
    complete: lines.findLast((line) => line.trim() !== '')?.trim() === ': end',
    blocks,
    cryptoMaps: readCryptoMaps(heads),
    profiles,
    profilesUsedButNotDefined: [...new Set(tunnels.map(({ profile }) => profile))].filter(
      (name) => !defined.has(name),
    ),
    tunnels,
    tunnelGroups: blocks.flatMap(readTunnelGroup),
    ownAddresses: blocks.flatMap(readAddresses),
    ...(hostname === undefined ? {} : { hostname }),
    ...(version === undefined ? {} : { version }),
  }
}
