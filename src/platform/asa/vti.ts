import type { IpsecProfile, TunnelInterface } from '../../model/facts.ts'
import { firstOf } from '../text.ts'
import type { ConfigBlock } from './blocks.ts'
import { ipsecLifetimes, type LifetimeSettings, lifetimesOf } from './lifetimes.ts'

const protection = /^tunnel protection ipsec profile (\S+)/

/** Addresses of an interface, those of the active unit; a name of `names` may stand for one. */
export function addressesOf({ head, children }: ConfigBlock): readonly string[] {
  if (!head.startsWith('interface ')) return []
  return children.flatMap((line) => {
    const four = /^ip address (\S+) \d/.exec(line)?.[1]
    const six = /^ipv6 address ([0-9a-fA-F:]+)\/\d+/.exec(line)?.[1]
    return [four, six].filter((found) => found !== undefined)
  })
}

function readTunnel(
  { head, children }: ConfigBlock,
  byName: ReadonlyMap<string, readonly string[]>,
): TunnelInterface | undefined {
  const name = /^interface (\S+)/.exec(head)?.[1]
  const line = children.find((child) => protection.test(child))
  const profile = line === undefined ? undefined : protection.exec(line)?.[1]
  if (name === undefined || line === undefined || profile === undefined) return undefined
  const destination = firstOf(children, /^tunnel destination (\S+)/)
  const source = firstOf(children, /^tunnel source (?:interface )?(\S+)/)
  const sourceAddresses = source === undefined ? undefined : byName.get(source)
  return {
    name,
    profile,
    anyPeer: destination === undefined,
    shared: false,
    evidence: `${head}\n ${line}`,
    ...(destination === undefined ? {} : { destination }),
    ...(source === undefined ? {} : { source }),
    ...(sourceAddresses === undefined ? {} : { sourceAddresses }),
    ...(children.includes('shutdown') ? { shutdown: true } : {}),
  }
}

/** The VTIs of a configuration: interfaces that an IPsec profile protects. */
export function readTunnels(blocks: readonly ConfigBlock[]): readonly TunnelInterface[] {
  const interfaces = blocks.filter(({ head }) => head.startsWith('interface '))
  const byName = new Map(
    interfaces.flatMap((block) => {
      const nameif = firstOf(block.children, /^nameif (\S+)/)
      const addresses = addressesOf(block)
      return nameif === undefined || addresses.length === 0 ? [] : [[nameif, addresses] as const]
    }),
  )
  return interfaces.map((block) => readTunnel(block, byName)).filter((tunnel) => tunnel !== undefined)
}

function versionsOf(children: readonly string[]): readonly (1 | 2)[] {
  const has = (pattern: RegExp): boolean => children.some((line) => pattern.test(line))
  return [
    ...(has(/^set (?:ikev1 )?transform-set /) ? [1 as const] : []),
    ...(has(/^set ikev2 ipsec-proposal /) ? [2 as const] : []),
  ]
}

/** The IPsec profiles of a configuration, with the lines that a plan for each rests on. */
export function readProfiles(
  blocks: readonly ConfigBlock[],
  tunnels: readonly TunnelInterface[],
  settings: LifetimeSettings,
  lifetimeLines: readonly string[],
): readonly IpsecProfile[] {
  const interfaces = new Map(
    blocks.flatMap((block) => {
      const name = /^interface (\S+)/.exec(block.head)?.[1]
      return name === undefined ? [] : [[name, block] as const]
    }),
  )
  return blocks.flatMap(({ head, children }) => {
    const name = /^crypto ipsec profile (\S+)/.exec(head)?.[1]
    if (name === undefined) return []
    const users = tunnels.filter((tunnel) => tunnel.profile === name)
    const versions = versionsOf(children)
    const own = ipsecLifetimes(
      children.filter((line) => line.startsWith('set security-association lifetime ')),
    )
    const lives = lifetimesOf(own, versions.length === 0 ? undefined : versions, settings)
    return [
      {
        name,
        responderOnly: children.includes('responder-only'),
        usedBy: users.map((tunnel) => tunnel.name),
        ...(Object.keys(lives).length === 0 ? {} : { lifetimes: lives }),
        ...(versions.length === 0 ? {} : { ikeVersions: versions }),
        basis: [
          head,
          ...children.map((line) => ` ${line}`),
          ...users.flatMap((tunnel) => {
            const user = interfaces.get(tunnel.name)
            return user === undefined ? [] : [user.head, ...user.children.map((line) => ` ${line}`)]
          }),
          ...lifetimeLines,
        ],
      },
    ]
  })
}
