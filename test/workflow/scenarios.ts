/** One IOS hub with profile VPN on two tunnels and profile OTHER on a third, and their far ends. */
export interface HubOptions {
  readonly ends?: readonly string[]
  readonly renew?: string
  readonly lifetime?: string
  /** Extra keys of the device, as YAML lines. */
  readonly knobs?: string
  readonly version?: string
}

export function end(address: string, more = ''): string {
  return `{ name: end-${address.split('.').at(-1)}, address: ${address}, protocol: ikev1, type: ios, to: hub1${more} }`
}

export const bothEnds: readonly string[] = [end('203.0.113.11'), end('203.0.113.12')]

export function hub({
  ends = bothEnds,
  renew,
  lifetime = '60s',
  knobs = '',
  version = '15.2(4)M6',
}: HubOptions = {}): string {
  return `version: 1
login: { username: netops, password: lab }
devices:
  - name: hub1
    platform: ios
    model: CISCO2911/K9
    version: "${version}"
${knobs}
    config: |
      version 15.2
      hostname hub1
      crypto isakmp policy 10
       encr aes 256
       authentication pre-share
       group 14
      crypto isakmp key lab-shared-key address 0.0.0.0
      crypto ipsec transform-set AES esp-aes 256 esp-sha256-hmac
       mode tunnel
      crypto ipsec profile OTHER
       set transform-set AES
      crypto ipsec profile VPN
       set transform-set AES
      interface Tunnel1
       ip address 10.1.1.1 255.255.255.252
       tunnel source GigabitEthernet0/0
       tunnel mode ipsec ipv4
       tunnel destination 203.0.113.11
       tunnel protection ipsec profile VPN
      interface Tunnel2
       ip address 10.1.2.1 255.255.255.252
       tunnel source GigabitEthernet0/0
       tunnel mode ipsec ipv4
       tunnel destination 203.0.113.12
       tunnel protection ipsec profile VPN
      interface Tunnel3
       ip address 10.1.3.1 255.255.255.252
       tunnel source GigabitEthernet0/0
       tunnel mode ipsec ipv4
       tunnel destination 203.0.113.13
       tunnel protection ipsec profile OTHER
      interface GigabitEthernet0/0
       ip address 203.0.113.1 255.255.255.0
      end
peers:
${renew === undefined ? '' : `  renew: ${renew}\n`}  ikeLifetime: ${lifetime}
  ends:
${ends.map((one) => `    - ${one}`).join('\n')}
`
}

const networks = ['203.0.113.', '198.51.100.', '192.0.2.'] as const

/** The same hub three times, as hub1, hub2 and hub3, each with far ends of its own. */
export function threeHubs(options: HubOptions): string {
  const [head = '', rest = ''] = hub(options).split('  - name: hub1\n')
  const [device = '', peers = ''] = rest.split('peers:\n')
  const [settings = '', ends = ''] = peers.split('  ends:\n')
  const copy = (text: string, nth: number): string =>
    text
      .replaceAll('hub1', `hub${nth + 1}`)
      .replaceAll('203.0.113.', networks[nth] ?? '')
      .replaceAll('name: end', `name: end${nth}`)
  const devices = networks.map((_, nth) => copy(`  - name: hub1\n${device}`, nth)).join('')
  return `${head}${devices}peers:\n${settings}  ends:\n${networks.map((_, nth) => copy(ends, nth)).join('')}`
}

/** An ASA with two static entries towards ASAs. */
export function asa({ knobs = '', renew = '6s', lifetime = '60s' }: HubOptions = {}): string {
  return `version: 1
login: { username: netops, password: lab }
devices:
  - name: asa1
    platform: asa
    model: ASA5516
    version: "9.16(3)19"
${knobs}
    config: |
      hostname asa1
      interface GigabitEthernet1/1
       nameif outside
       security-level 0
       ip address 203.0.113.3 255.255.255.0
      access-list A extended permit ip 10.3.0.0 255.255.0.0 10.20.0.0 255.255.0.0
      access-list B extended permit ip 10.3.0.0 255.255.0.0 10.21.0.0 255.255.0.0
      crypto ipsec ikev1 transform-set AES esp-aes-256 esp-sha-hmac
      crypto map outside_map 10 match address A
      crypto map outside_map 10 set peer 203.0.113.20
      crypto map outside_map 10 set ikev1 transform-set AES
      crypto map outside_map 20 match address B
      crypto map outside_map 20 set peer 203.0.113.21
      crypto map outside_map 20 set ikev1 transform-set AES
      crypto map outside_map interface outside
      crypto ikev1 enable outside
      tunnel-group 203.0.113.20 type ipsec-l2l
      tunnel-group 203.0.113.21 type ipsec-l2l
peers:
  renew: ${renew}
  ikeLifetime: ${lifetime}
  ends:
    - { name: b20, address: 203.0.113.20, protocol: ikev1, type: asa, to: asa1 }
    - { name: b21, address: 203.0.113.21, protocol: ikev1, type: asa, to: asa1 }
`
}

const customer = (name: string, nth: number): string => `
      - name: ${name}
        config: |
          hostname ${name}
          interface GigabitEthernet0/${nth}
           nameif outside
           ip address 203.0.113.${nth} 255.255.255.0
          access-list VPN extended permit ip 10.${nth}.0.0 255.255.0.0 10.20.0.0 255.255.0.0
          crypto ipsec ikev1 transform-set TS esp-aes-256 esp-sha-hmac
          crypto map outside_map 10 match address VPN
          crypto map outside_map 10 set peer 198.51.100.${nth}
          crypto map outside_map 10 set ikev1 transform-set TS
          crypto map outside_map interface outside
          tunnel-group 198.51.100.${nth} type ipsec-l2l`

/** Two customers with a map of the same name, in contexts of one ASA whose login leads into the admin context. */
export function contexts(
  { renew = '6s', lifetime = '60s' }: Pick<HubOptions, 'renew' | 'lifetime'> = {},
  /** Keys of the far end of customer-b. */
  farB = ', initiates: always',
): string {
  const far = (name: string, nth: number, more = ', initiates: always'): string =>
    `    - { name: far-${name}, address: 198.51.100.${nth}, protocol: ikev1, type: asa, to: 203.0.113.${nth}${more} }`
  return `version: 1
login: { username: netops, password: lab }
devices:
  - name: fw1
    platform: asa
    version: "9.16(3)19"
    mode: multiple
    config: |
      hostname fw1
      context admin
        config-url disk0:/admin.cfg
      context customer-a
        config-url disk0:/customer-a.cfg
      context customer-b
        config-url disk0:/customer-b.cfg
    contexts:
      - name: admin
        config: |
          hostname fw1
          interface Management0/0
           nameif management
           ip address 192.0.2.3 255.255.255.0${customer('customer-a', 1)}${customer('customer-b', 2)}
peers:
  renew: ${renew}
  ikeLifetime: ${lifetime}
  ends:
${far('a', 1)}
${far('b', 2, farB)}
`
}
