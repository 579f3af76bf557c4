import { isAddress } from '../../model/address.ts'
import type { NhrpRole, TunnelInterface } from '../../model/facts.ts'
import { nhrpRoleOf } from './config-nhrp.ts'
import { type ConfigNode, firstIn } from './config-tree.ts'

/** What a running configuration says of one interface, as far as IPsec is concerned. */
export interface ConfigInterface {
  readonly name: string
  readonly addresses: readonly string[]
  /** False where it also has an address that the configuration does not tell (leased, unnumbered). */
  readonly addressesKnown: boolean
  readonly description?: string
  /** Crypto maps bound to it. */
  readonly maps: readonly string[]
  /** Present where an IPsec profile protects it. */
  readonly tunnel?: TunnelInterface
  /** The protection's line names an IKEv2 profile of its own. */
  readonly ikev2Profile?: string
  readonly nhrp?: NhrpRole
  readonly shutdown: boolean
  /** `tunnel protection ipsec initiate`. */
  readonly startsAtOnce?: boolean
  /** EzVPN clients whose outside it is. */
  readonly ezvpnClients: readonly string[]
  /** The lines that a plan rests on: addresses, tunnel settings, state; no secrets among them. */
  readonly basis: readonly string[]
}

// `interface Virtual-Template1 type tunnel`; a typed configuration may have a blank before the number.
const interfaceLine = /^interface (?=.{1,200}$)([A-Za-z][\w.-]*?(?:[\d/.:]+)?)(?: ?(\d[\d/.:]*))?(?: .*)?$/
const protection = /^tunnel protection ipsec profile (\S+)(?<rest>.*)$/
const startsAtOnce = /^tunnel protection ipsec (?:.* )?initiate$/
const ezvpnOutside = /^crypto ipsec client ezvpn (\S+)(?: outside)?$/
const basisLine =
  /^(?:tunnel |(?:no )?ip address|ip unnumbered|ipv6 (?:address|unnumbered)|(?:ip )?vrf forwarding|shutdown|(?:ip|ipv6) nhrp (?!authentication)|(?:ipv6 )?crypto )/

/** Own addresses: primary, secondary, IPv6, and virtual ones that this device may answer for. */
function addressesOf(node: ConfigNode): readonly string[] {
  const patterns = [
    /^ip address (\d\S*) \d/,
    /^ipv6 address ([0-9A-Fa-f:]+)(?:\/\d+)?(?: (?:link-local|anycast|standby \d+))?$/,
    /^(?:standby|vrrp|glbp)(?: \d+)? ip(?:v6)? ([0-9A-Fa-f][0-9A-Fa-f:.]*)/,
    /^tunnel source (\S+)/,
  ]
  return node.children
    .flatMap((child) => patterns.map((pattern) => pattern.exec(child.line)?.[1] ?? ''))
    .filter(isAddress)
}

const addressed = /^(?:ip|ipv6) (?:address|unnumbered) /

function areAddressesKnown(node: ConfigNode): boolean {
  return node.children
    .filter((child) => addressed.test(child.line))
    .every((child) => addressesOf({ line: '', children: [child] }).length > 0)
}

function isShutDown(node: ConfigNode): boolean {
  return node.children.some((child) => child.line === 'shutdown')
}

function tunnelOf(name: string, node: ConfigNode): TunnelInterface | undefined {
  const line = node.children.find((child) => protection.test(child.line))?.line
  const found = line === undefined ? null : protection.exec(line)
  const profile = found?.[1]
  if (line === undefined || profile === undefined) return undefined
  const destination = firstIn(node.children, /^tunnel destination (\S+)/)
  const source = firstIn(node.children, /^tunnel source (\S+)/)
  const listed = destination !== undefined && destination !== 'dynamic'
  return {
    name,
    profile,
    ...(listed ? { destination } : {}),
    ...(source === undefined ? {} : { source }),
    anyPeer: !listed,
    shared: /(?:^| )shared(?: |$)/.test(found?.groups?.rest ?? ''),
    ...(isShutDown(node) ? { shutdown: true } : {}),
    evidence: `${node.line}\n ${line}`,
  }
}

/** The own addresses at which a tunnel is called; undefined where not all of them are known. */
function sourceAddresses(
  { source = '' }: TunnelInterface,
  interfaces: ReadonlyMap<string, ConfigInterface>,
): readonly string[] | undefined {
  if (isAddress(source)) return [source]
  const found = interfaces.get(source)
  return found?.addressesKnown === true && found.addresses.length > 0 ? found.addresses : undefined
}

/** The interfaces of a configuration, in printed order. */
export function interfacesOf(nodes: readonly ConfigNode[]): readonly ConfigInterface[] {
  const interfaces = nodes.flatMap(interfaceOf)
  const byName = new Map(interfaces.toReversed().map((each) => [each.name, each]))
  return interfaces.map((each) => {
    const called = each.tunnel === undefined ? undefined : sourceAddresses(each.tunnel, byName)
    return each.tunnel === undefined || called === undefined
      ? each
      : { ...each, tunnel: { ...each.tunnel, sourceAddresses: called } }
  })
}

function interfaceOf(node: ConfigNode): readonly ConfigInterface[] {
  const found = interfaceLine.exec(node.line)
  if (found === null) return []
  const name = `${found[1]}${found[2] ?? ''}`
  const description = firstIn(node.children, /^description (.+)$/)
  const tunnel = tunnelOf(name, node)
  const nhrp = nhrpRoleOf(name, node)
  const ikev2Profile = firstIn(
    node.children,
    /^tunnel protection ipsec profile \S+(?: shared)? ikev2-profile (\S+)/,
  )
  return [
    {
      name,
      addresses: addressesOf(node),
      addressesKnown: areAddressesKnown(node),
      ...(description === undefined ? {} : { description }),
      maps: node.children.flatMap((child) => {
        const map = /^(?:ipv6 )?crypto map (\S+)(?: redundancy .*)?$/.exec(child.line)?.[1]
        return map === undefined ? [] : [map]
      }),
      ...(tunnel === undefined ? {} : { tunnel }),
      ...(ikev2Profile === undefined ? {} : { ikev2Profile }),
      ...(nhrp === undefined ? {} : { nhrp }),
      shutdown: isShutDown(node),
      ...(node.children.some((child) => startsAtOnce.test(child.line)) ? { startsAtOnce: true } : {}),
      ezvpnClients: node.children.flatMap((child) => ezvpnOutside.exec(child.line)?.[1] ?? []),
      basis: [
        node.line,
        ...node.children.filter((child) => basisLine.test(child.line)).map((child) => ` ${child.line}`),
      ],
    },
  ]
}
