import { bench, describe } from 'vitest'
import { asaDriver } from '../../src/platform/asa/index.ts'
import { grown, sizes, thrice } from './sizes.ts'

/** An entry of the crypto map with what it rests on, among rules that have nothing to do with it. */
function siteOf(n: number): string {
  const [low, high] = [n % 256, (n >> 8) % 256]
  const peer = `203.0.${low}.${high}`
  return [
    ...Array.from(
      { length: 40 },
      (_, at) =>
        `access-list inside_in extended permit tcp 10.${at}.${low}.0 255.255.255.0 host 10.200.${high}.${at} eq https `,
    ),
    `access-list site_${n} extended permit ip 10.20.0.0 255.255.0.0 10.${low}.${high}.0 255.255.255.0 `,
    `crypto map outside_map ${n + 1} match address site_${n}`,
    `crypto map outside_map ${n + 1} set peer ${peer} `,
    `crypto map outside_map ${n + 1} set ikev1 transform-set AES256`,
    `tunnel-group ${peer} type ipsec-l2l`,
    `tunnel-group ${peer} ipsec-attributes`,
    ' ikev1 pre-shared-key *****',
    '',
  ].join('\n')
}

const head =
  ': Saved\n:\nASA Version 9.16(3)19 \n!\nhostname asa-hq\nnames\n!\ninterface GigabitEthernet1/1\n nameif outside\n ip address 203.0.113.3 255.255.255.0 \n!\n'
const tail = 'crypto map outside_map interface outside\nCryptochecksum:0123\n: end\n'

// The summary says how many times faster the smaller ones are: 5 and 20 times is linear.
describe('reading a running configuration of an ASA', () => {
  const parser = asaDriver.parsers.find(({ command }) => command === 'show running-config')
  for (const size of sizes) {
    const text = grown(head, siteOf, tail, size)
    bench(
      `${size} MB`,
      () => {
        if (parser?.parse(text, { localAddresses: [] }).kind !== 'facts') throw new Error('it was not read')
      },
      thrice,
    )
  }
})
