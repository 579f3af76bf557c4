import type { Call } from '../device-state.ts'
import type { SaView } from '../ike-types.ts'
import { iosRelease } from './release.ts'
import { ikeSpi, isSix } from './show-isakmp.ts'

const header = 'Tunnel-id Local                 Remote                fvrf/ivrf            Status '

const header6 = 'Tunnel-id    fvrf/ivrf              Status'

interface Row {
  readonly id: number
  readonly local: string
  readonly peer: string
  readonly vrf: string
  readonly status: string
}

/** IPv6 endpoints stand on lines of their own below the row (genieparser, iosxe). */
function rowLines({ id, local, peer, vrf, status }: Row): readonly string[] {
  if (!isSix({ local })) {
    return [
      header,
      `${String(id).padEnd(9)} ${`${local}/500`.padEnd(21)} ${`${peer}/500`.padEnd(21)} ${vrf.padEnd(20)} ${status.padEnd(6)} `,
    ]
  }
  return [
    header6,
    `${String(id).padEnd(12)} ${vrf.padEnd(22)} ${status.padEnd(6)} `,
    `Local  ${local}/500`,
    `Remote ${peer}/500`,
  ]
}

const vrfOf = (sa: SaView): string => `${sa.fvrf ?? 'none'}/${sa.ivrf ?? 'none'}`

const suite = (sa: SaView): readonly string[] => [
  '      Encr: AES-CBC, keysize: 256, PRF: SHA256, Hash: SHA256, DH Grp:14, Auth sign: PSK, Auth verify: PSK',
  `      Life/Active Time: ${sa.lifetimeSeconds}/${sa.ageSeconds} sec`,
]

function detail(call: Call, sa: SaView): readonly string[] {
  const xe = iosRelease(call.device.box.version)?.family === 'ios-xe'
  return [
    `      CE id: ${sa.number}, Session-id: ${sa.number}`,
    `      Status Description: Negotiation done`,
    `      Local spi: ${ikeSpi(call.device.box.name, sa.number, sa)}       Remote spi: ${ikeSpi(sa.peerName, sa.peerNumber, sa)}`,
    `      Local id: ${sa.local}`,
    `      Remote id: ${sa.peer}`,
    '      Local req msg id:  0              Remote req msg id:  2         ',
    '      Local next msg id: 0              Remote next msg id: 2         ',
    '      Local req queued:  0              Remote req queued:  2         ',
    '      Local window:      5              Remote window:      5         ',
    '      DPD configured for 10 seconds, retry 2',
    '      Fragmentation not  configured.',
    '      Extended Authentication not configured.',
    '      NAT-T is not detected  ',
    '      Cisco Trust Security SGT is disabled',
    `      Initiator of SA : ${sa.initiator ? 'Yes' : 'No'}`,
    ...(xe ? ['      PEER TYPE: Other'] : []),
  ]
}

/** `show crypto ikev2 sa [detailed]`; only the long form says who started (genieparser, iosxe). */
export function showIkev2Sa(call: Call, detailed: boolean): string {
  const half = (six: boolean): readonly string[] => {
    const up = call.around.sas
      .filter((sa) => sa.version === 2 && isSix(sa) === six)
      .flatMap((sa) => [
        ...rowLines({ id: sa.number, local: sa.local, peer: sa.peer, vrf: vrfOf(sa), status: 'READY' }),
        ...suite(sa),
        ...(detailed ? detail(call, sa) : []),
        '',
      ])
    const tried = call.around.attempts
      .filter((attempt) => attempt.version === 2 && isSix(attempt) === six)
      .flatMap(({ local, peer }) => [
        ...rowLines({ id: 0, local, peer, vrf: 'none/none', status: 'IN-NEG' }),
        '',
      ])
    return [...up, ...tried]
  }
  const lines = [' IPv4 Crypto IKEv2  SA ', '', ...half(false), ' IPv6 Crypto IKEv2  SA ', '', ...half(true)]
  return `${lines.join('\n')}\n`
}
