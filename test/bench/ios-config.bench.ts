import { bench, describe } from 'vitest'
import { readConfig } from '../../src/platform/ios/config.ts'
import { grown, sizes, thrice } from './sizes.ts'

/** A hub: tunnels and map entries, and as much again of access lists and text that is passed over. */
function siteOf(n: number): string {
  const [low, high] = [n % 256, (n >> 8) % 256]
  return [
    `crypto ipsec profile P${n}`,
    ' set transform-set TS',
    ' set security-association lifetime seconds 7200',
    `crypto map MAP ${n} ipsec-isakmp`,
    ` set peer 203.0.${low}.${high}`,
    ` match address LIST-${n}`,
    `interface Tunnel${n}`,
    ` description site ${n}`,
    ` ip address 10.${low}.${high}.1 255.255.255.252`,
    ' tunnel source GigabitEthernet0/0',
    ` tunnel destination 198.51.${low}.${high}`,
    ` tunnel protection ipsec profile P${n}`,
    ` ip nhrp nhs 10.0.0.${low} nbma 203.0.113.${low} multicast`,
    `banner exec ^C\nsite ${n}\n^C`,
    `ip access-list extended LIST-${n}`,
    ...Array.from({ length: 12 }, (_, at) => ` permit ip 10.${at}.0.0 0.0.255.255 10.200.${at}.0 0.0.0.255`),
    `ip route 10.${low}.0.0 255.255.0.0 Tunnel${n}`,
    '',
  ].join('\n')
}

const head = 'version 15.2\nhostname hub1\ncrypto isakmp policy 10\n lifetime 600\n'
const tail = 'interface GigabitEthernet0/0\n ip address 203.0.113.1 255.255.255.0\n crypto map MAP\nend\n'

// The summary says how many times faster the smaller ones are: 5 and 20 times is linear.
describe('reading a running configuration of IOS', () => {
  for (const size of sizes) {
    const text = grown(head, siteOf, tail, size)
    bench(
      `${size} MB`,
      () => {
        if (!readConfig(text).complete) throw new Error('it was not read to its end')
      },
      thrice,
    )
  }
})
