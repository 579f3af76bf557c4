import type { ParsedFacts, ParsedSa } from '../../model/parsed.ts'
import { shown } from '../text.ts'
import { type Ikev1Row, readIkev1 } from './sa-ikev1.ts'
import { type Ikev2Row, readIkev2 } from './sa-ikev2.ts'
import { readSessions, type VpnSession } from './sessiondb.ts'
import { outputLines } from './text.ts'

function ikev1Facts(row: Ikev1Row): ParsedSa {
  const { evidence: _evidence, halfOpen: _halfOpen, row: index, ...facts } = row
  return { version: 1, ...facts, ...shown({ index }) }
}

function ikev2Facts(row: Ikev2Row): ParsedSa {
  const { evidence: _evidence, halfOpen: _halfOpen, tunnelId, ...facts } = row
  return { version: 2, connId: Number(tunnelId), ...facts }
}

/** Both parts of any `show crypto isakmp|ikev1|ikev2 sa [detail]`, IKEv1 first as printed. */
export function parseSas(text: string): ParsedFacts | undefined {
  const lines = outputLines(text)
  const one = readIkev1(lines)
  const two = readIkev2(lines)
  if (!one.recognised && !two.recognised) return undefined
  const unreadable = [...one.unreadable, ...two.unreadable]
  return {
    sas: [...one.rows.map(ikev1Facts), ...two.rows.map(ikev2Facts)],
    ...(unreadable.length === 0 ? {} : { unreadable }),
  }
}

/** One SA for each IKE tunnel; where only their number is printed, as many as there are. */
function sessionSas(session: VpnSession): readonly ParsedSa[] {
  if (session.ikeSessions === 0) return []
  return session.tunnels.map((tunnel) => ({
    version: tunnel.version,
    state: 'listed',
    role: 'unknown',
    established: true,
    ...shown({
      peer: session.peer,
      connection: session.connection,
      protocol: session.protocol,
      tunnelId: tunnel.tunnelId,
      lifetimeSeconds: tunnel.lifeSeconds,
      remainingSeconds: tunnel.leftSeconds,
    }),
  }))
}

/** `show vpn-sessiondb detail l2l`: sessions are up, and nothing tells who started them. */
export function parseSessions(text: string): ParsedFacts | undefined {
  const table = readSessions(outputLines(text))
  if (!table.recognised) return undefined
  return {
    sas: table.sessions.flatMap(sessionSas),
    sessions: table.sessions.map(({ connection, peer, index, duration, ikeSessions }) =>
      shown({ connection, ipAddr: peer, index, duration, ikeSessions }),
    ),
  }
}
