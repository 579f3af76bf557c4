import { filesIn } from '../document/files.ts'
import { isDnsName } from '../inventory/host-rules.ts'
import { loadInventory } from '../inventory/load.ts'
import { parseLimit, selectHosts } from '../inventory/select.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { quoted } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { isAddress } from '../model/address.ts'
import type { Inventory, InventoryHost } from '../model/inventory.ts'
import { loadRun } from './load.ts'
import type { RunOptions } from './options.ts'

/** Which hosts are meant. */
export interface TrustHostsOptions extends Pick<RunOptions, 'inventory' | 'limit' | 'env' | 'cwd' | 'clock'> {
  /** Its devices; without it all of the inventory. */
  readonly playbook?: string
  /** Host patterns; without inventory and playbook addresses, `192.0.2.1` or `192.0.2.1:2222`. */
  readonly hosts: readonly string[]
}

/** A host whose key is looked at. */
export interface TrustHost {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly connectMs: number
}

export interface TrustHosts {
  readonly hosts: readonly TrustHost[]
  readonly warnings: readonly Diagnostic[]
  /** Absent where only addresses were given. */
  readonly inventoryPath?: string
}

/** As the inventory's own default. */
const connectMs = 10_000

/** The hosts of a playbook, an inventory, or of addresses alone; every mistake at once. */
export function trustHosts(options: TrustHostsOptions): Result<TrustHosts, readonly Diagnostic[]> {
  const { playbook, inventory, limit, hosts } = options
  if (playbook !== undefined) {
    const loaded = loadRun({ ...options, playbook })
    if (loaded.kind === 'err') return loaded
    const { devices, warnings } = loaded.value
    const all = devices.map((device) => device.host)
    return narrowed(loaded.value.inventory, all, hosts, warnings)
  }
  if (inventory !== undefined) {
    const home = options.env.HOME
    const files = filesIn(options.cwd)
    const loaded = loadInventory(inventory, { files, ...(home === undefined ? {} : { home }) })
    if (loaded.kind === 'err') return loaded
    const { inventory: value, warnings } = loaded.value
    const through = limit === undefined ? undefined : parseLimit(value, limit)
    if (through?.kind === 'err') return through
    const all = value.hosts.filter(({ name }) => through?.value.has(name) ?? true)
    return narrowed(value, all, hosts, warnings)
  }
  if (limit !== undefined || hosts.length === 0) return err([nothingNamed(limit)])
  const parsed = hosts.map(literalHost)
  const wrong = parsed.flatMap((one) => (one.kind === 'err' ? [one.error] : []))
  if (wrong.length > 0) return err(wrong)
  return ok({ hosts: parsed.flatMap((one) => (one.kind === 'ok' ? [one.value] : [])), warnings: [] })
}

function narrowed(
  inventory: Inventory,
  all: readonly InventoryHost[],
  patterns: readonly string[],
  warnings: readonly Diagnostic[],
): Result<TrustHosts, readonly Diagnostic[]> {
  const wanted = selectHosts(
    inventory,
    patterns.map((text) => ({ text })),
  )
  if (wanted.kind === 'err') return wanted
  const chosen = patterns.length === 0 ? all : wanted.value.filter((host) => all.includes(host))
  if (chosen.length === 0) {
    const message = `${patterns.map(quoted).join(', ')} and what else was asked for leave no host`
    return err([
      diagnostic('USAGE', message, undefined, 'name hosts that the playbook and --limit let through'),
    ])
  }
  return ok({ hosts: chosen.map(fromInventory), warnings, inventoryPath: inventory.path })
}

function fromInventory({ name, address, port, timeouts }: InventoryHost): TrustHost {
  return { name, address, port, connectMs: timeouts.connectMs }
}

/** `192.0.2.1`, `hub1.example.net:2222`, `[2001:db8::1]:2222`, `2001:db8::1`. */
function literalHost(text: string): Result<TrustHost, Diagnostic> {
  const [, inner, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? []
  const address = inner ?? plain ?? text
  const port = digits === undefined ? 22 : Number(digits)
  if ((isAddress(address) || isDnsName(address)) && port >= 1 && port <= 65_535)
    return ok({ name: text, address, port, connectMs })
  const hint = 'write HOST, HOST:PORT or [IPV6]:PORT; names of an inventory need -i FILE'
  return err(diagnostic('USAGE', `${quoted(text)} is neither an address nor a DNS name`, undefined, hint))
}

function nothingNamed(limit: string | undefined): Diagnostic {
  const message = limit === undefined ? 'no host is named' : '--limit narrows an inventory, and none is named'
  return diagnostic('USAGE', message, undefined, 'give a playbook, -i INVENTORY, or addresses')
}
