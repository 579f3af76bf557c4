import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { assertNever } from '../kernel/never.ts'
import { quoted } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { DeviceRequest } from '../model/device-request.ts'
import type { PlatformId } from '../model/ids.ts'
import { type DeviceIntent, type TargetIntent, targetName } from '../model/intent.ts'
import type { Inventory, InventoryHost } from '../model/inventory.ts'
import type { HostPattern, Playbook, PlaybookItem } from '../model/playbook.ts'
import { type Exceptions, exceptionPatternProblems, resolveExceptions } from './exceptions.ts'
import { hostsMatching, parseLimit } from './select.ts'

interface Gathered {
  readonly host: InventoryHost
  readonly targets: { readonly target: TargetIntent; readonly from: HostPattern }[]
}

const sections: Readonly<Record<PlatformId, string>> = { ios: 'routers', asa: 'asas' }

function wrongSection(host: InventoryHost, platform: PlatformId, { at, text }: HostPattern): Diagnostic {
  const through = text === host.name ? '' : ` (through ${quoted(text)})`
  const [here, there] = [sections[platform], sections[host.platform]]
  return diagnostic(
    'INVALID_VALUE',
    `${host.name}${through} stands under ${here}, but its platform in the inventory is ${host.platform}`,
    at,
    `move it under ${there}, or correct its platform`,
  )
}

/** How a target is called in a message about the playbook. */
function intentName(target: TargetIntent): string {
  switch (target.kind) {
    case 'profiles-in-use':
      return 'every profile in use'
    case 'static-entries':
      return `every static entry of ${target.context === undefined ? '' : `${target.context}:`}${target.map}`
    case 'ios-crypto-map':
      return `the crypto map ${target.map}`
    case 'ipsec-profile':
    case 'crypto-map-entry':
      return targetName(target)
    default:
      return assertNever(target)
  }
}

/** Whether both ask for the same thing, at least in part: then one of them is a mistake. */
function overlap(a: TargetIntent, b: TargetIntent): boolean {
  if (a.kind === b.kind) return a.kind === 'profiles-in-use' || intentName(a) === intentName(b)
  if (a.kind === 'profiles-in-use') return b.kind === 'ipsec-profile' && !a.except.includes(b.profile)
  if (a.kind === 'static-entries') {
    const inMap = b.kind === 'crypto-map-entry' && a.map === b.map && a.context === b.context
    return inMap && !a.except.includes(b.seq)
  }
  return b.kind === 'profiles-in-use' || b.kind === 'static-entries' ? overlap(b, a) : false
}

function twice(
  host: InventoryHost,
  target: TargetIntent,
  from: HostPattern,
  other: Gathered['targets'][0],
): Diagnostic {
  const earlier = intentName(other.target)
  const named = earlier === intentName(target) ? '' : ` (there as ${quoted(earlier)})`
  return diagnostic(
    'DUPLICATE',
    `${host.name} gets ${quoted(intentName(target))} twice: line ${other.from.at.line} gives it already${named}`,
    from.at,
    'name each target of a device once, or take it out with except',
  )
}

/** Adds an item's targets to one host; targets of one item cannot clash with each other. */
function addTargets(
  gathered: Gathered,
  targets: readonly TargetIntent[],
  from: HostPattern,
): readonly Diagnostic[] {
  const before = [...gathered.targets]
  return targets.flatMap((target) => {
    const other = before.find((one) => overlap(one.target, target))
    if (other !== undefined) return [twice(gathered.host, target, from, other)]
    gathered.targets.push({ target, from })
    return []
  })
}

interface Gathering {
  readonly devices: readonly Gathered[]
  readonly problems: readonly Diagnostic[]
}

function gather(items: readonly PlaybookItem[], inventory: Inventory): Gathering {
  const problems: Diagnostic[] = []
  const devices = new Map<string, Gathered>()
  for (const item of items) {
    const inItem = new Set<string>()
    for (const pattern of item.hosts) {
      const found = hostsMatching(inventory, pattern)
      if (found.kind === 'err') problems.push(found.error)
      for (const host of found.kind === 'ok' ? found.value : []) {
        // `[hub1, group:hubs]` names hub1 twice and means it once.
        if (inItem.has(host.name)) continue
        inItem.add(host.name)
        if (host.platform !== item.platform) {
          problems.push(wrongSection(host, item.platform, pattern))
          continue
        }
        const device: Gathered = devices.get(host.name) ?? { host, targets: [] }
        devices.set(host.name, device)
        problems.push(...addTargets(device, item.targets, pattern))
      }
    }
  }
  return { devices: [...devices.values()], problems }
}

/**
 * What is wrong with the host patterns of some items, and of `accept` and `known`: for a playbook that has
 * other mistakes besides.
 */
export function hostPatternProblems(
  items: readonly PlaybookItem[],
  inventory: Inventory,
  exceptions: Exceptions = {},
): readonly Diagnostic[] {
  return [...gather(items, inventory).problems, ...exceptionPatternProblems(exceptions, inventory)]
}

/** A playbook whose names have been looked up in an inventory. */
export interface ResolvedPlaybook {
  readonly devices: readonly DeviceRequest[]
  /** The same playbook, with the names of devices in `accept` and `known`. */
  readonly playbook: Playbook
}

/**
 * Every device of a playbook with everything that is asked of it, in the order of the playbook. Hosts
 * named by several items are merged.
 *
 * @param limit the text of `--limit`; the whole playbook is checked all the same
 * @returns both, or all problems: UNKNOWN_REFERENCE, INVALID_VALUE (platform), DUPLICATE, USAGE
 */
export function resolvePlaybook(
  playbook: Playbook,
  inventory: Inventory,
  limit?: string,
): Result<ResolvedPlaybook, readonly Diagnostic[]> {
  const { devices, problems: misnamed } = gather(playbook.items, inventory)
  const names = new Set<string>(devices.map((device) => device.host.name))
  const exceptions = resolveExceptions(playbook, inventory, names)
  const problems = [...misnamed, ...exceptions.problems]
  const allowed = limit === undefined ? undefined : parseLimit(inventory, limit)
  if (allowed?.kind === 'err') return err([...problems, ...allowed.error])
  const kept = devices.filter((device) => allowed?.value.has(device.host.name) ?? true)
  // Where the playbook itself is wrong, what the limit would have met is not known.
  if (problems.length > 0) return err(problems)
  if (kept.length === 0 && limit !== undefined) return err([nothingLeft(limit, devices)])
  return ok({
    devices: kept.map(({ host, targets }) => ({
      host,
      intent: intentOf(playbook, inventory, host, targets),
    })),
    playbook: { ...playbook, ...exceptions.value },
  })
}

/** The devices of {@link resolvePlaybook} alone. */
export function resolveIntents(
  playbook: Playbook,
  inventory: Inventory,
  limit?: string,
): Result<readonly DeviceRequest[], readonly Diagnostic[]> {
  const resolved = resolvePlaybook(playbook, inventory, limit)
  return resolved.kind === 'err' ? resolved : ok(resolved.value.devices)
}

function intentOf(
  playbook: Playbook,
  inventory: Inventory,
  host: InventoryHost,
  targets: Gathered['targets'],
): DeviceIntent {
  return {
    host: host.name,
    platform: host.platform,
    state: playbook.state,
    targets: targets.map((one) => one.target),
    peers: inventory.peers,
    endpoints: host.endpoints,
    ...(playbook.revertTimer === undefined ? {} : { revertTimer: playbook.revertTimer }),
  }
}

function nothingLeft(limit: string, devices: readonly Gathered[]): Diagnostic {
  const names = devices.slice(0, 5).map((device) => device.host.name)
  const more = devices.length > names.length ? `, and ${devices.length - names.length} more` : ''
  const message = `--limit ${quoted(limit)} matches none of the playbook's hosts`
  return diagnostic('USAGE', message, undefined, `the playbook names ${names.join(', ')}${more}`)
}
