import type { DeviceRequest } from '../../src/model/device-request.ts'
import { deviceName } from '../names.ts'
import { device, profile } from './world.ts'

/** One site of a fleet: a router with profile VPN on some tunnels, each with a far end of its own. */
export interface Site {
  readonly name: string
  readonly tunnels?: number
  /** Extra keys of the far ends, such as `, starts: false`. */
  readonly ends?: string
  /** Its one tunnel leads to another site of the fleet, which then needs no far end. */
  readonly toward?: string
  /** The device has the setting already. */
  readonly set?: boolean
  readonly version?: string
  readonly knobs?: string
}

export interface Fleet {
  readonly renew?: string
  readonly lifetime?: string
}

const own = (nth: number): string => `198.18.${Math.floor(nth / 250)}.${(nth % 250) + 1}`
const far = (nth: number, tunnel: number): string =>
  `198.19.${Math.floor(nth / 250) * 4 + tunnel}.${(nth % 250) + 1}`

/** Ten or two hundred sites behind one scenario. */
export function sites(all: readonly Site[], { renew = '6s', lifetime = '60s' }: Fleet = {}): string {
  const tunnelsOf = ({ tunnels = 1 }: Site): readonly number[] =>
    Array.from({ length: tunnels }, (_, nth) => nth)
  const destination = ({ toward }: Site, nth: number, tunnel: number): string =>
    toward === undefined ? far(nth, tunnel) : own(all.findIndex(({ name }) => name === toward))
  const devices = all.map(
    (site, nth) => `  - name: ${site.name}
    platform: ios
    model: CISCO2911/K9
    version: "${site.version ?? '15.2(4)M6'}"
${site.knobs ?? ''}
    config: |
      version 15.2
      hostname ${site.name}
      crypto isakmp policy 10
       encr aes 256
       authentication pre-share
       group 14
      crypto isakmp key lab-shared-key address 0.0.0.0
      crypto ipsec transform-set AES esp-aes 256 esp-sha256-hmac
       mode tunnel
      crypto ipsec profile VPN
${site.set === true ? '       responder-only\n' : ''}       set transform-set AES
${tunnelsOf(site)
  .map(
    (tunnel) => `      interface Tunnel${tunnel + 1}
       ip address 10.1.${tunnel + 1}.1 255.255.255.252
       tunnel source GigabitEthernet0/0
       tunnel mode ipsec ipv4
       tunnel destination ${destination(site, nth, tunnel)}
       tunnel protection ipsec profile VPN
`,
  )
  .join('')}      interface GigabitEthernet0/0
       ip address ${own(nth)} 255.255.255.0
      end
`,
  )
  const ends = all.flatMap((site, nth) =>
    site.toward !== undefined
      ? []
      : tunnelsOf(site).map(
          (tunnel) =>
            `    - { name: end-${nth}-${tunnel}, address: ${far(nth, tunnel)}, protocol: ikev1, type: ios, to: ${site.name}${site.ends ?? ''} }\n`,
        ),
  )
  return `version: 1
login: { username: netops, password: lab }
devices:
${devices.join('')}peers:
${renew === '' ? '' : `  renew: ${renew}\n`}  ikeLifetime: ${lifetime}
  ends:
${ends.join('')}`
}

/** The request for a site, with labels and a credential of its own where asked for. */
export function siteDevice(
  name: string,
  labels?: Readonly<Record<string, string>>,
  credential = 'lab',
): DeviceRequest {
  const one = device(name, [profile('VPN')])
  return {
    ...one,
    host: {
      ...one.host,
      name: deviceName(name),
      ...(labels === undefined ? {} : { labels }),
      credential: { name: credential, username: 'netops' },
    },
  }
}
