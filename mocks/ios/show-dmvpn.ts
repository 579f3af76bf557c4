import type { ConfigNode } from '../config-tree.ts'
import type { Call } from '../device-state.ts'
import { addressOf } from './ike-ends.ts'
import { nextHopServers, nhrpInterfaces } from './nhrp.ts'

const legend = `Legend: Attrb --> S - Static, D - Dynamic, I - Incomplete
        N - NATed, L - Local, X - No Socket
        T1 - Route Installed, T2 - Nexthop-override
        C - CTS Capable, I2 - Temporary
        # Ent --> Number of NHRP entries with same NBMA peer
        NHS Status: E --> Expecting Replies, R --> Responding, W --> Waiting
        UpDn Time --> Up or Down Time for a Tunnel
==========================================================================
`

interface Peer {
  readonly nbma: string
  readonly tunnel: string
  readonly state: 'UP' | 'IKE' | 'NHRP'
  readonly seconds: number
  readonly attribute: 'S' | 'D'
}

function span(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  if (seconds >= 86_400) {
    const days = Math.floor(seconds / 86_400)
    return `${days}d${two(Math.floor((seconds % 86_400) / 3600))}h`
  }
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`
}

/** The address that a client has within the tunnel: where nothing tells it, the next free ones are taken. */
function clientAddress(face: ConfigNode, index: number): string {
  const [a = '10', b = '0', c = '0'] = (addressOf(face) ?? '').split('.')
  return `${a}.${b}.${c}.${11 + index}`
}

function peersOf(call: Call, face: ConfigNode): readonly Peer[] {
  const name = face.line.slice('interface '.length)
  const sas = call.around.sas.filter((sa) => sa.interface === name)
  const servers = nextHopServers(face)
  const listed = servers.flatMap(({ tunnel, nbma }): readonly Peer[] => {
    if (nbma === undefined) return []
    const sa = sas.find((known) => known.peer === nbma)
    return [
      { nbma, tunnel, state: sa === undefined ? 'IKE' : 'UP', seconds: sa?.ageSeconds ?? 0, attribute: 'S' },
    ]
  })
  const called = new Map(
    sas.filter((sa) => !servers.some(({ nbma }) => nbma === sa.peer)).map((sa) => [sa.peer, sa]),
  )
  const clients = [...called.values()]
    .sort((x, y) => (x.peer < y.peer ? -1 : 1))
    .map(
      (sa, index): Peer => ({
        nbma: sa.peer,
        tunnel: clientAddress(face, index),
        state: 'UP',
        seconds: sa.ageSeconds,
        attribute: 'D',
      }),
    )
  return [...listed, ...clients]
}

function block(call: Call, face: ConfigNode): readonly string[] {
  const peers = peersOf(call, face)
  const type = nextHopServers(face).length > 0 ? 'Spoke' : 'Hub'
  if (peers.length === 0) return []
  return [
    `Interface: ${face.line.slice('interface '.length)}, IPv4 NHRP Details `,
    `Type:${type}, NHRP Peers:${peers.length}, `,
    '',
    ' # Ent  Peer NBMA Addr Peer Tunnel Add State  UpDn Tm Attrb',
    ' ----- --------------- --------------- ----- -------- -----',
    ...peers.map(
      ({ nbma, tunnel, state, seconds, attribute }) =>
        `     1 ${nbma.padEnd(15)} ${tunnel.padStart(15)} ${state.padStart(5)} ${span(seconds).padStart(8)} ${attribute.padStart(5)}`,
    ),
    '',
  ]
}

/** `show dmvpn`: who is hub and who is spoke of each tunnel, and its registered clients (ntc-templates). */
export function showDmvpn(call: Call): string {
  const blocks = nhrpInterfaces(call.device.running).flatMap((face) => block(call, face))
  return `${[legend, ...blocks].join('\n')}\n`
}
