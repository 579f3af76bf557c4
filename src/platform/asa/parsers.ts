import type { CryptoMapEntry } from '../../model/facts.ts'
import type { ParsedFacts, ParsedMapEntry } from '../../model/parsed.ts'
import { commandParser } from '../command-parser.ts'
import type { CommandParser } from '../driver.ts'
import { parseShowVersionFacts } from '../software.ts'
import { shown } from '../text.ts'
import { readConfig } from './config.ts'
import { readContexts, readMode } from './contexts.ts'
import { type CryptoMaps, readCryptoMaps } from './crypto-map.ts'
import { readFailover } from './failover.ts'
import { readFailoverStates } from './failover-state.ts'
import { isTerminals, readTerminals } from './management.ts'
import { parseSas, parseSessions } from './parse-sas.ts'
import { outputLines, promptHost } from './text.ts'

function entryFacts(entry: CryptoMapEntry): ParsedMapEntry {
  return {
    name: entry.map,
    seq: entry.seq,
    dynamic: entry.dynamic,
    peers: entry.peers,
    interfaces: entry.interfaces,
    ...shown({
      kind: entry.keying,
      dynamicMap: entry.dynamicMap,
      acl: entry.acl,
      connectionType: entry.connectionType ?? entry.connectionTypePrinted,
    }),
  }
}

function mapFacts(maps: CryptoMaps): ParsedFacts {
  return {
    cryptoMaps: maps.entries.map(entryFacts),
    ...(maps.dynamicMaps.length === 0 ? {} : { dynamicMaps: maps.dynamicMaps }),
  }
}

const mapLine = /^(?:no )?crypto (?:map|dynamic-map) \S/

function cryptoMapFacts(text: string): ParsedFacts | undefined {
  const lines = outputLines(text).filter((line) => line.trim() !== '')
  if (lines.length === 0 || !lines.every((line) => mapLine.test(line))) return undefined
  return { ipsecProfiles: [], ...mapFacts(readCryptoMaps(lines)) }
}

// Lines that only a configuration of ASA or PIX has, and one by which an IOS configuration is told.
const ownLine =
  /^(?:(?:ASA|PIX) Version \d|: end$|names$|crypto map \S+ (?:\d+ (?:match|set) |interface )|tunnel-group \S+ type | nameif \S)/
const iosLine = /^version \d+\.\d+$/

function configFacts(text: string): ParsedFacts | undefined {
  const lines = outputLines(text)
  if (!lines.some((line) => ownLine.test(line)) || lines.some((line) => iosLine.test(line))) return undefined
  const config = readConfig(lines)
  const missing = config.profilesUsedButNotDefined
  return {
    ipsecProfiles: config.profiles.map(({ name, responderOnly, usedBy }) => ({
      name,
      responderOnly,
      usedBy,
    })),
    ...mapFacts(config.cryptoMaps),
    ...shown({
      hostname: config.hostname,
      configVersion: config.version,
      complete: config.complete ? undefined : false,
      profilesUsedButNotDefined: missing.length === 0 ? undefined : missing,
    }),
  }
}

function contextFacts(text: string): ParsedFacts | undefined {
  const facts = readContexts(outputLines(text))
  return facts === undefined ? undefined : { ...facts, ...shown({ hostname: promptHost(text) }) }
}

function modeFacts(text: string): ParsedFacts | undefined {
  const mode = readMode(outputLines(text))
  return mode === undefined ? undefined : { mode, ...shown({ hostname: promptHost(text) }) }
}

function failoverFacts(text: string): ParsedFacts | undefined {
  const facts = readFailover(outputLines(text))
  return facts === undefined ? undefined : { ...facts }
}

function failoverStateFacts(text: string): ParsedFacts | undefined {
  const facts = readFailoverStates(outputLines(text))
  return facts === undefined ? undefined : { ...facts }
}

function terminalFacts(text: string): ParsedFacts | undefined {
  const lines = outputLines(text)
  return isTerminals(lines) ? { clients: readTerminals(lines) } : undefined
}

const parser = (command: string, read: (text: string) => ParsedFacts | undefined): CommandParser =>
  commandParser('an ASA or PIX', command, read)

/** The show commands of ASA and PIX that can be read on their own. */
export const parsers: readonly CommandParser[] = [
  parser('sh|ow ver|sion', parseShowVersionFacts),
  parser('sh|ow cr|ypto is|akmp sa', parseSas),
  parser('sh|ow cr|ypto is|akmp sa de|tail', parseSas),
  parser('sh|ow cr|ypto ikev1 sa', parseSas),
  parser('sh|ow cr|ypto ikev1 sa de|tail', parseSas),
  parser('sh|ow cr|ypto ikev2 sa', parseSas),
  parser('sh|ow cr|ypto ikev2 sa de|tail', parseSas),
  parser('sh|ow ru|nning-config', configFacts),
  parser('sh|ow ru|nning-config cr|ypto map', cryptoMapFacts),
  parser('sh|ow ru|nning-config all cr|ypto map', cryptoMapFacts),
  parser('sh|ow vpn-|sessiondb de|tail l2l', parseSessions),
  parser('sh|ow fail|over', failoverFacts),
  parser('sh|ow fail|over stat|e', failoverStateFacts),
  parser('sh|ow cont|ext', contextFacts),
  parser('sh|ow mode', modeFacts),
  parser('sh|ow ssh se|ssions', terminalFacts),
]
