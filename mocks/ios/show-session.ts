import { clockSpan } from '../clock-text.ts'
import type { Call } from '../device-state.ts'
import type { FlowView, SaView } from '../ike-types.ts'
import { connId } from './show-isakmp.ts'

const codes = `Code: C - IKE Configuration mode, D - Dead Peer Detection
K - Keepalives, N - NAT-traversal, T - cTCP encapsulation
X - IKE Extended Authentication, F - IKE Fragmentation
R - IKE Auto Reconnect, U - IKE Dynamic Route Update
S - SIP VPN
`

function saLines(sa: SaView, detail: boolean): readonly string[] {
  const name = sa.version === 2 ? 'IKEv2 SA' : 'IKEv1 SA'
  const id = sa.version === 2 ? sa.number : connId(sa)
  return [
    `  ${name}: local ${sa.local}/500 remote ${sa.peer}/500 Active`,
    ...(detail ? [`          Capabilities:D connid:${id} lifetime:${clockSpan(sa.remainingSeconds)}`] : []),
  ]
}

function block(sas: readonly SaView[], detail: boolean, lifetime: number): readonly string[] {
  const first = sas[0]
  if (first === undefined) return []
  const left = lifetime - (first.ageSeconds % lifetime)
  const flows = [
    `  IPSEC FLOW: permit 47 host ${first.local} host ${first.peer}`,
    `        Active SAs: ${2 * sas.length}, origin: crypto map`,
  ]
  return [
    `Interface: ${first.interface}`,
    ...(detail ? [`Uptime: ${clockSpan(first.ageSeconds)}`] : []),
    'Session status: UP-ACTIVE     ',
    `Peer: ${first.peer} port 500${detail ? ` fvrf: ${first.fvrf ?? '(none)'} ivrf: ${first.ivrf ?? '(none)'}` : ' '}`,
    ...(detail ? [`      Phase1_id: ${first.peer}`, '      Desc: (none)'] : []),
    `  Session ID: ${first.version === 2 ? first.number : 0}  `,
    ...sas.flatMap((sa) => saLines(sa, detail)),
    ...flows,
    ...(detail
      ? [
          `        Inbound:  #pkts dec'ed ${40 * first.ageSeconds} drop 0 life (KB/Sec) 4607999/${left}`,
          `        Outbound: #pkts enc'ed ${41 * first.ageSeconds} drop 0 life (KB/Sec) 4607998/${left}`,
        ]
      : []),
    '',
  ]
}

/** IPsec SAs carry the traffic, and the IKE SA has lapsed (IOS command reference: UP-NO-IKE). */
function withoutIke(flow: FlowView, detail: boolean): readonly string[] {
  return [
    `Interface: ${flow.interface}`,
    ...(detail ? [`Uptime: ${clockSpan(flow.ageSeconds)}`] : []),
    'Session status: UP-NO-IKE',
    `Peer: ${flow.peer} port 500${detail ? ' fvrf: (none) ivrf: (none)' : ' '}`,
    ...(detail ? ['      Desc: (none)', '      Phase1_id: (none)'] : []),
    `  IPSEC FLOW: permit 47 host ${flow.local} host ${flow.peer}`,
    '        Active SAs: 2, origin: crypto map',
    ...(detail
      ? [
          `        Inbound:  #pkts dec'ed ${40 * flow.ageSeconds} drop 0 life (KB/Sec) 4607999/${flow.remainingSeconds}`,
          `        Outbound: #pkts enc'ed ${41 * flow.ageSeconds} drop 0 life (KB/Sec) 4607998/${flow.remainingSeconds}`,
        ]
      : []),
    '',
  ]
}

function down(face: string, local: string, peer: string): readonly string[] {
  return [
    `Interface: ${face}`,
    'Session status: DOWN-NEGOTIATING',
    `Peer: ${peer} port 500 `,
    `  IKEv1 SA: local ${local}/500 remote ${peer}/500 Inactive`,
    `  IPSEC FLOW: permit 47 host ${local} host ${peer}`,
    '        Active SAs: 0, origin: crypto map',
    '',
  ]
}

/** `show crypto session [detail]`: up or down, never who started (genieparser ShowCryptoSession). */
export function showCryptoSession(call: Call, detail: boolean): string {
  const byPeer = new Map<string, SaView[]>()
  for (const sa of call.around.sas) {
    const key = `${sa.interface} ${sa.peer} ${sa.version}`
    byPeer.set(key, [...(byPeer.get(key) ?? []), sa])
  }
  const lines = [
    'Crypto session current status',
    '',
    ...(detail ? [codes] : []),
    ...[...byPeer.values()].flatMap((sas) => block(sas, detail, call.around.ipsecLifetime)),
    ...call.around.flows.flatMap((flow) => withoutIke(flow, detail)),
    ...call.around.attempts.flatMap((attempt) => down(attempt.interface, attempt.local, attempt.peer)),
  ]
  return `${lines.join('\n')}\n`
}
