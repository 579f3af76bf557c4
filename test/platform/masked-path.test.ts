import { describe, expect, it } from 'vitest'
import { maskedPath } from '../../src/platform/config-difference.ts'

describe('a configuration line that is printed or recorded', () => {
  it.each([
    [
      'crypto map outside_map 10 set session-key inbound esp 256 cipher 0123abcd authenticator 4567ef',
      'crypto map outside_map 10 set session-key *****',
    ],
    [' set session-key outbound ah 300 98765432', ' set session-key *****'],
    ['tunnel key 4711', 'tunnel key *****'],
    // Names of people's own, and what ikero sets, stay as they are.
    [
      'crypto map key 10 set connection-type answer-only',
      'crypto map key 10 set connection-type answer-only',
    ],
    [
      'crypto map session-key 10 match address auth list',
      'crypto map session-key 10 match address auth list',
    ],
    ['crypto ipsec profile secret key', 'crypto ipsec profile secret key'],
  ])('%s: %s', (line, shown) => {
    expect(maskedPath([line])).toEqual([shown])
  })
})
