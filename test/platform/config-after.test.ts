import { describe, expect, it } from 'vitest'
import { configAfter } from '../../src/platform/config-after.ts'

const profile = [
  'crypto ipsec profile VPN',
  ' set transform-set AES256',
  'interface Tunnel1',
  ' tunnel protection ipsec profile VPN',
]
const entry = [
  'crypto map outside_map 10 match address VPN-A',
  'crypto map outside_map 10 set peer 203.0.113.20',
  'crypto map outside_map 100 set peer 203.0.113.21',
]

describe('the lines of a target before and after its change', () => {
  it('adds a line at the end of its own block, and takes it away', () => {
    const set = configAfter(profile, ['crypto ipsec profile VPN', 'responder-only'])
    expect(set).toEqual({ before: profile.slice(0, 2), after: [...profile.slice(0, 2), ' responder-only'] })
    const away = configAfter(set?.after ?? [], ['crypto ipsec profile VPN', 'no responder-only'])
    expect(away?.after).toEqual(profile.slice(0, 2))
  })

  it('does not add twice what stands there', () => {
    const twice = configAfter(
      [...profile.slice(0, 2), ' responder-only'],
      ['crypto ipsec profile VPN', 'responder-only'],
    )
    expect(twice?.after).toEqual([...profile.slice(0, 2), ' responder-only'])
  })

  it('takes the entry of exactly that number, and puts a word in the place of the other', () => {
    const line = 'crypto map outside_map 10 set connection-type answer-only'
    expect(configAfter(entry, [line])).toEqual({
      before: entry.slice(0, 2),
      after: [...entry.slice(0, 2), line],
    })
    const old = 'crypto map outside_map 10 set connection-type bidirectional'
    expect(configAfter([old, ...entry], [line])?.after).toEqual([line, ...entry.slice(0, 2)])
  })

  it('says nothing where the excerpt does not show the target', () => {
    expect(configAfter(profile, ['crypto ipsec profile OTHER', 'responder-only'])).toBeUndefined()
    expect(configAfter([], ['crypto map m 1 set connection-type answer-only'])).toBeUndefined()
    expect(configAfter(profile, [])).toBeUndefined()
  })
})
