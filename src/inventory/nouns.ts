import type { Place } from '../document/place.ts'
import type { PathBase } from '../document/secret-ref.ts'
import { parseDuration } from '../kernel/duration.ts'
import { parseDeviceName } from '../model/ids.ts'
import { initiatesWords, type PeerDeclaration, peerTypes } from '../model/intent.ts'
import type {
  AccessKey,
  AlgorithmSet,
  Credential,
  Inventory,
  InventoryHost,
  JumpHost,
} from '../model/inventory.ts'
import { credentialOf } from './credentials.ts'

function texts(list: Place | undefined): readonly string[] {
  return (list?.items() ?? []).flatMap((item) => item.text ?? [])
}

function algorithmsOf(place: Place): AlgorithmSet | undefined {
  const text = place.get('algorithms')?.text
  return text === 'legacy' || text === 'modern' ? text : undefined
}

function jumpOf(
  name: string,
  jump: Place,
  defaults: Place | undefined,
  credentials: ReadonlyMap<string, Credential>,
): readonly (readonly [string, JumpHost])[] {
  const credential = credentials.get(jump.get('credential')?.text ?? '')
  // The rules have refused a file in which it is missing.
  if (credential === undefined) return []
  const algorithms = algorithmsOf(jump)
  const sessions = jump.get('sessions')?.number
  const timeout = jump.get('connectTimeout') ?? defaults?.get('connectTimeout')
  const host: JumpHost = {
    name,
    address: jump.get('address')?.text ?? '',
    port: jump.get('port')?.number ?? 22,
    credential,
    ...(algorithms === undefined ? {} : { algorithms }),
    connectMs: parseDuration(timeout?.text ?? '10s') ?? 0,
    ...(sessions === undefined ? {} : { sessions }),
  }
  return [[name, host]]
}

const accessKeys: readonly AccessKey[] = ['address', 'port', 'via', 'algorithms', 'credential']

function writtenOf(setting: (key: string) => Place | undefined): NonNullable<InventoryHost['written']> {
  const written = accessKeys.flatMap((key) => {
    const at = setting(key)?.at()
    return at === undefined ? [] : [[key, { file: at.file, line: at.line }] as const]
  })
  return Object.fromEntries(written)
}

function hostOf(
  name: string,
  host: Place,
  defaults: Place | undefined,
  credentials: ReadonlyMap<string, Credential>,
  jumps: ReadonlyMap<string, JumpHost>,
): readonly InventoryHost[] {
  const device = parseDeviceName(name)
  const setting = (key: string): Place | undefined => host.get(key) ?? defaults?.get(key)
  const credential = credentials.get(setting('credential')?.text ?? '')
  // The rules have refused a file in which either is missing.
  if (device === undefined || credential === undefined) return []
  const via = setting('via')
  const algorithms = algorithmsOf(host)
  const milliseconds = (key: string, otherwise: string): number =>
    parseDuration(setting(key)?.text ?? otherwise) ?? 0
  return [
    {
      name: device,
      address: host.get('address')?.text ?? '',
      port: setting('port')?.number ?? 22,
      platform: host.get('platform')?.text === 'asa' ? 'asa' : 'ios',
      groups: texts(host.get('groups')),
      ...labelsOf(host.get('labels')),
      credential,
      ...(via === undefined ? {} : { via: texts(via).flatMap((jump) => jumps.get(jump) ?? []) }),
      ...(algorithms === undefined ? {} : { algorithms }),
      written: writtenOf(setting),
      endpoints: texts(host.get('endpoints')),
      timeouts: {
        connectMs: milliseconds('connectTimeout', '10s'),
        commandMs: milliseconds('commandTimeout', '30s'),
        totalMs: milliseconds('totalTimeout', '10m'),
      },
    },
  ]
}

function labelsOf(labels: Place | undefined): Pick<InventoryHost, 'labels'> {
  const pairs = (labels?.entries() ?? []).map(([key, value]) => [key, value.text ?? ''] as const)
  return pairs.length === 0 ? {} : { labels: Object.fromEntries(pairs) }
}

function lifetimesOf(lifetimes: Place | undefined): Pick<PeerDeclaration, 'lifetimes'> {
  const seconds = (key: string): number | undefined => {
    const ms = parseDuration(lifetimes?.get(key)?.text ?? '')
    return ms === undefined ? undefined : ms / 1000
  }
  const [ikeSeconds, ipsecSeconds] = [seconds('ike'), seconds('ipsec')]
  if (ikeSeconds === undefined && ipsecSeconds === undefined) return {}
  return {
    lifetimes: {
      ...(ikeSeconds === undefined ? {} : { ikeSeconds }),
      ...(ipsecSeconds === undefined ? {} : { ipsecSeconds }),
    },
  }
}

function peerOf(key: string, peer: Place): PeerDeclaration {
  const version = peer.get('version')?.text
  const by = peer.get('by')?.text
  const initiates = initiatesWords.find((word) => word === peer.get('initiates')?.text)
  return {
    key,
    type: peerTypes.find((type) => type === peer.get('type')?.text) ?? 'unknown',
    ...(version === undefined ? {} : { version }),
    ...(by === undefined ? {} : { by }),
    // `unknown` written out is what the absent key means.
    ...(initiates === undefined || initiates === 'unknown' ? {} : { initiates }),
    ...lifetimesOf(peer.get('lifetimes')),
  }
}

/** The inventory that a file without problems means, in the order of the file, defaults filled in. */
export function inventoryOf(path: string, root: Place, base: PathBase): Inventory {
  const credentials = new Map(
    (root.get('credentials')?.entries() ?? []).map(
      ([name, place]) => [name, credentialOf(name, place, base)] as const,
    ),
  )
  const defaults = root.get('defaults')
  const perSecond = defaults?.get('loginsPerSecond')?.number
  const jumps = new Map(
    (root.get('jumps')?.entries() ?? []).flatMap(([name, place]) =>
      jumpOf(name, place, defaults, credentials),
    ),
  )
  const hosts = root.get('hosts')?.entries() ?? []
  const peers = root.get('peers')?.entries() ?? []
  return {
    path,
    hosts: hosts.flatMap(([name, host]) => hostOf(name, host, defaults, credentials, jumps)),
    jumps: [...jumps.values()],
    ...(perSecond === undefined ? {} : { loginsPerSecond: perSecond }),
    peers: peers.map(([key, peer]) => peerOf(key, peer)),
  }
}
