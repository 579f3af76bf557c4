import type { CryptoMapEntry, DeviceFacts } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import type { MapName } from '../../model/ids.ts'
import { targetName, type WantedState } from '../../model/intent.ts'
import type { Assessment, TargetState } from '../../model/plan.ts'

function unsupported(map: MapName, exists: boolean): Pick<Finding, 'code' | 'severity' | 'message' | 'next'> {
  return {
    code: 'CRYPTO_MAP_UNSUPPORTED',
    severity: 'block',
    message: exists
      ? `${map} is a crypto map, and IOS has responder-only for IPsec profiles only: its tunnels go on starting IKE`
      : `IOS has responder-only for IPsec profiles only, and this device has no crypto map ${map} either`,
    next: 'move these tunnels to a virtual interface with an IPsec profile, or take the map out of the playbook',
  }
}

function stateOf(map: MapName, entry: CryptoMapEntry, wanted: WantedState): TargetState {
  const target = { kind: 'crypto-map-entry', map, seq: entry.seq } as const
  return {
    target,
    before: 'bidirectional',
    wanted,
    usedBy: entry.interfaces,
    peers: { listed: entry.peers, any: entry.dynamic },
    findings: [
      { ...unsupported(map, true), target: targetName(target), evidence: entry.evidence.join('\n') },
    ],
    basis: entry.evidence,
  }
}

/**
 * A crypto map that a playbook names on IOS: refused, with the device's own lines. `show crypto map`
 * prints a Responder-Only line for maps too, and none can be set there.
 */
export function mapStates(facts: DeviceFacts, map: MapName, wanted: WantedState, seq?: number): Assessment {
  const entries = facts.cryptoMaps.filter(
    (entry) => entry.map === map && (seq === undefined || entry.seq === seq),
  )
  return entries.length === 0
    ? { targets: [], findings: [{ ...unsupported(map, false), target: map }] }
    : { targets: entries.map((entry) => stateOf(map, entry, wanted)), findings: [] }
}
