import { assertNever } from '../../kernel/never.ts'
import { printable } from '../../kernel/printable.ts'
import type { DeviceFacts } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import { type ProfileName, parseProfileName } from '../../model/ids.ts'
import type { DeviceIntent, TargetIntent, WantedState } from '../../model/intent.ts'
import type { Assessment, TargetState } from '../../model/plan.ts'
import { softwareInWords } from '../../model/software-name.ts'
import { tunnelNames, usersOf } from '../profile-target.ts'
import { builtInProfile } from './config-initiations.ts'
import { stillInitiates } from './initiation-checks.ts'
import { managementNotTold, managementThroughTarget } from './management-checks.ts'
import { mapStates } from './map-checks.ts'
import { isOnlyShutDown, profileState, shutDownLeftAlone } from './profile-checks.ts'
import { supportsResponderOnly } from './release.ts'

/** Judges one device against what is asked of it. Pure; what it could not read in full it does not judge. */
export function precheck(facts: DeviceFacts, intent: DeviceIntent): Assessment {
  if (!facts.privileged || !facts.configComplete)
    return { targets: [], findings: [privilegeInsufficient(facts)] }
  const parts = intent.targets.map((target) => assess(facts, target, intent.state))
  const targets = firstOfEach(parts.flatMap((part) => part.targets)).map((state) => ({
    ...state,
    findings: [...state.findings, ...managementThroughTarget(facts, state, intent.state)],
  }))
  return {
    targets,
    findings: [
      ...releaseUnknown(facts, intent.state),
      ...parts.flatMap((part) => part.findings),
      ...stillInitiates(facts, targets, intent.state),
      ...managementNotTold(facts, targets, intent.state),
    ],
  }
}

/** A profile that is named and in use as well is one target. */
function firstOfEach(states: readonly TargetState[]): readonly TargetState[] {
  const seen = new Set<string>()
  return states.filter((state) => {
    const key = JSON.stringify(state.target)
    return seen.has(key) ? false : seen.add(key)
  })
}

function privilegeInsufficient(facts: DeviceFacts): Finding {
  return {
    code: 'PRIVILEGE_INSUFFICIENT',
    severity: 'block',
    message: facts.privileged
      ? `${printable(facts.hostname)} does not show its running configuration to this user`
      : `the session on ${printable(facts.hostname)} is not known to have privilege level 15: a lower level, or a CLI view, is shown only a part of the configuration`,
    next: facts.privileged
      ? 'give the user the right to show running-config, and to set IPsec profiles, on the AAA server'
      : 'give the credential an enable secret, or privilege level 15 at login, no CLI view, and the right to send show privilege',
  }
}

function releaseUnknown(facts: DeviceFacts, wanted: WantedState): readonly Finding[] {
  if (supportsResponderOnly(facts.software) !== 'unknown') return []
  const settled = facts.responderOnlyShown === true || wanted === 'bidirectional'
  const name = softwareInWords(facts.software)
  return [
    {
      code: 'RELEASE_UNKNOWN',
      severity: settled ? 'info' : 'block',
      message: settled
        ? `${name} is no release that ikero can place, and the device itself shows that it knows responder-only`
        : `${name} is no release of which it is known that it has responder-only, and the device does not show it`,
      evidence: facts.software.evidence,
      next: settled
        ? 'nothing to do'
        : 'look whether show crypto ipsec profile prints a Responder-Only line; install a release that has it, or take the host out of the playbook',
    },
  ]
}

function assess(facts: DeviceFacts, intent: TargetIntent, wanted: WantedState): Assessment {
  switch (intent.kind) {
    case 'ipsec-profile':
      return { targets: [profileState(facts, intent.profile, wanted)], findings: [] }
    case 'profiles-in-use':
      return profilesInUse(facts, intent.except, wanted)
    case 'ios-crypto-map':
    case 'static-entries':
      return mapStates(facts, intent.map, wanted)
    case 'crypto-map-entry':
      return mapStates(facts, intent.map, wanted, intent.seq)
    default:
      return assertNever(intent)
  }
}

function profilesInUse(facts: DeviceFacts, except: readonly ProfileName[], wanted: WantedState): Assessment {
  const excepted = new Set<string>(except)
  const named = facts.profiles.filter((profile) => profile.usedBy.length > 0)
  const used = named.filter((profile) => !isOnlyShutDown(facts, profile))
  const shutDown = named.filter((profile) => isOnlyShutDown(facts, profile) && !excepted.has(profile.name))
  const kept = used.filter((profile) => !excepted.has(profile.name))
  const undefinedOnes = facts.profilesUsedButNotDefined.filter((name) => !excepted.has(name))
  return {
    targets: kept
      .flatMap((profile) => parseProfileName(profile.name) ?? [])
      .map((name) => profileState(facts, name, wanted)),
    findings: [
      ...(used.length === 0 && shutDown.length === 0 ? [noneInUse()] : []),
      ...shutDown.map((profile) => shutDownLeftAlone(facts, profile)),
      ...kept
        .filter((profile) => parseProfileName(profile.name) === undefined)
        .map(({ name }) => oddName(name)),
      ...undefinedOnes.map((name) =>
        name === builtInProfile ? builtInLeftAlone(facts) : leftAlone(facts, name),
      ),
    ],
  }
}

function noneInUse(): Finding {
  return {
    code: 'PROFILE_UNUSED',
    severity: 'warn',
    message: 'no tunnel of this device uses an IPsec profile: every profile in use is none',
    next: 'check that this host belongs into the playbook',
  }
}

function oddName(name: string): Finding {
  return {
    code: 'PROFILE_MISSING',
    severity: 'warn',
    message: `the profile ${printable(name)} is in use and has a name that ikero does not send to a device; it is left alone`,
    next: 'set it by hand, or rename the profile',
  }
}

function leftAlone(facts: DeviceFacts, name: string): Finding {
  const users = usersOf(facts, name)
  return {
    code: 'PROFILE_MISSING',
    severity: 'info',
    message: `the configuration does not define the profile ${printable(name)} that ${tunnelNames(users)} names; it is left alone`,
    evidence: users.map((each) => each.evidence).join('\n'),
    next: 'define the profile, or take it off the interface, if the tunnel is meant to work',
  }
}

/** The built-in profile works without a line of its own: its tunnels go on starting. */
function builtInLeftAlone(facts: DeviceFacts): Finding {
  const users = facts.tunnels.filter((tunnel) => tunnel.profile === builtInProfile)
  return {
    code: 'PROFILE_MISSING',
    severity: 'warn',
    message: `${users.map((each) => printable(each.name)).join(', ')} uses the built-in IPsec profile ${builtInProfile}, which the configuration does not define: it is left alone, and goes on starting`,
    evidence: users.map((each) => each.evidence).join('\n'),
    next: 'define a profile of your own for these tunnels, and run apply again; or except default in the playbook',
  }
}
