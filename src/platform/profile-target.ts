import { nearest } from '../kernel/nearest.ts'
import { printable } from '../kernel/printable.ts'
import type { DeviceFacts, TunnelInterface } from '../model/facts.ts'
import type { Finding } from '../model/finding.ts'
import type { ProfileName } from '../model/ids.ts'
import type { WantedState } from '../model/intent.ts'
import type { TargetState, TargetValue } from '../model/plan.ts'
import { peersOfTunnels } from '../model/tunnel-peers.ts'

// Enough to choose from; a hub may have hundreds.
const namesShown = 12

/** The tunnels that a profile protects. */
export function usersOf(facts: DeviceFacts, name: string): readonly TunnelInterface[] {
  return facts.tunnels.filter((tunnel) => tunnel.profile === name)
}

/** Interfaces by name, for messages. */
export function tunnelNames(tunnels: readonly TunnelInterface[]): string {
  return tunnels.map((tunnel) => printable(tunnel.name)).join(', ')
}

/**
 * One IPsec profile as the device has it, by its exact name. Where it is not there, PROFILE_MISSING is added
 * to what the platform's own checks found; `instead` says what to do then, where it is not to name another.
 */
export function profileTarget(
  facts: DeviceFacts,
  name: ProfileName,
  wanted: WantedState,
  found: readonly Finding[],
  instead?: string,
): TargetState {
  const users = usersOf(facts, name)
  const profile = facts.profiles.find((each) => each.name === name)
  const before: TargetValue =
    profile === undefined ? 'absent' : profile.responderOnly ? 'responder-only' : 'bidirectional'
  return {
    target: { kind: 'ipsec-profile', profile: name },
    before,
    wanted,
    usedBy: users.map((tunnel) => tunnel.name),
    peers: peersOfTunnels(users),
    ...(profile?.lifetimes === undefined ? {} : { lifetimes: profile.lifetimes }),
    ...(profile?.ikeVersions === undefined ? {} : { ikeVersions: profile.ikeVersions }),
    findings: [...(profile === undefined ? [missing(facts, name, users, instead)] : []), ...found],
    basis: profile?.basis ?? users.map((tunnel) => tunnel.evidence),
  }
}

function missing(
  facts: DeviceFacts,
  name: ProfileName,
  users: readonly TunnelInterface[],
  instead: string | undefined,
): Finding {
  return {
    code: 'PROFILE_MISSING',
    severity: 'block',
    target: name,
    message:
      users.length > 0
        ? `${tunnelNames(users)} uses the IPsec profile ${name}, and the configuration does not define it`
        : `the configuration has no IPsec profile ${name}; entering it would create an empty one`,
    ...(users.length > 0 ? { evidence: users.map((tunnel) => tunnel.evidence).join('\n') } : {}),
    next: instead ?? whatThereIs(facts, name),
  }
}

function whatThereIs({ profiles }: DeviceFacts, name: ProfileName): string {
  const names = profiles.map((profile) => profile.name)
  if (names.length === 0) return 'this device defines no IPsec profile'
  const meant = nearest(name, names)
  const listed = names.slice(0, namesShown).map(printable).join(', ')
  const more = names.length > namesShown ? ' …' : ''
  return `${meant === undefined ? '' : `did you mean ${printable(meant)}? `}it defines ${listed}${more}`
}
