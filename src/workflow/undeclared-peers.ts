import { sameAddress } from '../model/address.ts'
import type { DeviceFacts } from '../model/facts.ts'
import { declarationFor, entryName, type PeerDeclaration } from '../model/intent.ts'
import type { DevicePlan, TargetPlan } from '../model/plan.ts'
import type { UndeclaredPeer } from '../model/undeclared-peer.ts'

/** Every undeclared peer of a run, once per address: what `--write-peers` writes. */
export function undeclaredPeers(
  plans: readonly DevicePlan[],
  declared: readonly PeerDeclaration[],
): readonly UndeclaredPeer[] {
  const found: UndeclaredPeer[] = []
  for (const plan of plans) {
    for (const target of plan.targets) {
      if (target.state.target.kind !== 'crypto-map-entry') continue
      for (const address of target.state.peers.listed) {
        const type = declarationFor(declared, plan.host, target.name, address)?.type ?? 'unknown'
        if (type !== 'unknown' || found.some((peer) => sameAddress(peer.address, address))) continue
        found.push(describe(plan, target, address))
      }
    }
  }
  return found
}

function describe(plan: DevicePlan, target: TargetPlan, address: string): UndeclaredPeer {
  const { facts } = plan
  const entry = facts.cryptoMaps.find((one) => entryName(one, facts.context) === target.name)
  const group = facts.tunnelGroups.find((one) => sameAddress(one.name, address))
  const description = facts.peerDescriptions[address]
  return {
    address,
    host: plan.host,
    target: target.name,
    startedBy: startedBy(facts, address),
    ...(group === undefined ? {} : { tunnelGroup: group.name }),
    ...(entry?.acl === undefined ? {} : { acl: entry.acl }),
    ...(description === undefined ? {} : { description }),
  }
}

function startedBy(facts: DeviceFacts, address: string): string {
  const up = facts.reading.sas.filter(
    (sa) => sa.established && sa.peer !== undefined && sameAddress(sa.peer, address),
  )
  if (up.length === 0) return 'no SA'
  const roles = new Set(up.map((sa) => sa.role))
  if (roles.has('responder') && roles.has('initiator')) return 'both'
  if (roles.has('responder')) return 'peer'
  return roles.has('initiator') ? 'this device' : 'not known'
}
