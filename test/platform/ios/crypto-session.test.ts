import { describe, expect, it } from 'vitest'
import { peersUpWithoutIke } from '../../../src/platform/ios/crypto-session.ts'
import { captureText } from '../../contract/captures.ts'

describe('the sessions of IOS', () => {
  it('tell which peers are up by their IPsec SAs while they have no IKE SA', () => {
    const text = captureText('ios', 'show-crypto-session', 'up-no-ike')
    expect(peersUpWithoutIke(text)).toEqual(['203.0.113.11', '2001:DB8::12'])
  })

  it.for([
    ['where all have one or are down', captureText('ios', 'show-crypto-session', 'ipv6-and-down')],
    ['where there is no session', 'Crypto session current status\n\n'],
    [
      'where a session’s peer was cut off',
      'Crypto session current status\n\nInterface: Tunnel1\nSession status: UP-NO-IKE\nPeer: 203.0.1',
    ],
  ] as const)('are none without IKE %s', ([, text]) => {
    expect(peersUpWithoutIke(text)).toEqual([])
  })

  it('are not read in text of another command', () => {
    expect(peersUpWithoutIke('Interface  IP-Address  OK?\n')).toBeUndefined()
  })
})
