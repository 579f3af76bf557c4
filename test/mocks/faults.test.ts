import { describe, expect, it } from 'vitest'
import { cipherNames, kexNames, macNames } from '../../mocks/faults/algorithms.ts'
import { drawnEcho } from '../../mocks/faults/echo-style.ts'
import type { LineFault } from '../../mocks/faults/faults.ts'
import { createFaultyTerminal, type Piece } from '../../mocks/faults/faulty-terminal.ts'
import { createLineFaults } from '../../mocks/faults/line-faults.ts'
import { faultsFrom } from '../../mocks/faults/load-faults.ts'
import { Outflow } from '../../mocks/faults/outflow.ts'
import { bytesText, utf8Bytes } from '../../mocks/faults/raw-bytes.ts'
import { parseScenario } from '../../mocks/load-scenario.ts'
import schema from '../../mocks/scenario.schema.json' with { type: 'json' }
import { fakeDevice } from './fake-session.ts'
import { scenarioFrom, small } from './scenarios.ts'

const withFaults = (faults: string): string =>
  small.replace('    model: CISCO2911/K9\n', `    model: CISCO2911/K9\n    faults:\n${faults}`)

const problems = (faults: string): readonly string[] => {
  const answer = parseScenario('s.yml', withFaults(faults))
  return answer.kind === 'ok' ? [] : answer.error.map((one) => `${one.code} ${one.message}`)
}

describe('faults of a scenario file', () => {
  it('are none when nothing is written', () => {
    expect(scenarioFrom(small).devices[0]?.faults).toEqual(faultsFrom(undefined))
  })

  it('mean what they say', () => {
    const [device] = scenarioFrom(
      withFaults(`      tcp: black-hole
      ssh: { silentAt: greeting, ident: Cisco-1.25, kex: [diffie-hellman-group1-sha1], ciphers: [3des-cbc], macs: [hmac-sha1], hostKey: changed, methods: [keyboard-interactive], asks: ['Token: '], expired: true, attempts: 1, full: 2 }
      link: { chunk: 1, every: 1s }
      terminal: { echo: wrap, width: 40, page: 5 }
      lines:
        - { line: ^show, skip: 1, times: 2, bytes: "1b ff", cut: 3, flood: 200MB, waits: 5s, silent: true, ends: after, how: close, rekeys: true }
        - { prompt: { from: act, to: stby } }
        - { line: x, asks: 'Sure? ', syslog: { text: "%A-1-B: c", in: echo } }
`),
    ).devices
    expect(device?.faults).toEqual({
      tcp: 'black-hole',
      ssh: {
        silentAt: 'greeting',
        ident: 'Cisco-1.25',
        kex: ['diffie-hellman-group1-sha1'],
        ciphers: ['3des-cbc'],
        macs: ['hmac-sha1'],
        hostKeyChanged: true,
        methods: ['keyboard-interactive'],
        asks: ['Token: '],
        expired: true,
        attempts: 1,
        full: 2,
      },
      link: { chunk: 1, everyMs: 1000 },
      terminal: { echo: { style: 'wrap', width: 40 }, page: 5 },
      lines: [
        {
          line: /^show/,
          skip: 1,
          times: 2,
          prints: '\u001b\udcff',
          cut: 3,
          flood: 200_000_000,
          waitsMs: 5000,
          silent: true,
          ends: { when: 'after', how: 'close' },
          rekeys: true,
        },
        { prompt: { from: /act/, to: 'stby' } },
        { line: /x/, asks: 'Sure? ', syslog: { text: '%A-1-B: c', in: 'echo' } },
      ],
    })
  })

  it.each([
    ['      tcp: slow\n', /INVALID_VALUE .*tcp.*refuse.*black-hole/],
    ['      ssh: { kex: [group1] }\n', /INVALID_VALUE .*group1/],
    ['      speed: slow\n', /UNKNOWN_KEY .*speed/],
    ['      lines: [{ line: "(", cut: 1 }]\n', /INVALID_VALUE \( is not a regular expression/],
    ['      lines: [{ prompt: { from: "(", to: x } }]\n', /INVALID_VALUE \( is not a regular expression/],
    ['      lines: [{ cut: 1 }]\n', /MISSING_KEY cut needs a line/],
    ['      lines: [{ line: x }]\n', /MISSING_KEY nothing happens at this line/],
    ['      lines: [{ line: x, prints: a, bytes: "00" }]\n', /INVALID_VALUE prints and bytes/],
    ['      lines: [{ line: x, reply: a, asks: b }]\n', /INVALID_VALUE a line has a reply or a question/],
    ['      lines: [{ line: x, cut: 1, how: close }]\n', /MISSING_KEY how needs ends/],
    ['      lines: [{ line: x, bytes: "1" }]\n', /INVALID_VALUE .*hexadecimal/],
  ])('that make no sense are told: %s', (text, message) => {
    expect(problems(text)).toEqual([expect.stringMatching(message)])
  })

  it('name the algorithms that a server can be told to offer', () => {
    const { kex, ciphers, macs } = schema.definitions.sshFaults.properties
    expect([kex.items.enum, ciphers.items.enum, macs.items.enum]).toEqual([kexNames, cipherNames, macNames])
  })
})

const shown = (pieces: readonly Piece[]): string =>
  pieces
    .map((piece) => {
      if (piece.kind === 'bytes') return Buffer.from(piece.bytes).toString('latin1')
      if (piece.kind === 'filler') return `<${piece.count} of filler>`
      if (piece.kind === 'wait') return `<${piece.ms} ms>`
      return piece.kind === 'end' ? `<${piece.how}>` : '<rekey>'
    })
    .join('')

/** What a terminal with these faults shows for the lines, typed at once. */
function typed(lines: readonly LineFault[], ...input: readonly string[]): string {
  const device = fakeDevice('r1')
  const terminal = createFaultyTerminal(device.open(), {}, { lines: createLineFaults(lines), terminal: {} })
  terminal.start()
  return shown(terminal.feed(Buffer.from(input.map((line) => `${line}\r`).join(''))))
}

describe('a fault at a line', () => {
  const syslog = (where: 'prompt' | 'behind' | 'echo' | 'output'): LineFault => ({
    line: /^show 2/,
    syslog: { text: '%A-1-B: c', in: where },
  })
  it.each<[string, readonly LineFault[], string]>([
    ['prints', [{ line: /show/, prints: 'pre\n' }], 'show 2\r\npre\r\nline 1\r\nline 2\r\nr1>'],
    ['replies', [{ line: /show/, reply: '% no' }], 'show 2\r\n% no\r\nr1>'],
    ['cuts', [{ line: /show/, cut: 1 }], 'show 2\r\nline 1\r\nr1>'],
    ['waits', [{ line: /show/, waitsMs: 9 }], 'show 2\r\n<9 ms>line 1\r\nline 2\r\nr1>'],
    ['floods', [{ line: /show/, flood: 9, reply: '' }], 'show 2\r\n<9 of filler>r1>'],
    ['is silent', [{ line: /show/, silent: true }], ''],
    ['resets', [{ line: /show/, ends: { when: 'after', how: 'reset' } }], '<reset>'],
    ['closes', [{ line: /show/, ends: { when: 'before', how: 'close' } }], '<close>'],
    ['rekeys', [{ line: /show/, rekeys: true }], 'show 2\r\nline 1\r\nli<rekey>ne 2\r\nr1>'],
    ['asks', [{ line: /show/, asks: 'really\n[yes/no]: ' }], 'show 2\r\nreally\r\n[yes/no]: '],
    ['cuts the prompt', [syslog('prompt')], 'show 2\r\nline 1\r\nline 2\r\nr\r\n%A-1-B: c\r\n1>'],
    ['stands behind the prompt', [syslog('behind')], 'show 2\r\nline 1\r\nline 2\r\nr1>\r\n%A-1-B: c\r\n'],
    ['cuts the echo', [syslog('echo')], 'sho\r\n%A-1-B: c\r\nw 2\r\nline 1\r\nline 2\r\nr1>'],
    ['cuts the output', [syslog('output')], 'show 2\r\nline 1\r\n%A-1-B: c\r\nline 2\r\nr1>'],
    ['renames', [{ line: /show/, prompt: { from: /r1/, to: 'r2' } }], 'show 2\r\nline 1\r\nline 2\r\nr2>'],
  ])('%s', (_, lines, expected) => {
    expect(typed(lines, 'show 2')).toBe(expected)
  })

  it('is met from one line on, and so many times', () => {
    const lines: readonly LineFault[] = [{ line: /show/, reply: '%', skip: 1, times: 1 }]
    expect(typed(lines, 'show 1', 'show 1', 'show 1')).toBe(
      'show 1\r\nline 1\r\nr1>show 1\r\n%\r\nr1>show 1\r\nline 1\r\nr1>',
    )
  })

  it('that asks lets the line run on yes only', () => {
    const lines: readonly LineFault[] = [{ line: /show/, asks: '[yes/no]: ' }]
    expect(typed(lines, 'show 1', 'no')).toBe('show 1\r\n[yes/no]: no\r\nr1>')
    expect(typed(lines, 'show 1', 'yes')).toBe('show 1\r\n[yes/no]: yes\r\nline 1\r\nr1>')
  })
})

describe('a drawn echo', () => {
  it.each([
    ['wrap', 'abcd\r\nefghijklmn\r\nop'],
    ['backspaces', /^abc\x08\x08\x08\$/],
    ['return', /^abc\r12345#\$/],
  ] as const)('of a long line: %s', (style, expected) => {
    const drawn = drawnEcho('abcdefghijklmnop', '12345#', { style, width: 10 })
    if (typeof expected === 'string') expect(drawn).toBe(expected)
    else expect(drawn).toMatch(expected)
  })
})

describe('jump hosts of a scenario file', () => {
  const behind = (via: string): string =>
    small
      .replace('    model: CISCO2911/K9\n', `    model: CISCO2911/K9\n    via: ${via}\n`)
      .replace(
        'devices:',
        'jumps: [{ name: outer, dies: 0, faults: { ssh: { hostKey: changed } } }]\ndevices:',
      )
  it('are those that devices name', () => {
    const { jumps, devices } = scenarioFrom(behind('[outer]'))
    expect(jumps).toMatchObject([{ name: 'outer', dies: 0, faults: { ssh: { hostKeyChanged: true } } }])
    expect(devices[0]?.via).toEqual(['outer'])
  })
  it('are told when there is none of the name', () => {
    const answer = parseScenario('s.yml', behind('[inner]'))
    expect(answer.kind === 'err' && answer.error.map((one) => one.message)).toEqual([
      'inner is no jump host of this scenario',
    ])
  })
})

describe('bytes that are no text', () => {
  it('come through beside text', () => {
    expect(utf8Bytes(`é${bytesText('00 ff 9b')}😀`)).toBe('Ã©\u0000ÿ\u009bð\u009f\u0098\u0080')
  })
})

describe('the packets of a link', () => {
  const packets = (link: { chunk?: number; everyMs?: number }): readonly string[] => {
    const outflow = new Outflow(link)
    outflow.put([
      { kind: 'bytes', bytes: Buffer.from('abc') },
      { kind: 'filler', count: 3 },
    ])
    const steps: string[] = []
    for (let step = outflow.next(); step !== undefined; step = outflow.next()) {
      steps.push(step.kind === 'bytes' ? Buffer.from(step.bytes).toString() : step.kind)
    }
    return steps
  }
  it('are what was said, cut and paced', () => {
    expect(packets({})).toEqual(['abc', 'xxx'])
    expect(packets({ chunk: 2 })).toEqual(['ab', 'c', 'xx', 'x'])
    expect(packets({ everyMs: 5 })).toEqual(['wait', 'abc', 'wait', 'xxx'])
  })
})
