import { err, ok, type Result } from '../../kernel/result.ts'
import { type Capture, captureOf } from '../../model/capture.ts'
import type { CryptoMapEntry, DeviceFacts, TunnelInterface } from '../../model/facts.ts'
import type { ParseFault, SessionFacts } from '../driver.ts'
import { lastChangeOf } from '../last-change.ts'
import { notAsked, parseFault } from '../parse-fault.ts'
import { softwareOf } from '../software.ts'
import { lines } from './commands.ts'
import { type AsaConfig, readConfig } from './config.ts'
import { readContexts } from './contexts.ts'
import { readCryptoMaps } from './crypto-map.ts'
import { failoverOf } from './failover-role.ts'
import { initiationsOf } from './initiations.ts'
import { lifetimesOf } from './lifetimes.ts'
import { managementOf, readTerminals } from './management.ts'
import { addressOf, type Names, readNames } from './names.ts'
import { readPrivilegeLevel } from './privilege.ts'
import { relatedLines, remarkOf } from './related.ts'
import { readSas } from './sas.ts'
import { startupConfig } from './startup.ts'
import { outputLines } from './text.ts'

/**
 * A user who may not ask for his level, and to whom the whole configuration was shown, has what reading
 * needs; the replies to a change tell the rest.
 */
export function privileged(captures: readonly Capture[], session: Pick<SessionFacts, 'privileged'>): boolean {
  const level = readPrivilegeLevel(captureOf(captures, lines.privilege)?.text ?? '')
  return level === undefined ? session.privileged : level === 15
}

/** The entry with its connection type as `all` prints it, and with peers by address. */
function complete(
  config: AsaConfig,
  entry: CryptoMapEntry,
  shown: CryptoMapEntry | undefined,
  names: Names,
): CryptoMapEntry {
  const lifetimes = lifetimesOf(entry.lifetimes, entry.ikeVersions, config.lifetimes)
  const type = shown?.connectionType ?? entry.connectionType
  const printed = shown?.connectionTypePrinted ?? entry.connectionTypePrinted
  return {
    ...entry,
    peers: entry.peers.map((peer) => addressOf(names, peer)),
    related: relatedLines(config.index, entry),
    ...(Object.keys(lifetimes).length === 0 ? {} : { lifetimes }),
    ...(type === undefined ? {} : { connectionType: type }),
    ...(printed === undefined ? {} : { connectionTypePrinted: printed }),
  }
}

/** A VTI with its far end and its source by address. */
function byAddress(tunnel: TunnelInterface, names: Names): TunnelInterface {
  const { destination, sourceAddresses } = tunnel
  return {
    ...tunnel,
    ...(destination === undefined ? {} : { destination: addressOf(names, destination) }),
    ...(sourceAddresses === undefined
      ? {}
      : { sourceAddresses: sourceAddresses.map((address) => addressOf(names, address)) }),
  }
}

function descriptions(config: AsaConfig, names: Names): Readonly<Record<string, string>> {
  const remarks = config.cryptoMaps.entries.flatMap((entry) => {
    const remark = remarkOf(config.index, entry)
    return remark === undefined ? [] : entry.peers.map((peer) => [addressOf(names, peer), remark] as const)
  })
  const described = new Map(
    config.blocks.flatMap(({ head, children }) => {
      const name = /^interface (\S+)/.exec(head)?.[1]
      const text = children.find((line) => line.startsWith('description '))?.slice(12)
      return name === undefined || text === undefined ? [] : [[name, text] as const]
    }),
  )
  const tunnels = config.tunnels.flatMap(({ destination, name }) => {
    const text = described.get(name)
    if (destination === undefined || text === undefined) return []
    return [[addressOf(names, destination), text] as const]
  })
  // The first remark of a peer is the one that stays.
  return Object.fromEntries([...tunnels, ...remarks].reverse())
}

/**
 * A device that would not show its configuration to this user: nothing of it is known, and the checks
 * refuse it for the missing rights.
 */
function hidden(captures: readonly Capture[], session: SessionFacts): DeviceFacts {
  const reading = readSas(captures)
  return {
    ...empty(captures, session),
    reading: reading.kind === 'ok' ? reading.value : { sas: [], unreadable: [reading.error.message] },
  }
}

/** The system space of multiple context mode: it owns the contexts, and has no VPN. */
function systemSpace(
  captures: readonly Capture[],
  session: SessionFacts,
  hostname: string | undefined,
): DeviceFacts {
  return {
    ...empty(captures, session),
    ...surroundings(captures, session),
    configComplete: true,
    ...(hostname === undefined ? {} : { hostname }),
  }
}

/** What stands around the configuration: the pair, the contexts, and which of them this is. */
function surroundings(
  captures: readonly Capture[],
  { context }: SessionFacts,
): Pick<DeviceFacts, 'failover' | 'contexts' | 'context' | 'lastChange'> {
  const failover = failoverOf(captures)
  const listed = captureOf(captures, lines.contexts)
  const lastChange = lastChangeOf(captureOf(captures, startupConfig)?.text ?? '')
  const contexts = listed?.refusal === undefined ? readContexts(outputLines(listed?.text ?? '')) : undefined
  return {
    ...(failover === undefined ? {} : { failover }),
    ...(contexts === undefined ? {} : { contexts: contexts.contexts.map(({ name }) => name) }),
    ...(context === undefined ? {} : { context }),
    ...(lastChange === undefined ? {} : { lastChange }),
  }
}

function terminals(captures: readonly Capture[]): readonly string[] {
  const capture = captureOf(captures, lines.terminals)
  return capture?.refusal === undefined ? readTerminals(outputLines(capture?.text ?? '')) : []
}

function empty(captures: readonly Capture[], session: SessionFacts): DeviceFacts {
  return {
    platform: 'asa',
    software: softwareOf(captureOf(captures, lines.version)?.text ?? ''),
    hostname: session.hostname,
    privileged: privileged(captures, session),
    configComplete: false,
    profiles: [],
    profilesUsedButNotDefined: [],
    tunnels: [],
    cryptoMaps: [],
    tunnelGroups: [],
    peerDescriptions: {},
    ownAddresses: [],
    reading: { sas: [], unreadable: [] },
  }
}

/** Everything that one survey of an ASA learned; the captures are those of `identify` and of the probes. */
export function readFacts(
  captures: readonly Capture[],
  session: SessionFacts,
): Result<DeviceFacts, ParseFault> {
  const running = captureOf(captures, lines.configuration)
  if (running?.refusal !== undefined) return ok(hidden(captures, session))
  const printed = outputLines(running?.text ?? '')
  const config = readConfig(printed)
  if (!config.complete) {
    const message = 'the running configuration does not end with ": end", so it was cut off'
    return err(parseFault(running ?? notAsked(lines.configuration), message))
  }
  const software = softwareOf(captureOf(captures, lines.version)?.text ?? '')
  if (software.contextMarker === 'system') return ok(systemSpace(captures, session, config.hostname))
  const all = captureOf(captures, lines.cryptoMaps)
  if (all === undefined || all.refusal !== undefined) {
    const message = 'the device did not show the connection types of its crypto map entries'
    return err(parseFault(all ?? notAsked(lines.cryptoMaps), message, message))
  }
  const names = readNames(printed)
  const reading = readSas(captures, names)
  if (reading.kind === 'err') return reading
  const shown = new Map(
    readCryptoMaps(outputLines(all.text)).entries.map((entry) => [`${entry.map} ${entry.seq}`, entry]),
  )
  const cryptoMaps = config.cryptoMaps.entries.map((entry) =>
    complete(config, entry, shown.get(`${entry.map} ${entry.seq}`), names),
  )
  const tunnels = config.tunnels.map((tunnel) => byAddress(tunnel, names))
  // In a context that was entered from elsewhere, the logins that it lists are not this session's.
  const clients = session.context === undefined ? terminals(captures) : []
  const through = managementOf(clients, config, cryptoMaps, names)
  return ok({
    platform: 'asa',
    software,
    hostname: config.hostname ?? session.hostname,
    privileged: privileged(captures, session),
    configComplete: true,
    profiles: config.profiles,
    profilesUsedButNotDefined: config.profilesUsedButNotDefined,
    ...(config.profiles.some((profile) => profile.responderOnly) ? { responderOnlyShown: true } : {}),
    tunnels,
    cryptoMaps,
    ...(through === undefined ? {} : { managementThrough: through }),
    initiations: initiationsOf(cryptoMaps, config.profiles, tunnels, printed),
    tunnelGroups: config.tunnelGroups,
    peerDescriptions: descriptions(config, names),
    ownAddresses: [
      ...new Set([
        ...config.ownAddresses.map((address) => addressOf(names, address)),
        ...(session.endpoints ?? []),
      ]),
    ],
    reading: reading.value,
    ...surroundings(captures, session),
  })
}
