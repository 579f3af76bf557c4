import { printable } from '../../kernel/printable.ts'
import type { DeviceFacts, IpsecProfile, TunnelInterface } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import type { ProfileName } from '../../model/ids.ts'
import type { WantedState } from '../../model/intent.ts'
import type { TargetState } from '../../model/plan.ts'
import { profileTarget, tunnelNames, usersOf } from '../profile-target.ts'
import { builtInProfile } from './config-initiations.ts'
import { tunnelInitiates } from './initiation-checks.ts'
import { dmvpnSpoke } from './nhrp-checks.ts'
import { profileShared } from './shared-checks.ts'

/** One IPsec profile as the device has it, by its exact name. */
export function profileState(facts: DeviceFacts, name: ProfileName, wanted: WantedState): TargetState {
  const defined = facts.profiles.some((profile) => profile.name === name)
  const found = [
    ...(defined ? unused(name, usersOf(facts, name)) : []),
    ...profileShared(facts, name),
    ...tunnelInitiates(facts, name, wanted),
    ...dmvpnSpoke(facts, name, wanted),
  ]
  const builtIn = 'default is built in: define a profile of your own for these tunnels, and name that'
  return profileTarget(facts, name, wanted, found, name === builtInProfile ? builtIn : undefined)
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
      message: `only interfaces that are shut down use the IPsec profile ${name} (${tunnelNames(users)}): no tunnel is up with it, and nothing could prove it`,
      evidence: shutdownLines(users),
      next: `name the profile that the tunnels use, or bring the tunnels of ${name} up first`,
    },
  ]
}

function isShutDown(tunnel: TunnelInterface): boolean {
  return tunnel.shutdown === true
}

function shutdownLines(tunnels: readonly TunnelInterface[]): string {
  return tunnels.map((tunnel) => `interface ${tunnel.name}\n shutdown`).join('\n')
}

/** Interfaces use the profile, and all of them are shut down: it is not in use. */
export function isOnlyShutDown(facts: DeviceFacts, { name }: IpsecProfile): boolean {
  const users = usersOf(facts, name)
  return users.length > 0 && users.every(isShutDown)
}

/** PROFILE_UNUSED for such a profile where all that are in use are meant. */
export function shutDownLeftAlone(facts: DeviceFacts, { name }: IpsecProfile): Finding {
  const users = usersOf(facts, name)
  return {
    code: 'PROFILE_UNUSED',
    severity: 'warn',
    message: `only interfaces that are shut down use the IPsec profile ${printable(name)} (${tunnelNames(users)}): it is left alone, and would start tunnels as before when they come up`,
    evidence: shutdownLines(users),
    next: 'run apply again when they are up, or except the profile in the playbook',
  }
}
