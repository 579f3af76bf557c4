import { filesIn } from '../document/files.ts'
import { readText } from '../document/read.ts'
import { loadInventory } from '../inventory/load.ts'
import { parseLimit } from '../inventory/select.ts'
import { systemClock } from '../kernel/clock.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { createRedactor } from '../kernel/redact.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { runSignal } from '../kernel/run-signal.ts'
import type { HostReport, ReachedMachine, SshSeen } from '../model/doctor.ts'
import type { Inventory, InventoryHost } from '../model/inventory.ts'
import { examineAll, isReady } from '../workflow/examine.ts'
import { type Access, accessOf, type HostAccess } from './access.ts'
import { loadKnownHosts } from './known-hosts.ts'
import { loadRun } from './load.ts'
import type { Invalid, RunOptions } from './options.ts'
import { createSecretsFor } from './secrets.ts'
import { createSessions } from './sessions.ts'
import { loadSshConfig, sshDepsOf } from './ssh-config.ts'
import { trustCommandFor } from './trust-command.ts'
import type { VisitOptions } from './visits.ts'

/** What doctor is asked: a playbook, or an inventory (which may also be a playbook) alone. */
export interface DoctorOptions extends Omit<RunOptions, 'playbook' | 'stateDir' | 'onEvent'>, VisitOptions {
  readonly playbook?: string
}

/** How each device is reached, and what keeps it from a run. */
export type DoctorAnswer =
  | Invalid
  | {
      readonly kind: 'done'
      readonly hosts: readonly HostReport[]
      /** 0: every device is ready for a run; else 1. */
      readonly exitCode: 0 | 1
      readonly warnings: readonly Diagnostic[]
    }

/** Devices by name, with the inventory that has them. */
export interface SelectedHosts {
  readonly inventory: Inventory
  readonly hosts: readonly InventoryHost[]
  readonly warnings: readonly Diagnostic[]
}

const defaultConcurrency = 10

/** Tries how each device is reached, and what the account may read there. Writes to no device. */
export async function doctor(options: DoctorOptions): Promise<DoctorAnswer> {
  const selected = selectHostsOf(options)
  if (selected.kind === 'err') return { kind: 'invalid', diagnostics: selected.error }
  const { inventory, hosts, warnings } = selected.value
  const redactor = createRedactor()
  const known = loadKnownHosts(options)
  const ssh = loadSshConfig(options)
  const seen = new Map<string, SshSeen[]>()
  const deps = sshDepsOf(options, ssh, inventory.jumps)
  const sessions = createSessions({
    clock: options.clock ?? systemClock,
    secrets: createSecretsFor(options, redactor),
    knownHosts: known.knownHosts,
    trustCommand: trustCommandFor(options, inventory.path),
    observe: (name, one) => seen.set(name, [...(seen.get(name) ?? []), one]),
    ...deps,
  })
  try {
    const signal = runSignal(options.signal)
    const concurrency = options.concurrency ?? defaultConcurrency
    options.onHosts?.(hosts.map(({ name }) => name))
    const examined = await examineAll(hosts, sessions, concurrency, signal, options.onVisit)
    const reports = examined.map(([host, found]): HostReport => {
      const access = accessOf(host, deps.access)
      return {
        host: host.name,
        platform: host.platform,
        ready: isReady(found),
        ...found,
        way: [...access.via.value, access].map((one) => machineOf(one, seen)),
        waySource: access.via.source,
      }
    })
    return {
      kind: 'done',
      hosts: redactor.redactDeep(reports),
      exitCode: reports.every((one) => one.ready) ? 0 : 1,
      warnings: [
        ...warnings,
        ...known.warnings,
        ...ssh.warnings,
        ...redactor.redactDeep(sessions.warnings()),
      ],
    }
  } finally {
    sessions.close()
  }
}

/** Field by field: a credential may hold a secret as text. */
function machineOf(
  access: Access | HostAccess,
  seen: ReadonlyMap<string, readonly SshSeen[]>,
): ReachedMachine {
  const { name, address, port, username, credential, algorithms, hostKeyAlias, knownHostsFiles } = access
  const own = credential.privateKey?.key
  return {
    name,
    address,
    port,
    username,
    credential: credential.name,
    algorithms,
    keyFiles: [
      ...(own?.kind === 'file' ? [{ value: own.path, source: `credential ${credential.name}` }] : []),
      ...access.identityFiles,
    ],
    ...(hostKeyAlias === undefined ? {} : { hostKeyAlias }),
    ...(knownHostsFiles === undefined ? {} : { knownHostsFiles }),
    seen: seen.get(name) ?? [],
    notes: access.notes.map(({ file, line, message }) => `${file}:${line} ${message}`),
  }
}

/** The hosts of an inventory, or those that a playbook names; narrowed by `limit`. */
export function selectHostsOf(options: DoctorOptions): Result<SelectedHosts, readonly Diagnostic[]> {
  const { cwd, env, limit, inventory: path } = options
  const files = filesIn(cwd, options.documents)
  if (options.playbook !== undefined) return ofPlaybook(options, options.playbook)
  if (path === undefined) {
    const hint = 'give a playbook, or an inventory with -i FILE'
    return err([diagnostic('USAGE', 'doctor needs to know which devices', undefined, hint)])
  }
  const text = readText(path, files)
  // A playbook has sections that no inventory has.
  if (text.kind === 'ok' && /^(?:routers|asas)\s*:/m.test(text.value)) {
    const { inventory: _path, ...rest } = options
    return ofPlaybook(rest, path)
  }
  const loaded = loadInventory(path, { files, ...(env.HOME === undefined ? {} : { home: env.HOME }) })
  if (loaded.kind === 'err') return loaded
  const { inventory, warnings } = loaded.value
  if (limit === undefined) return ok({ inventory, hosts: inventory.hosts, warnings })
  const names = parseLimit(inventory, limit)
  if (names.kind === 'err') return names
  return ok({ inventory, hosts: inventory.hosts.filter((host) => names.value.has(host.name)), warnings })
}

function ofPlaybook(options: DoctorOptions, playbook: string): Result<SelectedHosts, readonly Diagnostic[]> {
  const loaded = loadRun({ ...options, playbook })
  if (loaded.kind === 'err') return loaded
  const { inventory, devices, warnings } = loaded.value
  return ok({ inventory, hosts: devices.map((device) => device.host), warnings })
}
