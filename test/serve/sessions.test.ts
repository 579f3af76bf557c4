import { describe, expect, it } from 'vitest'
import { createGate } from '../../src/serve/sessions.ts'
import { createFakeClock } from '../fake-clock.ts'

describe('the gate', () => {
  it.each([
    ['IPv6 addresses of one network of /64 are one guesser', '2001:db8:0:1::', 'too-many'],
    ['however they are written', '2001:0DB8:0000:0001:ffff:', 'too-many'],
    ['those of others are others', '2001:db8:0:2::', 'wrong'],
  ])('%s', (_title, prefix, sixth) => {
    const gate = createGate('right', createFakeClock())
    for (let nth = 1; nth <= 5; nth += 1) expect(gate.tries(`2001:db8:0:1::${nth}`, 'guess')).toBe('wrong')
    const tail = prefix.endsWith('::') ? '9' : '1:2:3'
    expect(gate.tries(`${prefix}${tail}`, 'guess')).toBe(sixth)
  })

  it.each(['::ffff:192.0.2.', '192.0.2.'])('IPv4 addresses are one each: %s', (prefix) => {
    const gate = createGate('right', createFakeClock())
    for (let nth = 1; nth <= 9; nth += 1) expect(gate.tries(`${prefix}${nth}`, 'guess')).toBe('wrong')
  })

  it('link-local addresses with a zone, and what is no address, are counted all the same', () => {
    const gate = createGate('right', createFakeClock())
    for (const address of ['fe80::1%eth0', '']) {
      for (let nth = 1; nth <= 5; nth += 1) expect(gate.tries(address, 'guess')).toBe('wrong')
      expect(gate.tries(address, 'right')).toBe('too-many')
    }
  })
})
