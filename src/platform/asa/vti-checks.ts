import { nearest } from '../../kernel/nearest.ts'
import { printable } from '../../kernel/printable.ts'
import type { DeviceFacts, TunnelInterface } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import type { ProfileName } from '../../model/ids.ts'
import type { DeviceIntent } from '../../model/intent.ts'
import type { TargetState, TargetValue } from '../../model/plan.ts'
import { peersOfTunnels } from '../../model/tunnel-peers.ts'
import { vtiRelease } from './vti-release.ts'

// Enough to choose from.
const namesShown = 12

function namesOf(tunnels: readonly TunnelInterface[]): string {
  return tunnels.map((tunnel) => printable(tunnel.name)).join(', ')
}

function evidenceOf(tunnels: readonly TunnelInterface[]): { readonly evidence?: string } {
  return tunnels.length === 0 ? {} : { evidence: tunnels.map((tunnel) => tunnel.evidence).join('\n') }
}

/** The VTIs that a profile protects. */
export function usersOf(facts: DeviceFacts, name: string): readonly TunnelInterface[] {
  return facts.tunnels.filter((tunnel) => tunnel.profile === name)
}

function missing(facts: DeviceFacts, name: ProfileName, users: readonly TunnelInterface[]): Finding {
  const names = facts.profiles.map((profile) => profile.name)
  const meant = nearest(name, names)
  const listed = names.slice(0, namesShown).map(printable).join(', ')
  const has = names.length === 0 ? 'this device defines no IPsec profile' : `it defines ${listed}`
  return {
    code: 'PROFILE_MISSING',
    severity: 'block',
    target: name,
    message:
      users.length > 0
        ? `${namesOf(users)} uses the IPsec profile ${name}, and the configuration does not define it`
        : `the configuration has no IPsec profile ${name}; entering it would create an empty one`,
    ...evidenceOf(users),
    next: `${meant === undefined ? '' : `did you mean ${printable(meant)}? `}${has}${names.length > namesShown ? ' …' : ''}`,
  }
}

function unused(name: ProfileName, users: readonly TunnelInterface[]): readonly Finding[] {
  if (users.some((tunnel) => tunnel.shutdown !== true)) return []
  return [
    {
      code: 'PROFILE_UNUSED',
      severity: 'block',
      target: name,
      message:
        users.length === 0
          ? `no tunnel interface uses the IPsec profile ${name}: setting it would change nothing, and nothing could prove it`
          : `only interfaces that are shut down use the IPsec profile ${name} (${namesOf(users)}): no tunnel is up with it, and nothing could prove it`,
      ...evidenceOf(users),
      next: `name the profile that the tunnels use, or bring a tunnel with ${name} up first`,
    },
  ]
}

function sharedBySeveral(name: ProfileName, users: readonly TunnelInterface[]): readonly Finding[] {
  const up = users.filter((tunnel) => tunnel.shutdown !== true)
  if (up.length < 2) return []
  return [
    {
      code: 'PROFILE_SHARED',
      severity: 'warn',
      target: name,
      message: `${up.length} tunnel interfaces use ${name}: the setting reaches ${namesOf(up)} together`,
      ...evidenceOf(up),
      next: 'check that every one of these tunnels may be answered only, or give those that may not a profile of their own',
    },
  ]
}

/** One IPsec profile of an ASA as the device has it, by its exact name. */
export function vtiState(facts: DeviceFacts, name: ProfileName, wanted: DeviceIntent['state']): TargetState {
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
    findings: [
      ...vtiRelease(facts, name, wanted),
      ...(profile === undefined
        ? [missing(facts, name, users)]
        : [...unused(name, users), ...sharedBySeveral(name, users)]),
    ],
    basis: profile?.basis ?? users.map((tunnel) => tunnel.evidence),
  }
}
