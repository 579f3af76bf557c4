import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createTerminal,
  type ReceivedLine,
  type Terminal,
  type TerminalOptions,
} from '../../mocks/terminal.ts'
import { type FakeOptions, fakeDevice } from './fake-session.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')
const bytes = (typed: string): Uint8Array => Buffer.from(typed, 'utf8')

function setUp(options: FakeOptions & TerminalOptions = {}): {
  terminal: Terminal
  entered: string[]
  type(typed: string): string
} {
  const device = fakeDevice('r1', options)
  const terminal = createTerminal(device.open(), options)
  terminal.start()
  return { terminal, entered: device.entered, type: (typed) => text(terminal.feed(bytes(typed))) }
}

describe('a terminal line', () => {
  it('begins with the banner and the prompt', () => {
    const terminal = createTerminal(fakeDevice('r1', { banner: 'keep out\n' }).open())
    expect(text(terminal.start())).toBe('keep out\r\nr1>')
  })

  it.each([
    ['echoes a line and answers it', 'show 1\r', 'show 1\r\nline 1\r\nr1>'],
    ['takes CR, LF and CR LF as one line end each', '\r\n\n\r', '\r\nr1>\r\nr1>\r\nr1>'],
    ['takes CR NUL as one line end', '\r\u0000', '\r\nr1>'],
    [
      'answers typed-ahead lines in order',
      'show 1\rshow 2\r',
      'show 1\r\nline 1\r\nr1>show 2\r\nline 1\r\nline 2\r\nr1>',
    ],
    ['rubs out with backspace and DEL', 'sx\bho\u007fow 1\r', 'sx\b \bho\b \bow 1\r\nline 1\r\nr1>'],
    ['has nothing to rub out at the start', '\b\u007f', ''],
    ['deletes the line with Ctrl-U', 'bad\u0015', 'bad\b\b\b   \b\b\b'],
    ['ignores tab and the arrow keys up and down', '\t\u001b[A\u001b[B', ''],
    ['does not echo a password', 'enable\rs3cret\r', 'enable\r\nPassword: \r\nr1#'],
    ['rubs out in a password without showing it', 'enable\rs3cretx\b\r', 'enable\r\nPassword: \r\nr1#'],
    ['takes `?` as part of a password', 'enable\r?\r', 'enable\r\nPassword: \r\n% Bad secrets\r\n\r\nr1>'],
    ['leaves a question with Ctrl-C', 'enable\r\u0003', 'enable\r\nPassword: ^C\r\nr1>'],
    ['answers [confirm] with one key', 'reload\ry', 'reload\r\nProceed with reload? [confirm]\r\nr1#'],
    ['shows the line again after `?`', 'sho?', 'sho?\r\n% Help is not simulated\r\nr1>sho'],
    ['draws the line again after Ctrl-R', 'sho\u0012', 'sho\r\nr1>sho'],
    [
      'leaves configuration mode with Ctrl-Z',
      'configure terminal\r\u001a',
      'configure terminal\r\nr1(config)#^Z\r\nr1#',
    ],
  ])('%s', (_, typed, shown) => {
    expect(setUp().type(typed)).toBe(shown)
  })

  it('inserts at the cursor that Ctrl-A, Ctrl-E and the arrows moved', () => {
    const { type, entered } = setUp()
    type('how 1\u0001s\u00051\u001b[D\u001b[D2\u001b[C\r')
    expect(entered).toEqual(['show 211'])
  })

  it('deletes a word, the rest of the line and the character under the cursor', () => {
    const { type, entered } = setUp()
    type('show one two\u0017\u0017\u0001\u0004\u0006\u000bx\r')
    expect(entered).toEqual(['hx'])
  })

  it('takes a quoted `?` as text', () => {
    const { type, entered } = setUp()
    type('description why\u0016?\r')
    expect(entered).toEqual(['description why?'])
  })

  it('runs a line that stands when Ctrl-Z is typed', () => {
    const { type, entered } = setUp()
    type('configure terminal\rdescription x\u001a')
    expect(entered).toEqual(['configure terminal', 'description x'])
  })

  it('rings the bell instead of taking more than 254 characters', () => {
    const { type, entered } = setUp()
    const shown = type(`${'a'.repeat(260)}\r`)
    expect(entered).toEqual(['a'.repeat(254)])
    expect(shown.split('\u0007')).toHaveLength(7)
  })

  it('keeps characters of several bytes whole', () => {
    const { type } = setUp()
    expect(type('description Büro 東\rshow description\r')).toContain('\r\nBüro 東\r\n')
  })

  it('ends output lines the way the device does', () => {
    expect(setUp({ lineEnd: '\r\n\r' }).type('show 1\r')).toBe('show 1\r\n\rline 1\r\n\rr1>')
  })

  it('puts a message of the device in the middle of a line', () => {
    const { terminal, type } = setUp()
    type('sho')
    expect(text(terminal.inject('%SYS-5-CONFIG_I: Configured'))).toBe('\r\n%SYS-5-CONFIG_I: Configured\r\n')
    expect(type('w 1\r')).toBe('w 1\r\nline 1\r\nr1>')
  })

  it('ends when the session closes, and takes nothing afterwards', () => {
    const { terminal, type, entered } = setUp()
    expect(type('exit\rshow 1\r')).toBe('exit\r\n')
    expect(terminal.ended).toBe('logout')
    expect(type('show 1\r')).toBe('')
    expect(entered).toEqual(['exit'])
  })
})

describe('the pager', () => {
  const marks = (shown: string): number => shown.split(' --More-- ').length - 1

  it('shows a page and the mark, and goes on by page, by line, or not at all', () => {
    const { type } = setUp({ pageLength: 3 })
    expect(type('show 9\r')).toBe('show 9\r\nline 1\r\nline 2\r\nline 3\r\n --More-- ')
    const erased = `${'\b'.repeat(9)}${' '.repeat(8)}${'\b'.repeat(9)}`
    expect(type('\r')).toBe(`${erased}line 4\r\n --More-- `)
    expect(type(' ')).toBe(`${erased}line 5\r\nline 6\r\nline 7\r\n --More-- `)
    expect(type('q')).toBe(`${erased}r1>`)
  })

  it('shows no mark when the output fits the page', () => {
    expect(marks(setUp({ pageLength: 3 }).type('show 3\r'))).toBe(0)
  })

  it('stops at Q and Ctrl-C as well', () => {
    for (const key of ['Q', '\u0003']) {
      const { type } = setUp({ pageLength: 3 })
      type('show 9\r')
      expect(type(key).endsWith('r1>')).toBe(true)
    }
  })

  it('eats typed-ahead lines as keys', () => {
    const { type, entered } = setUp({ pageLength: 3 })
    type('show 5\renable\r')
    expect(entered).toEqual(['show 5'])
  })

  it('takes the line feed of a CR LF neither as a key nor as a line', () => {
    const { type } = setUp({ pageLength: 3 })
    expect(marks(type('show 9\r\n'))).toBe(1)
  })

  it('is off with page length 0', () => {
    expect(marks(setUp({ pageLength: 3 }).type('terminal length 0\rshow 99\r'))).toBe(0)
  })

  it('overwrites an ASA mark from the left margin', () => {
    const { type } = setUp({ pageLength: 1, pagerMark: '<--- More --->', erase: 'carriage-return' })
    expect(type('show 2\r ')).toBe(`show 2\r\nline 1\r\n<--- More --->\r${' '.repeat(14)}\rline 2\r\nr1>`)
  })
})

describe('the record of received lines', () => {
  it('has each line before it takes effect, with the mode it was typed in, and no secret', () => {
    const record: (ReceivedLine & { before: number })[] = []
    const device = fakeDevice()
    const terminal = createTerminal(device.open(), {
      received: (entry) => record.push({ ...entry, before: device.entered.length }),
    })
    terminal.feed(bytes('enable\rs3cret\r\rconfigure terminal\r\u001a'))
    expect(record).toEqual([
      { mode: 'user', line: 'enable', before: 0 },
      { mode: 'question', line: '*****', before: 1 },
      { mode: 'privileged', line: '', before: 2 },
      { mode: 'privileged', line: 'configure terminal', before: 3 },
      { mode: 'config', line: '^Z', before: 4 },
    ])
  })

  it.each([
    ['before', [] as string[]],
    ['after', ['show 1']],
  ] as const)('can lose the link %s a line takes effect', (when, entered) => {
    const device = fakeDevice()
    const terminal = createTerminal(device.open(), { drop: () => when })
    terminal.feed(bytes('show 1\rshow 2\r'))
    expect(terminal.ended).toBe('dropped')
    expect(device.entered).toEqual(entered)
  })
})

describe('any input', () => {
  const typed = fc.oneof(
    fc.constantFrom(
      'show 9',
      'enable',
      's3cret',
      'reload',
      'terminal length 0',
      '\r',
      '\n',
      '\r\n',
      ' ',
      'q',
      '?',
    ),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom('\u0001', '\u0003', '\u0005', '\u0015', '\u0016', '\u001a', '\u001b[D', '\b'),
  )

  it('gives the same output however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(typed, { maxLength: 30 }),
        fc.array(fc.nat(20), { maxLength: 40 }),
        (parts, cuts) => {
          const input = bytes(parts.join(''))
          const whole = createTerminal(fakeDevice('r1', { pageLength: 2 }).open())
          const cut = createTerminal(fakeDevice('r1', { pageLength: 2 }).open())
          const chunks: Buffer[] = []
          let at = 0
          for (const size of [...cuts, input.length]) {
            chunks.push(Buffer.from(cut.feed(input.subarray(at, at + size))))
            at += size
          }
          expect(Buffer.concat(chunks).equals(Buffer.from(whole.feed(input)))).toBe(true)
          expect(cut.ended).toBe(whole.ended)
        },
      ),
    )
  })
})
