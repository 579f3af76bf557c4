// Twelve gateways and the files that look after them: ten hubs, an ASA, and an ASA with a context for a customer.

/** The hubs by number: `hub1` … `hub10`. */
const hubNumbers: readonly number[] = Array.from({ length: 10 }, (_, nth) => nth + 1)

/** Nobody had a run set it when the week begins; somebody does by hand. */
export const neverApplied = 'hub8'
/** Somebody takes the setting away again after every remediation. */
export const fought = 'hub3'

const tunnel = (nth: number, peer: string, profile: string): string => `
      interface Tunnel${nth}
       ip address 10.1.${nth}.1 255.255.255.252
       tunnel source GigabitEthernet0/0
       tunnel mode ipsec ipv4
       tunnel destination ${peer}
       tunnel protection ipsec profile ${profile}`

/** The first two hubs have a second profile on a tunnel of its own. */
const hasBranch = (nth: number): boolean => nth <= 2
const far = (nth: number, end: number): string => `198.51.100.${nth * 10 + end}`

const hub = (nth: number): string => `
  - name: hub${nth}
    platform: ios
    model: CISCO2911/K9
    version: "15.2(4)M6"
    config: |
      version 15.2
      hostname hub${nth}
      crypto isakmp policy 10
       encr aes 256
       authentication pre-share
       group 14
      crypto isakmp key lab-shared-key address 0.0.0.0
      crypto ipsec transform-set AES esp-aes 256 esp-sha256-hmac
       mode tunnel
      crypto ipsec profile VPN
       set transform-set AES${hasBranch(nth) ? '\n      crypto ipsec profile BRANCH\n       set transform-set AES' : ''}${tunnel(1, far(nth, 1), 'VPN')}${tunnel(2, far(nth, 2), 'VPN')}${hasBranch(nth) ? tunnel(3, far(nth, 3), 'BRANCH') : ''}
      interface GigabitEthernet0/0
       description uplink
       ip address 203.0.113.${nth} 255.255.255.0
      end`

const entry = (seq: number, peer: string): string => `
      access-list L${seq} extended permit ip 10.3.0.0 255.255.0.0 10.${seq}.0.0 255.255.0.0
      crypto map outside_map ${seq} match address L${seq}
      crypto map outside_map ${seq} set peer ${peer}
      crypto map outside_map ${seq} set ikev1 transform-set AES`

const outside = (address: string, entries: string): string => `
      interface GigabitEthernet0/0
       nameif outside
       security-level 0
       ip address ${address} 255.255.255.0
      crypto ipsec ikev1 transform-set AES esp-aes-256 esp-sha-hmac${entries}
      crypto map outside_map interface outside
      crypto ikev1 enable outside`

const firewalls = `
  - name: fw1
    platform: asa
    model: ASA5516
    version: "9.16(3)19"
    config: |
      hostname fw1${outside('203.0.113.21', entry(10, '198.51.100.210') + entry(20, '198.51.100.220'))}
  - name: fw2
    platform: asa
    model: ASA5516
    version: "9.16(3)19"
    mode: multiple
    config: |
      hostname fw2
      context admin
        config-url disk0:/admin.cfg
      context customer-a
        allocate-interface GigabitEthernet0/0
        config-url disk0:/customer-a.cfg
    contexts:
      - name: admin
        config: |
          interface Management0/0
           nameif mgmt
           ip address 192.0.2.3 255.255.255.0
      - name: customer-a
        config: |${`\n      hostname customer-a${outside('203.0.113.22', entry(10, '198.51.100.230'))}`.replaceAll('\n', '\n    ')}`

const ends = [
  ...hubNumbers.flatMap((nth) =>
    (hasBranch(nth) ? [1, 2, 3] : [1, 2]).map((one) => ({
      name: `site${nth}-${one}`,
      address: far(nth, one),
      type: 'ios',
      to: `203.0.113.${nth}`,
    })),
  ),
  { name: 'partner1', address: '198.51.100.210', type: 'asa', to: '203.0.113.21' },
  { name: 'partner2', address: '198.51.100.220', type: 'asa', to: '203.0.113.21' },
  { name: 'partner3', address: '198.51.100.230', type: 'asa', to: '203.0.113.22' },
]

export const scenario: string = `version: 1
login: { username: netops, password: lab }
devices:${hubNumbers.map(hub).join('')}${firewalls}
peers:
  renew: 6h
  ikeLifetime: 24h
  ends:
${ends.map(({ name, address, type, to }) => `    - { name: ${name}, address: ${address}, protocol: ikev1, type: ${type}, to: ${to} }`).join('\n')}
`

export const playbook: string = `version: 1
name: twelve gateways answer only
inventory: inventory.yml
routers:
  - hosts: [${hubNumbers.map((nth) => `hub${nth}`).join(', ')}]
    profiles: [VPN]
  - hosts: [hub1, hub2]
    profiles: [BRANCH]
asas:
  - hosts: fw1
    cryptoMaps:
      - { map: outside_map, entries: [10, 20] }
  - hosts: fw2
    context: customer-a
    cryptoMaps:
      - { map: outside_map, entries: [10] }
state: responder-only
window: { from: "02:00", to: "04:00", timezone: Europe/Berlin }
proof: { within: 2m }
save: if-clean
rollout:
  stopAfter: { unreachable: 3 }
drift:
  maxDevices: 50%
  breaker: { times: 3, within: 7d }
`

/** A check every two hours, by UTC (hourly ones would take twice the time and find the same); the nightly one by a place whose clocks are set back in the night to Sunday. */
export const schedulesFile: string = `version: 1
listen: "off"
notify:
  noc: { webhook: { env: NOC_WEBHOOK }, signWith: { env: NOC_KEY }, remind: 24h }
  desk: { webhook: { env: DESK_WEBHOOK } }
freeze:
  - { from: 2026-10-22, until: 2026-10-22, timezone: Europe/Berlin, reason: "quarterly closing" }
schedules:
  - name: checks
    cron: "0 */2 * * *"
    playbook: week.yml
    notify: [noc]
  - name: nightly
    cron: "15 2 * * *"
    timezone: Europe/Berlin
    playbook: week.yml
    mode: remediate
    window: { from: "02:00", to: "03:30", timezone: Europe/Berlin }
    jitter: 10m
    notify: [noc, desk]
`

/** What the playbook asks for: every target, with the profile or the entry that it is. */
export interface AskedTarget {
  readonly host: string
  /** As ikero names it. */
  readonly target: string
  readonly context?: string
  readonly profile?: string
  readonly seq?: number
}

export const asked: readonly AskedTarget[] = [
  ...hubNumbers.map((nth) => ({ host: `hub${nth}`, target: 'VPN', profile: 'VPN' })),
  ...['hub1', 'hub2'].map((host) => ({ host, target: 'BRANCH', profile: 'BRANCH' })),
  { host: 'fw1', target: 'outside_map/10', seq: 10 },
  { host: 'fw1', target: 'outside_map/20', seq: 20 },
  { host: 'fw2', target: 'customer-a:outside_map/10', context: 'customer-a', seq: 10 },
]

export const hosts: readonly string[] = [...new Set(asked.map(({ host }) => host))]
