import { nearest } from '../../kernel/nearest.ts'
import { printable } from '../../kernel/printable.ts'
import type { DeviceFacts, IpsecProfile, TunnelInterface } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import type { ProfileName } from '../../model/ids.ts'
import type { WantedState } from '../../model/intent.ts'
import type { TargetState, TargetValue } from '../../model/plan.ts'
import { peersOfTunnels } from '../../model/tunnel-peers.ts'
import { builtInProfile } from './config-initiations.ts'
import { tunnelInitiates } from './initiation-checks.ts'
import { dmvpnSpoke } from './nhrp-checks.ts'
import { profileShared } from './shared-checks.ts'

// Enough to choose from; a hub may have hundreds.
const namesShown = 12

/** One IPsec profile as the device has it, by its exact name. */
export function profileState(facts: DeviceFacts, name: ProfileName, wanted: WantedState): TargetState {
  const users = facts.tunnels.filter((tunnel) => tunnel.profile === name)
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
    findings: [
      ...(profile === undefined ? [missing(facts, name, users)] : []),
      ...(profile === undefined ? [] : unused(name, users)),
      ...profileShared(facts, name),
      ...tunnelInitiates(facts, name, wanted),
      ...dmvpnSpoke(facts, name, wanted),
    ],
    basis: profile?.basis ?? users.map((tunnel) => tunnel.evidence),
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
      name === builtInProfile
        ? 'default is built in: define a profile of your own for these tunnels, and name that'
        : `${meant === undefined ? '' : `did you mean ${printable(meant)}? `}${names.length === 0 ? 'this device defines no IPsec profile' : `it defines ${listed}${more}`}`,
  }
}

function unused(name: ProfileName, users: readonly TunnelInterface[]): readonly Finding[] {
  if (users.length === 0) {
    return [
      {
        code: 'PROFILE_UNUSED',
        severity: 'block',
        target: name,
        message: `no tunnel or template uses the IPsec profile ${name}: setting it would change nothing, and nothing could prove it`,
        next: `name the profile that the tunnels use, or use ${name} in a tunnel first`,
      },
    ]
  }
  if (!users.every(isShutDown)) return []
  return [
    {
      code: 'PROFILE_UNUSED',
      severity: 'block',
      target: name,
      message: `only interfaces that are shut down use the IPsec profile ${name} (${namesOf(users)}): no tunnel is up with it, and nothing could prove it`,
      evidence: shutdownLines(users),
      next: `name the profile that the tunnels use, or bring the tunnels of ${name} up first`,
    },
  ]
}

function isShutDown(tunnel: TunnelInterface): boolean {
  return tunnel.shutdown === true
}

function namesOf(tunnels: readonly TunnelInterface[]): string {
  return tunnels.map((tunnel) => printable(tunnel.name)).join(', ')
}

function shutdownLines(tunnels: readonly TunnelInterface[]): string {
  return tunnels.map((tunnel) => `interface ${tunnel.name}\n shutdown`).join('\n')
}

/** Interfaces use the profile, and all of them are shut down: it is not in use. */
export function isOnlyShutDown(facts: DeviceFacts, { name }: IpsecProfile): boolean {
  const users = facts.tunnels.filter((tunnel) => tunnel.profile === name)
  return users.length > 0 && users.every(isShutDown)
}

/** PROFILE_UNUSED for such a profile where all that are in use are meant. */
export function shutDownLeftAlone(facts: DeviceFacts, { name }: IpsecProfile): Finding {
  const users = facts.tunnels.filter((tunnel) => tunnel.profile === name)
  return {
    code: 'PROFILE_UNUSED',
    severity: 'warn',
    message: `only interfaces that are shut down use the IPsec profile ${printable(name)} (${namesOf(users)}): it is left alone, and would start tunnels as before when they come up`,
    evidence: shutdownLines(users),
    next: 'run apply again when they are up, or except the profile in the playbook',
  }
}
