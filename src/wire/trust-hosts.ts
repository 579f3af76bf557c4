import { filesIn } from '../document/files.ts'
import { isDnsName } from '../inventory/host-rules.ts'
import { loadInventory } from '../inventory/load.ts'
import { parseLimit, selectHosts } from '../inventory/select.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { quoted } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { isAddress } from '../model/address.ts'
import type { Told } from '../model/doctor.ts'
import type { Inventory, InventoryHost } from '../model/inventory.ts'
import type { SshReach } from '../transport/ssh.ts'
import { type Access, accessOf, type HostAccess } from './access.ts'
import { loadRun } from './load.ts'
import type { SessionDeps } from './sessions.ts'
import { loadSshConfig, sshDepsOf } from './ssh-config.ts'
import type { TrustHostsOptions } from './trust-options.ts'

/** A host whose key is looked at, as runs reach it. */
export interface TrustHost
  extends Pick<HostAccess, 'name' | 'via' | 'problem'>,
    Pick<SshReach, 'algorithms' | 'edits' | 'hostKeyAlias'> {
  readonly address: string
  readonly port: number
  readonly connectMs: number
  /** The SSH configuration has runs look for its key in these. */
  readonly knownHostsFiles?: Told<readonly string[]>
}

export interface TrustHosts {
  readonly hosts: readonly TrustHost[]
  readonly warnings: readonly Diagnostic[]
  /** Absent where only addresses were given. */
  readonly inventoryPath?: string
  /** What connections to jump hosts need. */
  readonly ssh: Pick<SessionDeps, 'agentSocket' | 'knownHostsOf'>
}

/** As the inventory's own default. */
const defaultConnectMs = 10_000

/** The hosts of a playbook, an inventory, or of addresses alone; every mistake at once. */
export function trustHosts(options: TrustHostsOptions): Result<TrustHosts, readonly Diagnostic[]> {
  const { playbook, inventory, limit, hosts } = options
  if (playbook !== undefined) {
    const loaded = loadRun({ ...options, playbook })
    if (loaded.kind === 'err') return loaded
    const { devices, warnings } = loaded.value
    const all = devices.map((device) => device.host)
    return narrowed(options, loaded.value.inventory, all, warnings)
  }
  if (inventory !== undefined) {
    const home = options.env.HOME
    const files = filesIn(options.cwd, options.documents)
    const loaded = loadInventory(inventory, { files, ...(home === undefined ? {} : { home }) })
    if (loaded.kind === 'err') return loaded
    const { inventory: value, warnings } = loaded.value
    const through = limit === undefined ? undefined : parseLimit(value, limit)
    if (through?.kind === 'err') return through
    const all = value.hosts.filter(({ name }) => through?.value.has(name) ?? true)
    return narrowed(options, value, all, warnings)
  }
  if (limit !== undefined || hosts.length === 0) return err([nothingNamed(limit)])
  const parsed = hosts.map(literalHost)
  const wrong = parsed.flatMap((one) => (one.kind === 'err' ? [one.error] : []))
  if (wrong.length > 0) return err(wrong)
  const named = parsed.flatMap((one) => (one.kind === 'ok' ? [one.value] : []))
  return ok({ hosts: named, warnings: [], ssh: {} })
}

function narrowed(
  options: TrustHostsOptions,
  inventory: Inventory,
  all: readonly InventoryHost[],
  warnings: readonly Diagnostic[],
): Result<TrustHosts, readonly Diagnostic[]> {
  const { hosts: names } = options
  const config = loadSshConfig(options)
  const { access: sources, ...ssh } = sshDepsOf(options, config, inventory.jumps)
  const reached = new Map(inventory.hosts.map((host) => [host, accessOf(host, sources)]))
  const jumps = jumpHostsOf([...reached.values()])
  const patterns = names.filter((name) => !jumps.has(name))
  const wanted = selectHosts(
    inventory,
    patterns.map((text) => ({ text })),
  )
  if (wanted.kind === 'err') return wanted
  const devices = names.length === 0 ? all : wanted.value.filter((host) => all.includes(host))
  const chosen = [
    // First: devices may be behind them.
    ...names.flatMap((name) => jumps.get(name) ?? []),
    ...devices.flatMap((host) => reached.get(host) ?? []).map((access) => trustHost(access, access)),
  ]
  if (chosen.length === 0) {
    const message = `${names.map(quoted).join(', ')} and what else was asked for leave no host`
    return err([
      diagnostic('USAGE', message, undefined, 'name hosts that the playbook and --limit let through'),
    ])
  }
  // The files of the command line go before those of the configuration.
  const hosts =
    ssh.knownHostsOf === undefined ? chosen.map(({ knownHostsFiles: _none, ...host }) => host) : chosen
  return ok({ hosts, warnings: [...warnings, ...config.warnings], inventoryPath: inventory.path, ssh })
}

/** The jump hosts that devices are reached through, each with the way to itself; a device's name wins. */
function jumpHostsOf(devices: readonly HostAccess[]): ReadonlyMap<string, TrustHost> {
  const names = new Set(devices.map(({ name }) => name))
  const found = new Map<string, TrustHost>()
  for (const { via } of devices) {
    for (const [index, jump] of via.value.entries()) {
      if (found.has(jump.id) || names.has(jump.id)) continue
      const before = { value: via.value.slice(0, index), source: via.source }
      found.set(jump.id, trustHost(jump, { name: jump.id, via: before }))
    }
  }
  return found
}

function trustHost(access: Access, way: Pick<HostAccess, 'name' | 'via' | 'problem'>): TrustHost {
  const { address, port, connectMs, algorithms, edits, hostKeyAlias, knownHostsFiles } = access
  return {
    name: way.name,
    via: way.via,
    ...(way.problem === undefined ? {} : { problem: way.problem }),
    address: address.value,
    port: port.value,
    connectMs,
    algorithms: algorithms.value,
    edits,
    ...(hostKeyAlias === undefined ? {} : { hostKeyAlias: hostKeyAlias.value }),
    ...(knownHostsFiles === undefined ? {} : { knownHostsFiles }),
  }
}

/** `192.0.2.1`, `hub1.example.net:2222`, `[2001:db8::1]:2222`, `2001:db8::1`. */
function literalHost(text: string): Result<TrustHost, Diagnostic> {
  const [, inner, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? []
  const address = inner ?? plain ?? text
  const port = digits === undefined ? 22 : Number(digits)
  if ((isAddress(address) || isDnsName(address)) && port >= 1 && port <= 65_535)
    return ok({
      name: text,
      address,
      port,
      connectMs: defaultConnectMs,
      via: { value: [], source: 'default' },
    })
  const hint = 'write HOST, HOST:PORT or [IPV6]:PORT; names of an inventory need -i FILE'
  return err(diagnostic('USAGE', `${quoted(text)} is neither an address nor a DNS name`, undefined, hint))
}

function nothingNamed(limit: string | undefined): Diagnostic {
  const message = limit === undefined ? 'no host is named' : '--limit narrows an inventory, and none is named'
  return diagnostic('USAGE', message, undefined, 'give a playbook, -i INVENTORY, or addresses')
}
