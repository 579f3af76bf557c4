import type { CryptoMapEntry, DeviceFacts } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import { type DeviceIntent, type Target, targetName } from '../../model/intent.ts'
import type { Assessment, TargetState, TargetValue } from '../../model/plan.ts'
import { checkEntry, typeLine } from './check-entry.ts'
import { checkPeers } from './check-peers.ts'
import { targetsHere } from './context-checks.ts'
import { type Expanded, expand, mapsOf, meantMap, numbersOf } from './expand.ts'
import { checkFailover } from './failover-checks.ts'
import { checkManagement } from './management-checks.ts'
import { stillInitiates } from './still-initiates.ts'
import { vtiState } from './vti-checks.ts'

function rights(facts: DeviceFacts): readonly Finding[] {
  if (!facts.configComplete) {
    return [
      {
        code: 'PRIVILEGE_INSUFFICIENT',
        severity: 'block',
        message: 'the device does not show its running configuration to this user',
        next: 'give the user privilege level 15, or the right to show running-config and to set crypto map',
      },
    ]
  }
  if (facts.privileged) return []
  return [
    {
      code: 'PRIVILEGE_INSUFFICIENT',
      severity: 'block',
      message: 'the user does not have privilege level 15 on the device: its lines could be refused half way',
      next: 'give the user privilege level 15; show curpriv tells the level of a session',
    },
  ]
}

function missing(facts: DeviceFacts, target: Target): Finding {
  const name = targetName(target)
  const map = target.kind === 'crypto-map-entry' ? target.map : ''
  const exists = facts.cryptoMaps.some((entry) => entry.map === map)
  const what = exists
    ? `the crypto map ${map} has the entries ${numbersOf(facts, map)}`
    : `there is no crypto map ${map}; the device has ${mapsOf(facts)}`
  return {
    code: 'ENTRY_MISSING',
    severity: 'block',
    target: name,
    message: `${name} does not exist, and setting it would create an empty entry: ${what}`,
    next: `${exists ? '' : meantMap(facts, map)}correct the name or the number in the playbook; names are exact in case`,
  }
}

function dynamicListed(entry: CryptoMapEntry, target: string): Finding {
  return {
    code: 'ENTRY_DYNAMIC',
    severity: 'block',
    target,
    message: `${target} is a dynamic entry: it has no connection type, and answers by nature`,
    evidence: entry.evidence.join('\n'),
    next: 'take its number out of the playbook, or write entries: static',
  }
}

function findingsOf(
  { target, entry }: Expanded,
  facts: DeviceFacts,
  intent: DeviceIntent,
): readonly Finding[] {
  const name = targetName(target)
  if (entry === undefined) return [missing(facts, target)]
  if (entry.dynamic) return [dynamicListed(entry, name)]
  return [...checkEntry(entry, name), ...checkPeers(entry, name, intent)]
}

/** No printed type is the default: every release that has the command starts as `bidirectional`. */
function valueBefore(entry: CryptoMapEntry | undefined): TargetValue {
  if (entry === undefined || entry.dynamic) return 'absent'
  return entry.connectionType ?? 'bidirectional'
}

function stateOf(expanded: Expanded, facts: DeviceFacts, intent: DeviceIntent): TargetState {
  const { target, entry } = expanded
  if (target.kind === 'ipsec-profile') return vtiState(facts, target.profile, intent.state)
  return {
    target,
    before: valueBefore(entry),
    wanted: intent.state === 'responder-only' ? 'answer-only' : 'bidirectional',
    usedBy: entry?.interfaces ?? [],
    peers: { listed: entry?.peers ?? [], any: entry?.dynamic ?? false },
    ...(entry?.lifetimes === undefined ? {} : { lifetimes: entry.lifetimes }),
    ...(entry?.ikeVersions === undefined ? {} : { ikeVersions: entry.ikeVersions }),
    findings: findingsOf(expanded, facts, intent),
    basis:
      entry === undefined
        ? []
        : [...entry.evidence, ...(entry.dynamic ? [] : [typeLine(entry)]), ...(entry.related ?? [])],
  }
}

/**
 * Every check of an ASA that needs no other device: which entries the playbook means, whether each can take
 * the setting, and whether its peers may be answered only.
 */
export function precheck(facts: DeviceFacts, intent: DeviceIntent): Assessment {
  // Where nothing is asked, as where the login of a device with contexts leads, nothing can be wrong.
  if (intent.targets.length === 0) return { targets: [], findings: [] }
  const denied = rights(facts)
  if (!facts.configComplete) return { targets: [], findings: denied }
  const { here, findings: elsewhere } = targetsHere(facts, intent)
  const { targets, findings } = expand(facts, { targets: here })
  const states = targets.map((expanded) => stateOf(expanded, facts, intent))
  return {
    targets: states,
    findings: [
      ...denied,
      ...checkFailover(facts),
      ...elsewhere,
      ...findings,
      ...checkManagement(facts, states, intent.state),
      ...stillInitiates(facts, states, intent.state),
    ],
  }
}
