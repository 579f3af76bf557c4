import { err, ok, type Result } from '../../kernel/result.ts'
import { type Capture, captureOf } from '../../model/capture.ts'
import type { DeviceFacts, NhrpRole, SaReading } from '../../model/facts.ts'
import { configuredPeers } from '../../model/tunnel-peers.ts'
import type { ParseFault, SessionFacts } from '../driver.ts'
import { lastChangeOf } from '../last-change.ts'
import { parseFault } from '../parse-fault.ts'
import { softwareOf } from '../software.ts'
import { changeLog } from './change-log.ts'
import { type IosConfig, readConfig } from './config.ts'
import { parseDmvpn, registeredClients } from './dmvpn.ts'
import { parseIpsecProfiles } from './ipsec-profile.ts'
import { managementThrough } from './management.ts'
import { lines } from './probes.ts'
import { readSas } from './reading.ts'

const noReading: SaReading = { sas: [], unreadable: [] }

/**
 * Level 15 in the prompt's mark and in the device's own words. A lower level, and a CLI view, are shown only the
 * part of the configuration that they may change, with the line `end` behind it as behind the whole (Cisco tech
 * note on privilege levels and the running configuration; feature guide Role-Based CLI Access). What such a
 * session prints here is believed only for the root view, which sees all; the wording of a view is UNVERIFIED,
 * so that everything else counts as less.
 */
export function isPrivileged(
  captures: readonly Capture[],
  session: Pick<SessionFacts, 'privileged'>,
): boolean {
  const told = captureOf(captures, lines.privilege)
  if (told === undefined) return session.privileged
  const sees = /Current privilege level is 15\b|View Context with view 'root'/i
  return session.privileged && told.refusal === undefined && sees.test(told.text)
}

/** The release knows the setting: it prints the line for any profile, or the configuration has it. */
function isSettingShown(captures: readonly Capture[], config: IosConfig): boolean {
  const effective = parseIpsecProfiles(captureOf(captures, lines.ipsecProfile)?.text ?? '') ?? []
  return (
    effective.some((profile) => profile.responderOnly !== undefined) ||
    config.profiles.some((profile) => profile.responderOnly)
  )
}

/** The roles of the configuration with the clients that the device lists; without such a list, none is counted. */
function nhrpOf(captures: readonly Capture[], config: IosConfig): readonly NhrpRole[] {
  const dmvpn = parseDmvpn(captureOf(captures, lines.dmvpn)?.text ?? '') ?? []
  return config.nhrp.map((role) => {
    const clients = registeredClients(dmvpn, role.tunnel)
    return clients === undefined ? role : { ...role, clients }
  })
}

/**
 * Everything that the checks need. Output that is cut off or foreign is a fault; without level 15, or
 * where the device does not show its configuration to this user, nothing of it is believed, and the checks say so.
 */
export function facts(captures: readonly Capture[], session: SessionFacts): Result<DeviceFacts, ParseFault> {
  const privileged = isPrivileged(captures, session)
  const capture = captureOf(captures, lines.config) ?? { line: lines.config, text: '' }
  const config = readConfig(capture.refusal === undefined ? capture.text : '')
  if (privileged && capture.refusal === undefined && !config.complete)
    return err(
      parseFault(
        capture,
        config.recognised
          ? 'the configuration is cut off: it does not end with the line end'
          : 'this is not a running configuration of IOS',
      ),
    )
  const ownAddresses = [...new Set([...config.ownAddresses, ...(session.endpoints ?? [])])]
  const reading = readSas(captures, ownAddresses, configuredPeers(config))
  if (privileged && reading.kind === 'err') return reading
  const management = managementThrough(captures, config)
  const lastChange = lastChangeOf(capture.text)
  return ok({
    platform: 'ios',
    software: softwareOf(captureOf(captures, lines.version)?.text ?? ''),
    hostname: config.hostname ?? session.hostname,
    privileged,
    configComplete: config.complete,
    profiles: config.profiles,
    profilesUsedButNotDefined: config.profilesUsedButNotDefined,
    responderOnlyShown: isSettingShown(captures, config),
    tunnels: config.tunnels,
    cryptoMaps: config.cryptoMaps,
    tunnelGroups: [],
    peerDescriptions: config.peerDescriptions,
    ownAddresses,
    nhrp: nhrpOf(captures, config),
    initiations: config.initiations,
    ...(management === undefined ? {} : { managementThrough: management }),
    ...(lastChange === undefined ? {} : { lastChange }),
    ...(changeLog.kept(captures) ? { keepsChangeLog: true as const } : {}),
    reading: reading.kind === 'ok' ? reading.value : noReading,
  })
}
