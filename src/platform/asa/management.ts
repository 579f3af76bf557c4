import { isAddress } from '../../model/address.ts'
import type { CryptoMapEntry, DeviceFacts, TunnelInterface } from '../../model/facts.ts'
import { firstOf } from '../text.ts'
import type { AsaConfig } from './config.ts'
import type { Names } from './names.ts'
import { AddressObjects, type Answer, contains } from './networks.ts'
import { aclLines } from './related.ts'
import { learnsRoutes, type Route, routesOf, routeTo } from './routes.ts'

type Way = NonNullable<DeviceFacts['managementThrough']>

/** Whether the text is that of `show ssh sessions`. */
export function isTerminals(lines: readonly string[]): boolean {
  return lines.some((line) => /^\s*SID\s+Client IP\s/.test(line))
}

/** Addresses of those who are logged in over SSH; this session is one of them. */
export function readTerminals(lines: readonly string[]): readonly string[] {
  const clients = lines.flatMap((line) => /^\s*\d{1,4}\s+(\S+)\s+\d\.\d+\s/.exec(line)?.[1] ?? [])
  return [...new Set(clients.filter(isAddress))]
}

interface Scene {
  readonly config: AsaConfig
  readonly entries: readonly CryptoMapEntry[]
  /** VTIs by their `nameif`, which is how routes call them. */
  readonly byNameif: ReadonlyMap<string, TunnelInterface>
  readonly objects: AddressObjects
  readonly routes: readonly Route[]
  readonly learned: boolean
}

interface Ruled {
  readonly answer: Answer
  readonly line?: string
}

const aceLine = /^access-list \S+ (?:line \d+ )?(?:extended )?(?<action>permit|deny) (?<rest>\S.*)$/
/** Protocols that never carry a login. */
const otherProtocols = /^(?:udp|icmp6?|esp|ah|gre|ospf|eigrp|igmp|pim|sctp|1|17|47|50|51|58|89)$/

/** Whether one line of a crypto ACL sends what goes to this client into the tunnel. */
function byAce(line: string, client: string, objects: AddressObjects): Ruled & { readonly deny?: true } {
  const groups = aceLine.exec(line)?.groups
  const [protocol, ...words] = (groups?.rest ?? '').split(/\s+/)
  if (groups === undefined || protocol === undefined || otherProtocols.test(protocol)) return { answer: 'no' }
  const after = protocol === 'object' || protocol === 'object-group' ? words.slice(1) : words
  const source = objects.take(after)
  const [operator] = source?.rest ?? []
  const ports = operator !== undefined && /^(?:eq|neq|lt|gt|range)$/.test(operator)
  const far = ports ? undefined : objects.take(source?.rest ?? [])
  if (far === undefined) return { answer: 'unknown', line }
  const inside = contains(far.set, client)
  // `any` is every client: whether this one comes through the tunnel, the line does not tell.
  const answer: Answer = inside === 'no' && far.set.any ? 'unknown' : inside
  return { answer, line, ...(groups.action === 'deny' ? { deny: true } : {}) }
}

/** The first line that decides, as the device reads them. */
function byAcl(lines: readonly string[], client: string, objects: AddressObjects): Ruled {
  let open: Ruled = { answer: 'no' }
  for (const line of lines) {
    const ruled = byAce(line, client, objects)
    if (ruled.answer === 'yes') return ruled.deny === true ? { answer: 'no' } : ruled
    if (ruled.answer === 'unknown' && ruled.deny !== true) open = ruled
  }
  return open
}

function isDefault({ network }: Route): boolean {
  return network.endsWith('/0')
}

/** The way to one client; undefined where the configuration does not tell it. */
function wayTo(client: string, scene: Scene): Way | undefined {
  const { config, entries, byNameif, objects, routes, learned } = scene
  const route = routeTo(routes, client)
  const written = route !== undefined && !isDefault(route)
  const vti = route === undefined ? undefined : byNameif.get(route.out)
  if (vti !== undefined && route !== undefined) {
    return { name: vti.name, tunnel: true, evidence: `${client} by: ${route.line}\n${vti.evidence}` }
  }
  let open = learned && !written && byNameif.size > 0
  for (const entry of entries) {
    if (entry.interfaces.length === 0 || (written && !entry.interfaces.includes(route.out))) continue
    // A template answers whoever calls: where a client sits is not written down.
    const { answer, line } = entry.dynamic
      ? { answer: 'unknown' as const, line: undefined }
      : byAcl(aclLines(config.index, entry.acl), client, objects)
    if (answer === 'yes') {
      return { name: `${entry.map}/${entry.seq}`, tunnel: true, evidence: `${client} by: ${line ?? ''}` }
    }
    open ||= answer === 'unknown'
  }
  if (open || route === undefined) return undefined
  return { name: route.out, tunnel: false, evidence: `${client} by: ${route.line}` }
}

function tunnelsByNameif({ blocks, tunnels }: AsaConfig): ReadonlyMap<string, TunnelInterface> {
  const up = new Map(tunnels.filter((one) => one.shutdown !== true).map((one) => [one.name, one]))
  return new Map(
    blocks.flatMap(({ head, children }) => {
      const tunnel = up.get(/^interface (\S+)/.exec(head)?.[1] ?? '')
      const nameif = tunnel === undefined ? undefined : firstOf(children, /^nameif (\S+)/)
      return tunnel === undefined || nameif === undefined ? [] : [[nameif, tunnel] as const]
    }),
  )
}

/**
 * How the sessions of people and of ikero itself reach the device, from the addresses of the clients, static
 * routes and crypto ACLs. Which of several clients is this session is not shown: only where all come the same
 * way is it known.
 */
export function managementOf(
  clients: readonly string[],
  config: AsaConfig,
  entries: readonly CryptoMapEntry[],
  names: Names,
): Way | undefined {
  if (clients.length === 0) return undefined
  const scene: Scene = {
    config,
    entries,
    byNameif: tunnelsByNameif(config),
    objects: new AddressObjects(config.blocks, names),
    routes: routesOf(config.blocks, names),
    learned: learnsRoutes(config.blocks),
  }
  const ways = clients.map((client) => wayTo(client, scene))
  const [first, ...others] = ways
  if (first === undefined) return undefined
  const same = others.every(
    (way) => way !== undefined && (first.tunnel ? way.name === first.name : !way.tunnel),
  )
  return same ? first : undefined
}
