import { isAddress } from '../model/address.ts'
import type { Told } from '../model/doctor.ts'
import type { AlgorithmSet, Credential, InventoryHost, JumpHost } from '../model/inventory.ts'
import type { AlgorithmEdits } from '../transport/algorithms.ts'
import { resolveSshConfig, type SshSettings, type Written } from '../transport/ssh-config.ts'
import type { ConfigProblem, ParsedConfig } from '../transport/ssh-config-parse.ts'
import type { ProxyJump } from '../transport/ssh-config-values.ts'

/** How one machine is logged in to: what the inventory says, then what the SSH configuration adds. */
export interface Access {
  /** `hub1`, `jump host bastion`. */
  readonly name: string
  readonly address: Told<string>
  readonly port: Told<number>
  readonly username: Told<string>
  readonly credential: Credential
  readonly connectMs: number
  readonly algorithms: Told<AlgorithmSet>
  readonly edits: AlgorithmEdits
  /** Private keys that only the SSH configuration names. */
  readonly identityFiles: readonly Told<string>[]
  readonly identitiesOnly: boolean
  readonly hostKeyAlias?: Told<string>
  /** Instead of the standard ones. */
  readonly knownHostsFiles?: Told<readonly string[]>
  readonly notes: readonly ConfigProblem[]
}

/** The way to a device. */
export interface HostAccess extends Access {
  readonly via: Told<readonly JumpAccess[]>
  /** Why there is no way. */
  readonly problem?: string
}

export interface JumpAccess extends Access {
  /** Unique in a run. */
  readonly id: string
}

/** What an access is made from. */
export interface AccessSources {
  readonly config: ParsedConfig
  readonly home?: string
  readonly jumps: readonly JumpHost[]
}

/** Without an SSH configuration. */
export const inventoryAlone: AccessSources = { config: { lines: [], problems: [] }, jumps: [] }

const mostHops = 8
const placed = ({ file, line }: { readonly file: string; readonly line: number }): string => `${file}:${line}`
const from = <T>(written: Written<T>): Told<T> => ({ value: written.value, source: placed(written) })

/** How a device of the inventory is reached. Pure: no file is read and nothing is contacted. */
export function accessOf(host: InventoryHost, sources: AccessSources): HostAccess {
  const written = host.written ?? {}
  // A host that was not read from a file says everything.
  const given = host.written === undefined || written.port !== undefined
  const settings = settingsFor(host.address, sources, {
    user: host.credential.username,
    ...(given ? { port: host.port } : {}),
  })
  const inventory = (key: keyof typeof written): string => {
    const at = written[key]
    return at === undefined ? 'inventory' : placed(at)
  }
  const way = wayOf(host, settings, sources, inventory('via'))
  return {
    name: host.name,
    address: addressOf(host.address, inventory('address'), settings),
    port: given
      ? { value: host.port, source: inventory('port') }
      : settings.port === undefined
        ? { value: host.port, source: 'default' }
        : from(settings.port),
    username: { value: host.credential.username, source: `credential ${host.credential.name}` },
    credential: host.credential,
    connectMs: host.timeouts.connectMs,
    ...algorithmsOf(host.algorithms, inventory('algorithms'), settings),
    ...addedBy(settings, host.credential),
    ...way,
  }
}

function settingsFor(
  host: string,
  { config, home }: AccessSources,
  known: { readonly user?: string; readonly port?: number },
): SshSettings {
  return resolveSshConfig(config, host, { ...known, ...(home === undefined ? {} : { home }) })
}

/** An address that is written is meant; a name may be one that only the configuration knows. */
function addressOf(written: string, source: string, { hostName }: SshSettings): Told<string> {
  return hostName === undefined || isAddress(written) ? { value: written, source } : from(hostName)
}

function algorithmsOf(
  set: AlgorithmSet | undefined,
  source: string,
  { kex, ciphers, macs, hostKeys, userKeys }: SshSettings,
): Pick<Access, 'algorithms' | 'edits'> {
  if (set !== undefined) return { algorithms: { value: set, source }, edits: {} }
  const all = { kex, ciphers, macs, hostKeys, userKeys }
  const edits = Object.fromEntries(
    Object.entries(all).flatMap(([key, edit]) => (edit === undefined ? [] : [[key, edit.value] as const])),
  )
  const lines = Object.values(all).flatMap((edit) => (edit === undefined ? [] : [placed(edit)]))
  return {
    algorithms: { value: 'modern', source: lines.length === 0 ? 'default' : `default, ${lines.join(', ')}` },
    edits,
  }
}

function addedBy(
  settings: SshSettings,
  credential: Credential,
): Pick<Access, 'identityFiles' | 'identitiesOnly' | 'hostKeyAlias' | 'knownHostsFiles' | 'notes'> {
  const { hostKeyAlias, identitiesOnly, userKnownHostsFiles: user, globalKnownHostsFiles: global } = settings
  const known = user ?? global
  return {
    identityFiles: credential.privateKey === undefined ? settings.identityFiles.map(from) : [],
    identitiesOnly: identitiesOnly?.value === true,
    ...(hostKeyAlias === undefined ? {} : { hostKeyAlias: from(hostKeyAlias) }),
    ...(known === undefined
      ? {}
      : {
          knownHostsFiles: {
            value: [...(user?.value ?? []), ...(global?.value ?? [])],
            source: placed(known),
          },
        }),
    notes: settings.notes,
  }
}

function wayOf(
  host: InventoryHost,
  settings: SshSettings,
  sources: AccessSources,
  inventory: string,
): Pick<HostAccess, 'via' | 'problem'> {
  if (host.via !== undefined) {
    return { via: { value: host.via.map((jump) => jumpAccess(jump, sources)), source: inventory } }
  }
  const { proxyJump } = settings
  if (proxyJump === undefined || proxyJump.value.length === 0) {
    return { via: { value: [], source: proxyJump === undefined ? 'default' : placed(proxyJump) } }
  }
  const hops = configuredHops(proxyJump.value, host, sources, [host.address])
  const source = placed(proxyJump)
  if (hops === undefined) {
    return {
      via: { value: [], source },
      problem: `ProxyJump (${source}) leads in a circle, or over more than ${mostHops} hops`,
    }
  }
  return { via: { value: hops, source } }
}

/** The first hop's own ProxyJump comes before it, as with OpenSSH; undefined for a circle. */
function configuredHops(
  hops: readonly ProxyJump[],
  host: InventoryHost,
  sources: AccessSources,
  seen: readonly string[],
): readonly JumpAccess[] | undefined {
  const [first] = hops
  const names = hops.map((hop) => hop.host)
  if (first === undefined) return []
  if (names.some((name) => seen.includes(name)) || seen.length + names.length > mostHops + 1) return undefined
  const own =
    declared(first, sources) === undefined ? settingsFor(first.host, sources, {}).proxyJump : undefined
  const before = configuredHops(own?.value ?? [], host, sources, [...seen, ...names])
  return before === undefined ? undefined : [...before, ...hops.map((hop) => hopAccess(hop, host, sources))]
}

/** A jump host of the inventory that the configuration means by its name or address. */
function declared({ host }: ProxyJump, { jumps }: AccessSources): JumpHost | undefined {
  return jumps.find((jump) => jump.name === host) ?? jumps.find((jump) => jump.address === host)
}

function jumpAccess(jump: JumpHost, sources: AccessSources): JumpAccess {
  const { name, address, port, credential, algorithms, connectMs } = jump
  const settings = settingsFor(address, sources, { user: credential.username, port })
  const source = `jumps.${name}`
  return {
    id: name,
    name: `jump host ${name}`,
    address: addressOf(address, source, settings),
    port: { value: port, source },
    username: { value: credential.username, source: `credential ${credential.name}` },
    credential,
    connectMs,
    ...algorithmsOf(algorithms, source, settings),
    ...addedBy(settings, credential),
  }
}

/**
 * A hop that only the configuration names. It gets keys, of its identity files and of the agent, and never
 * the password of a device: the inventory gives that to nobody else.
 */
function hopAccess(hop: ProxyJump, host: InventoryHost, sources: AccessSources): JumpAccess {
  const known = declared(hop, sources)
  if (known !== undefined) return jumpAccess(known, sources)
  const settings = settingsFor(hop.host, sources, {
    ...(hop.user === undefined ? {} : { user: hop.user }),
    ...(hop.port === undefined ? {} : { port: hop.port }),
  })
  const user = hop.user === undefined ? settings.user : undefined
  const username = hop.user ?? user?.value ?? host.credential.username
  const credential: Credential = { name: 'of the SSH configuration', username, agent: true }
  const id = `${hop.user === undefined ? '' : `${hop.user}@`}${hop.host}${hop.port === undefined ? '' : `:${hop.port}`}`
  return {
    id,
    name: `jump host ${id}`,
    address:
      settings.hostName === undefined ? { value: hop.host, source: 'ProxyJump' } : from(settings.hostName),
    port:
      hop.port !== undefined
        ? { value: hop.port, source: 'ProxyJump' }
        : settings.port === undefined
          ? { value: 22, source: 'default' }
          : from(settings.port),
    username: {
      value: username,
      source:
        hop.user !== undefined
          ? 'ProxyJump'
          : user === undefined
            ? `credential ${host.credential.name}`
            : placed(user),
    },
    credential,
    connectMs: host.timeouts.connectMs,
    ...algorithmsOf(undefined, 'default', settings),
    ...addedBy(settings, credential),
  }
}
