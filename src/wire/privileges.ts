import type { Diagnostic } from '../kernel/diagnostics.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import {
  type AccountCommands,
  type AccountKind,
  accountKinds,
  type CommandSet,
} from '../model/command-set.ts'
import { type PlatformId, platformIds } from '../model/ids.ts'
import type { InventoryHost } from '../model/inventory.ts'
import type { Playbook } from '../model/playbook.ts'
import { type AskedOfDevice, commandSetOf } from '../platform/command-set.ts'
import { driverFor } from '../platform/registry.ts'
import { loadRun } from './load.ts'
import type { RunOptions } from './options.ts'

/** The accounts that a playbook needs. */
export interface Privileges {
  readonly accounts: readonly AccountCommands[]
  readonly warnings: readonly Diagnostic[]
}

/** What accounts a playbook needs on its devices, from the files alone: nothing is contacted. */
export function privileges(
  options: Pick<RunOptions, 'playbook' | 'inventory' | 'limit' | 'env' | 'cwd' | 'clock'>,
): Result<Privileges, readonly Diagnostic[]> {
  const loaded = loadRun(options)
  if (loaded.kind === 'err') return err(loaded.error)
  const { playbook, inventory, devices, warnings } = loaded.value
  const named = new Set(devices.map(({ host }) => host.name))
  // Of a peer in the inventory, the configuration tells whether it can start.
  const peers = playbook.readPeers === false ? [] : inventory.hosts.filter(({ name }) => !named.has(name))
  const asked = devices.map(({ host, intent }) => ({ host, asked: askedOf(playbook, intent.targets) }))
  const others = peers.map((host) => ({ host, asked: askedOf(playbook, []) }))
  const accounts = platformIds.flatMap((platform) =>
    accountKinds.flatMap((account) => {
      const of = account === 'read' ? [...asked, ...others] : asked
      return grouped(
        platform,
        account,
        of.filter(({ host }) => host.platform === platform),
        named,
      )
    }),
  )
  return ok({ accounts, warnings })
}

function askedOf(playbook: Playbook, targets: AskedOfDevice['targets']): AskedOfDevice {
  const { proof, save, revertTimer } = playbook
  return {
    targets,
    clears: proof.renegotiate === 'initiated',
    saves: save !== 'never',
    ...(revertTimer === undefined ? {} : { revertTimer }),
  }
}

interface AskedHost {
  readonly host: InventoryHost
  readonly asked: AskedOfDevice
}

/** Devices that need exactly the same share an account. */
function grouped(
  platform: PlatformId,
  account: AccountKind,
  hosts: readonly AskedHost[],
  named: ReadonlySet<string>,
): readonly AccountCommands[] {
  const groups = new Map<string, { readonly set: CommandSet; readonly hosts: string[] }>()
  for (const { host, asked } of hosts) {
    const set = commandSetOf(driverFor(platform), asked, account)
    const key = JSON.stringify(set)
    const group = groups.get(key) ?? { set, hosts: [] }
    groups.set(key, group)
    group.hosts.push(host.name)
  }
  return [...groups.values()].map((group, nth) => ({
    name: `ikero-${platform}-${account}${nth === 0 ? '' : `-${nth + 1}`}`,
    platform,
    account,
    hosts: group.hosts.filter((name) => named.has(name)),
    peerHosts: group.hosts.filter((name) => !named.has(name)),
    ...group.set,
  }))
}
