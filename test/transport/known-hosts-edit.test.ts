import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { offeredKey } from '../../src/transport/host-key.ts'
import { knownHostsName, parseKnownHosts } from '../../src/transport/known-hosts.ts'
import { hidesNames, knownHostsLine, withoutName } from '../../src/transport/known-hosts-edit.ts'
import { newKey } from './ssh-server.ts'

const ours = newKey('ed25519')
const key = offeredKey(Buffer.from(ours.public.split(' ')[1] ?? '', 'base64'))
const comment = 'ikero trust'

describe('a new line of known_hosts', () => {
  it('is found again by its host, plain and hashed, and by no other', () => {
    const host = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,20}$/)
    fc.assert(
      fc.property(
        host,
        fc.integer({ min: 1, max: 65_535 }),
        fc.option(fc.uint8Array({ minLength: 20, maxLength: 20 }), { nil: undefined }),
        (address, port, salt) => {
          const name = knownHostsName(address, port)
          const line = knownHostsLine({ name, key, comment, ...(salt === undefined ? {} : { salt }) })
          const known = parseKnownHosts({ text: line ?? '' })
          expect(known.lookup(address, port).keys).toMatchObject([{ base64: key.base64 }])
          expect(known.lookup(`${address}x`, port).keys).toEqual([])
          expect(known.passedOver).toEqual([])
          if (salt !== undefined) expect(line).toMatch(/^\|1\|/)
        },
      ),
    )
  })

  it.each(['', 'a b', 'a,b', 'a*', '!a', '|1|a', '@revoked', '#a', 'a\nb', 'ü'])(
    'is not made for the name %j',
    (name) => {
      expect(knownHostsLine({ name, key, comment })).toBeUndefined()
    },
  )
})

describe('a file that hides names', () => {
  it.each([
    ['', false],
    [`192.0.2.1 ${ours.public}`, false],
    [`# |1|a|b\nhub1 ${ours.public}`, false],
    [`hub1 ${ours.public}\n  |1|a|b ${ours.public}`, true],
    [`@revoked |1|a|b ${ours.public}`, true],
  ])('is told by one hashed entry: %j', (text, hides) => {
    expect(hidesNames(text)).toBe(hides)
  })
})

describe('taking a name out', () => {
  const k = ours.public
  it.each([
    ['its only line', `a ${k}\nhub1 ${k}\nb ${k}\n`, [2], `a ${k}\nb ${k}\n`],
    ['a line in any case, without a line end', `a ${k}\nHUB1 ${k}`, [2], `a ${k}\n`],
    ['one name of a list', `a,hub1,b ${k} note\n`, [1], `a,b ${k} note\n`],
    ['a hashed line', `|1|x|y ${k}\na ${k}\n`, [1], `a ${k}\n`],
    ['several lines', `hub1 ${k}\r\na ${k}\r\nhub1 ${k}\r\n`, [1, 3], `a ${k}\r\n`],
    ['a line after a byte order mark', `\ufeffhub1,a ${k}\n`, [1], `\ufeffa ${k}\n`],
  ])('leaves the rest as it was: %s', (_what, text, lines, expected) => {
    expect(withoutName(text, 'hub1', lines)).toEqual({ kind: 'ok', value: expected })
  })

  it.each(['*', 'hub?', 'hub1,*', 'hub1,!a', 'hub2'])('is left to a person where a line says %j', (names) => {
    expect(withoutName(`a ${k}\n${names} ${k}\n`, 'hub1', [2])).toEqual({ kind: 'err', error: 2 })
  })

  it('never loses another line, whatever the file', () => {
    const names = fc.array(fc.constantFrom('hub1', 'a', 'b'), { minLength: 1, maxLength: 3 })
    const ends = fc.constantFrom('\n', '\r\n')
    fc.assert(
      fc.property(fc.array(names), ends, (all, end) => {
        const text = all.map((list) => `${list.join(',')} ${k}${end}`).join('')
        const before = parseKnownHosts({ text })
        const lines = before.lookup('hub1', 22).keys.map(({ line }) => line)
        const after = withoutName(text, 'hub1', lines)
        if (after.kind === 'err') throw new Error('refused')
        const known = parseKnownHosts({ text: after.value })
        expect(known.lookup('hub1', 22).keys).toEqual([])
        for (const other of ['a', 'b'])
          expect(known.lookup(other, 22).keys.length).toBe(before.lookup(other, 22).keys.length)
      }),
    )
  })
})
