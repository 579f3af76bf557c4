import { printable } from '../kernel/printable.ts'
import type { Finding } from '../model/finding.ts'
import type { InventoryMember, TopologyDevice } from './input.ts'

const label = 'ha-pair'

/** HA_PARTNER_MISSING: a member of the same `ha-pair` stands in the inventory and not in the playbook. */
export function haPartnerMissing(
  device: TopologyDevice,
  inventory: readonly InventoryMember[],
): readonly Finding[] {
  const pair = device.labels?.[label]
  if (pair === undefined) return []
  const missing = inventory
    .filter((one) => one.host !== device.host && one.labels?.[label] === pair && !one.inPlaybook)
    .map((one) => printable(one.host))
  if (missing.length === 0) return []
  return [
    {
      code: 'HA_PARTNER_MISSING',
      severity: 'warn',
      message: `the playbook does not name ${missing.join(', ')}, which the inventory pairs with this device (${label}: ${printable(pair)}): after a takeover the tunnels would be set as before`,
      next: `name ${missing.join(', ')} in the playbook too; members of a pair are changed one after the other`,
    },
  ]
}
