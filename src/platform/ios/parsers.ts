import type { ParsedFacts, ParsedSa } from '../../model/parsed.ts'
import { commandParser, type ParseOptions } from '../command-parser.ts'
import type { CommandParser } from '../driver.ts'
import { parseShowVersionFacts } from '../software.ts'
import { readConfig } from './config.ts'
import { parseCryptoMaps } from './crypto-map.ts'
import { parseCryptoSession } from './crypto-session.ts'
import { parseDmvpn } from './dmvpn.ts'
import { type Ikev2Row, parseIkev2Table } from './ikev2-table.ts'
import { parseIpsecProfiles } from './ipsec-profile.ts'
import { parseIpsecSas } from './ipsec-sa.ts'
import { parseIsakmpDetail } from './isakmp-detail.ts'
import { isEstablished, parseIsakmpTable, type Table } from './isakmp-table.ts'
import { partByAddresses } from './role.ts'
import { parseUsers } from './users.ts'

/** Rows that could not be read are told, not passed over. */
function sasOf<Row>(table: Table<Row> | undefined, factsOf: (row: Row) => ParsedSa): ParsedFacts | undefined {
  if (table === undefined) return undefined
  const { rows, unreadable } = table
  return { sas: rows.map(factsOf), ...(unreadable.length === 0 ? {} : { unreadable }) }
}

function runningConfig(text: string): ParsedFacts | undefined {
  const config = readConfig(text)
  if (!config.recognised) return undefined
  const { profilesUsedButNotDefined, dynamicMaps } = config
  return {
    ipsecProfiles: config.profiles.map(({ name, responderOnly, usedBy }) => ({
      name,
      responderOnly,
      usedBy,
    })),
    cryptoMaps: config.cryptoMaps.map((entry) => ({
      name: entry.map,
      seq: entry.seq,
      ...(entry.keying === undefined ? {} : { kind: entry.keying }),
      dynamic: entry.dynamic,
      ...(entry.dynamicMap === undefined ? {} : { dynamicMap: entry.dynamicMap }),
      peers: entry.peers,
      interfaces: entry.interfaces,
    })),
    ...(dynamicMaps.length === 0 ? {} : { dynamicMaps }),
    ...(profilesUsedButNotDefined.length === 0 ? {} : { profilesUsedButNotDefined }),
    ...(config.hostname === undefined ? {} : { hostname: config.hostname }),
    ...(config.version === undefined ? {} : { configVersion: config.version }),
    // An excerpt that somebody typed has no end either: only what a device printed was cut off.
    ...(config.printed && !config.complete ? { complete: false } : {}),
  }
}

function isakmpSas(text: string, { localAddresses }: ParseOptions): ParsedFacts | undefined {
  return sasOf(parseIsakmpTable(text), (row) => ({
    version: 1,
    dst: row.dst,
    src: row.src,
    state: row.state,
    connId: row.connId,
    ...(row.status === undefined ? {} : { status: row.status }),
    role: 'unknown',
    ...(localAddresses.length === 0 ? {} : { roleGivenLocal: partByAddresses(row, localAddresses).role }),
    established: isEstablished(row),
  }))
}

function isakmpDetailSas(text: string): ParsedFacts | undefined {
  return sasOf(parseIsakmpDetail(text), (row) => ({
    version: 1,
    local: row.local,
    peer: row.remote,
    state: row.status,
    connId: row.connId,
    role: 'unknown',
    established: row.status === 'ACTIVE',
    ...(row.ivrf === undefined ? {} : { ivrf: row.ivrf }),
  }))
}

function ikev2Facts(row: Ikev2Row): ParsedSa {
  return {
    version: 2,
    local: row.local,
    localPort: row.localPort,
    peer: row.remote,
    peerPort: row.remotePort,
    vrf: row.vrf,
    state: row.status,
    connId: row.tunnelId,
    role: row.initiator === undefined ? 'unknown' : row.initiator ? 'initiator' : 'responder',
    established: row.status === 'READY',
  }
}

function sessionSas(text: string): ParsedFacts | undefined {
  const sas = parseCryptoSession(text)
  if (sas === undefined) return undefined
  return {
    sas: sas.map(({ versionPrinted, ...sa }) => ({
      ...sa,
      ...(versionPrinted ? {} : { versionPrinted }),
      role: 'unknown',
      established: sa.state === 'Active',
    })),
  }
}

function ikev2Sas(text: string): ParsedFacts | undefined {
  return sasOf(parseIkev2Table(text), ikev2Facts)
}

function ipsecSas(text: string): ParsedFacts | undefined {
  const ipsecFlows = parseIpsecSas(text)
  return ipsecFlows === undefined ? undefined : { ipsecFlows }
}

const parser = (
  command: string,
  read: (text: string, options: ParseOptions) => ParsedFacts | undefined,
): CommandParser => commandParser('IOS or IOS-XE', command, read)

/** The show commands that `parse` reads on this platform. */
export const parsers: readonly CommandParser[] = [
  parser('sh|ow ver|sion', parseShowVersionFacts),
  parser('sh|ow ru|nning-config', runningConfig),
  parser('sh|ow star|tup-config', runningConfig),
  parser('sh|ow cr|ypto is|akmp sa', isakmpSas),
  parser('sh|ow cr|ypto is|akmp sa d|etail', isakmpDetailSas),
  parser('sh|ow cr|ypto ikev2 sa', ikev2Sas),
  parser('sh|ow cr|ypto ikev2 sa d|etailed', ikev2Sas),
  parser('sh|ow cr|ypto ikev2 se|ssion', ikev2Sas),
  parser('sh|ow cr|ypto ikev2 se|ssion d|etailed', ikev2Sas),
  parser('sh|ow cr|ypto ip|sec p|rofile', (text) => {
    const ipsecProfiles = parseIpsecProfiles(text)
    return ipsecProfiles === undefined ? undefined : { ipsecProfiles }
  }),
  parser('sh|ow cr|ypto ip|sec sa', ipsecSas),
  parser('sh|ow cr|ypto ip|sec sa d|etail', ipsecSas),
  parser('sh|ow cr|ypto m|ap', (text) => {
    const cryptoMaps = parseCryptoMaps(text)
    return cryptoMaps === undefined ? undefined : { cryptoMaps }
  }),
  parser('sh|ow dm|vpn', (text) => {
    const dmvpn = parseDmvpn(text)
    return dmvpn === undefined ? undefined : { dmvpn }
  }),
  parser('sh|ow us|ers', (text) => {
    const users = parseUsers(text)
    return users === undefined ? undefined : { users }
  }),
  parser('sh|ow cr|ypto se|ssion', sessionSas),
  parser('sh|ow cr|ypto se|ssion d|etail', sessionSas),
]
