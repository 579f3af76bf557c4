import type { DeviceFacts, TunnelInterface } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import type { ProfileName } from '../../model/ids.ts'
import type { DeviceIntent } from '../../model/intent.ts'
import type { TargetState } from '../../model/plan.ts'
import { profileTarget, tunnelNames, usersOf } from '../profile-target.ts'
import { vtiRelease } from './vti-release.ts'

function evidenceOf(tunnels: readonly TunnelInterface[]): { readonly evidence?: string } {
  return tunnels.length === 0 ? {} : { evidence: tunnels.map((tunnel) => tunnel.evidence).join('\n') }
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
          : `only interfaces that are shut down use the IPsec profile ${name} (${tunnelNames(users)}): no tunnel is up with it, and nothing could prove it`,
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
      message: `${up.length} tunnel interfaces use ${name}: the setting reaches ${tunnelNames(up)} together`,
      ...evidenceOf(up),
      next: 'check that every one of these tunnels may be answered only, or give those that may not a profile of their own',
    },
  ]
}

/** One IPsec profile of an ASA as the device has it, by its exact name. */
export function vtiState(facts: DeviceFacts, name: ProfileName, wanted: DeviceIntent['state']): TargetState {
  const users = usersOf(facts, name)
  const defined = facts.profiles.some((profile) => profile.name === name)
  return profileTarget(facts, name, wanted, [
    ...vtiRelease(facts, name, wanted),
    ...(defined ? [...unused(name, users), ...sharedBySeveral(name, users)] : []),
  ])
}
