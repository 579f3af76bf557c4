import type { CryptoMapEntry } from '../../model/facts.ts'
import type { CommandParser, ParseAnswer } from '../driver.ts'
import { shown } from '../software/text.ts'
import { parseShowVersionFacts } from '../software.ts'
import { abbreviated } from './commands.ts'
import { readConfig } from './config.ts'
import { readContexts, readMode } from './contexts.ts'
import { type CryptoMaps, readCryptoMaps } from './crypto-map.ts'
import { readFailover } from './failover.ts'
import { parseSas, parseSessions } from './parse-sas.ts'
import { outputLines, promptHost } from './text.ts'

type Facts = Readonly<Record<string, unknown>>

function parser(
  command: string,
  abbreviation: string,
  read: (text: string) => Facts | undefined,
): CommandParser {
  return {
    command,
    pattern: abbreviated(abbreviation),
    parse(text): ParseAnswer {
      const facts = read(text)
      if (facts !== undefined) return { kind: 'facts', facts }
      return { kind: 'unrecognised', message: `this is not what ${command} prints on an ASA or PIX` }
    },
  }
}

function entryFacts(entry: CryptoMapEntry): Facts {
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

function mapFacts(maps: CryptoMaps): Facts {
  return {
    cryptoMaps: maps.entries.map(entryFacts),
    ...(maps.dynamicMaps.length === 0 ? {} : { dynamicMaps: maps.dynamicMaps }),
  }
}

const mapLine = /^(?:no )?crypto (?:map|dynamic-map) \S/

function cryptoMapFacts(text: string): Facts | undefined {
  const lines = outputLines(text).filter((line) => line.trim() !== '')
  if (lines.length === 0 || !lines.every((line) => mapLine.test(line))) return undefined
  return { ipsecProfiles: [], ...mapFacts(readCryptoMaps(lines)) }
}

// Lines that only a configuration of ASA or PIX has, and one by which an IOS configuration is told.
const ownLine =
  /^(?:(?:ASA|PIX) Version \d|: end$|names$|crypto map \S+ (?:\d+ (?:match|set) |interface )|tunnel-group \S+ type | nameif \S)/
const iosLine = /^version \d+\.\d+$/

function configFacts(text: string): Facts | undefined {
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

function contextFacts(text: string): Facts | undefined {
  const facts = readContexts(outputLines(text))
  return facts === undefined ? undefined : { ...facts, ...shown({ hostname: promptHost(text) }) }
}

function modeFacts(text: string): Facts | undefined {
  const mode = readMode(outputLines(text))
  return mode === undefined ? undefined : { mode, ...shown({ hostname: promptHost(text) }) }
}

function failoverFacts(text: string): Facts | undefined {
  const facts = readFailover(outputLines(text))
  return facts === undefined ? undefined : { ...facts }
}

/** The show commands of ASA and PIX that can be read on their own. */
export const parsers: readonly CommandParser[] = [
  parser('show version', 'sh|ow ver|sion', parseShowVersionFacts),
  parser('show crypto isakmp sa', 'sh|ow cr|ypto is|akmp sa', parseSas),
  parser('show crypto isakmp sa detail', 'sh|ow cr|ypto is|akmp sa de|tail', parseSas),
  parser('show crypto ikev1 sa', 'sh|ow cr|ypto ikev1 sa', parseSas),
  parser('show crypto ikev1 sa detail', 'sh|ow cr|ypto ikev1 sa de|tail', parseSas),
  parser('show crypto ikev2 sa', 'sh|ow cr|ypto ikev2 sa', parseSas),
  parser('show crypto ikev2 sa detail', 'sh|ow cr|ypto ikev2 sa de|tail', parseSas),
  parser('show running-config', 'sh|ow ru|nning-config', configFacts),
  parser('show running-config crypto map', 'sh|ow ru|nning-config cr|ypto map', cryptoMapFacts),
  parser('show running-config all crypto map', 'sh|ow ru|nning-config all cr|ypto map', cryptoMapFacts),
  parser('show vpn-sessiondb detail l2l', 'sh|ow vpn-|sessiondb de|tail l2l', parseSessions),
  parser('show failover', 'sh|ow fail|over', failoverFacts),
  parser('show context', 'sh|ow cont|ext', contextFacts),
  parser('show mode', 'sh|ow mode', modeFacts),
]
