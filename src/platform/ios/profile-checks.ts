import { nearest } from '../../kernel/nearest.ts'
import { printable } from '../../kernel/printable.ts'
import type { DeviceFacts, TunnelInterface } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import type { ProfileName } from '../../model/ids.ts'
import type { WantedState } from '../../model/intent.ts'
import type { TargetPeers, TargetState, TargetValue } from '../../model/plan.ts'

// Enough to choose from; a hub may have hundreds.
const namesShown = 12

/** One IPsec profile as the device has it, by its exact name. */
export function profileState(facts: DeviceFacts, name: ProfileName, wanted: WantedState): TargetState {
  const users = facts.tunnels.filter((tunnel) => tunnel.profile === name)
  const profile = facts.profiles.find((each) => each.name === name)
  const before: TargetValue =
    profile === undefined ? 'absent' : profile.responderOnly ? 'responder-only' : 'bidirectional'
  const unused = profile !== undefined && users.length === 0
  return {
    target: { kind: 'ipsec-profile', profile: name },
    before,
    wanted,
    usedBy: users.map((tunnel) => tunnel.name),
    peers: peersOf(users),
    findings: [
      ...(profile === undefined ? [missing(facts, name, users)] : []),
      ...(unused ? [unusedProfile(name)] : []),
    ],
    basis: profile?.basis ?? users.map((tunnel) => tunnel.evidence),
  }
}

function peersOf(users: readonly TunnelInterface[]): TargetPeers {
  return {
    listed: [...new Set(users.flatMap((tunnel) => tunnel.destination ?? []))],
    any: users.some((tunnel) => tunnel.anyPeer),
  }
}

function missing(facts: DeviceFacts, name: ProfileName, users: readonly TunnelInterface[]): Finding {
  const names = facts.profiles.map((profile) => profile.name)
  const meant = nearest(name, names)
  const listed = names.slice(0, namesShown).map(printable).join(', ')
  const more = names.length > namesShown ? ' …' : ''
  const userNames = users.map((tunnel) => printable(tunnel.name)).join(', ')
  return {
    code: 'PROFILE_MISSING',
    severity: 'block',
    target: name,
    message:
      users.length > 0
        ? `${userNames} uses the IPsec profile ${name}, and the configuration does not define it`
        : `the configuration has no IPsec profile ${name}; entering it would create an empty one`,
    ...(users.length > 0 ? { evidence: users.map((tunnel) => tunnel.evidence).join('\n') } : {}),
    next:
      name === 'default'
        ? 'default is built in: define a profile of your own for these tunnels, and name that'
        : `${meant === undefined ? '' : `did you mean ${printable(meant)}? `}${names.length === 0 ? 'this device defines no IPsec profile' : `it defines ${listed}${more}`}`,
  }
}

function unusedProfile(name: ProfileName): Finding {
  return {
    code: 'PROFILE_UNUSED',
    severity: 'block',
    target: name,
    message: `no tunnel or template uses the IPsec profile ${name}: setting it would change nothing, and nothing could prove it`,
    next: `name the profile that the tunnels use, or use ${name} in a tunnel first`,
  }
}
