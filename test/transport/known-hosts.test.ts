import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { knownHostsName, knownKeyTypes, parseKnownHosts } from '../../src/transport/known-hosts.ts'
import { hashedName } from './ssh-server.ts'

/** A key in wire format whose type is `type` and whose body is `body`. */
function key(type: string, body = 'body'): string {
  const name = Buffer.from(type)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(name.length)
  return `${type} ${Buffer.concat([length, name, Buffer.from(body)]).toString('base64')}`
}

const ed = key('ssh-ed25519')
const rsa = key('ssh-rsa')

describe('known_hosts', () => {
  const cases: readonly {
    readonly says: string
    readonly text: string
    readonly host: string
    readonly port: number
    readonly types: readonly string[]
  }[] = [
    { says: 'a plain address', text: `192.0.2.1 ${ed}`, host: '192.0.2.1', port: 22, types: ['ssh-ed25519'] },
    { says: 'no other address', text: `192.0.2.1 ${ed}`, host: '192.0.2.11', port: 22, types: [] },
    {
      says: 'a name in any case',
      text: `HUB1.example.net ${ed}`,
      host: 'hub1.EXAMPLE.net',
      port: 22,
      types: ['ssh-ed25519'],
    },
    {
      says: 'a port in brackets',
      text: `[192.0.2.1]:2222 ${ed}`,
      host: '192.0.2.1',
      port: 2222,
      types: ['ssh-ed25519'],
    },
    { says: 'not the bare name for another port', text: `hub1 ${ed}`, host: 'hub1', port: 2222, types: [] },
    {
      says: 'not another port for port 22',
      text: `[hub1]:2222 ${ed}`,
      host: 'hub1',
      port: 22,
      types: [],
    },
    {
      says: 'several names by comma, several keys by line',
      text: `hub1,192.0.2.1 ${rsa}\n192.0.2.1 ${ed} comment here`,
      host: '192.0.2.1',
      port: 22,
      types: ['ssh-rsa', 'ssh-ed25519'],
    },
    {
      says: 'an IPv6 address',
      text: `2001:db8::1 ${ed}`,
      host: '2001:DB8::1',
      port: 22,
      types: ['ssh-ed25519'],
    },
    {
      says: 'wildcards',
      text: `192.0.2.? ${ed}\n*.example.net ${rsa}`,
      host: '192.0.2.7',
      port: 22,
      types: ['ssh-ed25519'],
    },
    {
      says: 'a negated name rules the line out',
      text: `*.lab,!old.lab ${ed}`,
      host: 'old.lab',
      port: 22,
      types: [],
    },
    {
      says: 'a negation alone matches nothing',
      text: `!old.lab ${ed}`,
      host: 'new.lab',
      port: 22,
      types: [],
    },
    {
      says: 'CRLF, comments, blank lines and blanks in front',
      text: `# c\r\n\r\n  hub1 ${ed}\r\n`,
      host: 'hub1',
      port: 22,
      types: ['ssh-ed25519'],
    },
    { says: 'a byte order mark', text: `\ufeffhub1 ${ed}`, host: 'hub1', port: 22, types: ['ssh-ed25519'] },
    {
      says: 'nothing from a line with an unknown mark',
      text: `@maybe hub1 ${ed}`,
      host: 'hub1',
      port: 22,
      types: [],
    },
    {
      says: 'nothing from a key that says another type',
      text: `hub1 ssh-rsa ${ed.split(' ')[1]}`,
      host: 'hub1',
      port: 22,
      types: [],
    },
    { says: 'nothing from a cut line', text: 'hub1 ssh-ed25519', host: 'hub1', port: 22, types: [] },
    {
      says: 'nothing from text that is not base64',
      text: 'hub1 ssh-ed25519 ???',
      host: 'hub1',
      port: 22,
      types: [],
    },
  ]
  it.each(cases)('reads: $says', ({ text, host, port, types }) => {
    expect(knownKeyTypes(parseKnownHosts({ text }).lookup(host, port))).toEqual(types)
  })

  it('finds hashed names, with and without a port, and no other name', () => {
    const known = parseKnownHosts({
      text: `${hashedName('192.0.2.1')} ${ed}\n${hashedName('[192.0.2.1]:2222')} ${rsa}\n`,
    })
    expect(knownKeyTypes(known.lookup('192.0.2.1', 22))).toEqual(['ssh-ed25519'])
    expect(knownKeyTypes(known.lookup('192.0.2.1', 2222))).toEqual(['ssh-rsa'])
    expect(known.lookup('192.0.2.2', 22).keys).toEqual([])
  })

  it('finds what ssh-keygen -H has hashed', () => {
    const k = 'AAAAC3NzaC1lZDI1NTE5AAAAIAaKRUcyulmCWJM6MUn0klME4PCRfxbCYcFUQvc98XB2'
    // As OpenSSH 9.2 wrote it from `192.0.2.1,hub1.example.net`, `[192.0.2.1]:2222`, `*.lab`, `@revoked old.lab`.
    const text = `|1|316OOYYMODs30O0wJxINvaU+9oE=|bVwctIhYukHCOaKFhWV3pVQ+n+I= ssh-ed25519 ${k}
|1|6Nz/S5km3zZmfG18X5697D1O7Vc=|3CzneQvJVCjtoN3+kAnk+GCHiZY= ssh-ed25519 ${k}
|1|p6RrUsWJOx8NR4mWboQwbNgOh0A=|O4h8ZDTFgZ8ioj9Ww4eDy974K9M= ssh-ed25519 ${k}
*.lab ssh-ed25519 ${k}
@revoked old.lab ssh-ed25519 ${k}
`
    const known = parseKnownHosts({ text })
    const linesOf = (host: string, port: number): readonly number[] =>
      known.lookup(host, port).keys.map(({ line }) => line)
    expect(linesOf('192.0.2.1', 22)).toEqual([1])
    expect(linesOf('HUB1.example.net', 22)).toEqual([2])
    expect(linesOf('192.0.2.1', 2222)).toEqual([3])
    expect(linesOf('old.lab', 22)).toEqual([4])
    expect(known.lookup('old.lab', 22).revoked.map(({ line }) => line)).toEqual([5])
    expect(linesOf('192.0.2.2', 22)).toEqual([])
    expect(known.passedOver).toEqual([])
  })

  it('tells which lines make no sense, and goes on behind them', () => {
    const lines = ['# fine', '', `@maybe hub1 ${ed}`, 'hub1 ssh-ed25519', `|2|a|b ${ed}`, `hub1 ${ed}`, 'x']
    const known = parseKnownHosts({ file: 'site', text: lines.join('\n') })
    expect(known.passedOver).toEqual([3, 4, 5, 7].map((line) => ({ file: 'site', line })))
    expect(known.lookup('hub1', 22).keys.map(({ line }) => line)).toEqual([6])
  })

  it('keeps revoked keys and certificate authorities apart from keys, and tells the line', () => {
    const known = parseKnownHosts({
      text: `@revoked * ${rsa}\n@cert-authority *.lab ${ed}\nhub1.lab ${ed}\n`,
    })
    expect(known.lookup('hub1.lab', 22)).toEqual({
      keys: [{ type: 'ssh-ed25519', base64: ed.split(' ')[1], line: 3 }],
      revoked: [{ type: 'ssh-rsa', base64: rsa.split(' ')[1], line: 1 }],
      certAuthority: true,
    })
    expect(known.lookup('hub1.other', 22).certAuthority).toBe(false)
  })

  it('tells file and line of a key when there are several files', () => {
    const known = parseKnownHosts(
      { file: 'site', text: `# one\nhub1.lab ${ed}` },
      { file: 'lab', text: `\ufeffhub1.lab ${rsa}\n` },
    )
    expect(known.lookup('hub1.lab', 22).keys.map(({ type, file, line }) => [type, file, line])).toEqual([
      ['ssh-ed25519', 'site', 2],
      ['ssh-rsa', 'lab', 1],
    ])
  })

  it('never throws, whatever the file and the host', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string(),
        fc.integer({ min: 1, max: 65_535 }),
        (text, host, port) => {
          const found = parseKnownHosts({ text }).lookup(host, port)
          expect(found.keys.length).toBeLessThanOrEqual(text.split(/\r\n|\n|\r/).length)
        },
      ),
    )
  })

  it('finds every host that a line was written for, plain or hashed', () => {
    const host = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,20}$/)
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65_535 }), fc.boolean(), (name, port, hash) => {
        const field = knownHostsName(name, port)
        const known = parseKnownHosts({ text: `other ${rsa}\n${hash ? hashedName(field) : field} ${ed}\n` })
        expect(known.lookup(name, port).keys.map((found) => found.line)).toContain(2)
      }),
    )
  })

  it('matches wildcards as a regular expression would, in bounded time', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 12 })
    const names = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(letters, names, (pattern, name) => {
        const expected = new RegExp(`^${pattern.replace(/\*+/g, '.*').replaceAll('?', '.')}$`).test(name)
        expect(parseKnownHosts({ text: `${pattern} ${ed}` }).lookup(name, 22).keys.length === 1).toBe(
          expected,
        )
      }),
    )
    const hostile = `${'*a'.repeat(200)}b ${ed}`
    expect(parseKnownHosts({ text: hostile }).lookup('a'.repeat(250), 22).keys).toEqual([])
  })
})
