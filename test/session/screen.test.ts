import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Screen } from '../../src/session/screen.ts'

function shown(text: string): { readonly lines: readonly string[]; readonly last: string } {
  const screen = new Screen()
  screen.feed(text)
  return { lines: screen.lines, last: screen.last() }
}

describe('the screen', () => {
  it.each([
    ['line ends of every kind', 'a\nb\r\nc\r\n\rd\r\r\ne', ['a', 'b', 'c', 'd'], 'e'],
    ['a carriage return that overwrites', '10%\r50%\r100%\n', ['100%'], ''],
    ['a shorter line over a longer one', 'abcdef\rxy\n', ['xycdef'], ''],
    [
      'backspaces and blanks that erase',
      ' --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\bend\n',
      ['end'],
      '',
    ],
    ['a carriage return and blanks that erase', '<--- More --->\r              \rend\n', ['end'], ''],
    ['trailing blanks of its own', 'name   \n', ['name   '], ''],
    ['colours', '\u001b[1;31mred\u001b[0m\n', ['red'], ''],
    ['titles and clipboard writes', '\u001b]0;evil\u0007\u001b]52;c;QUJD\u001b\\ok\n', ['ok'], ''],
    ['sequences in C1', '\u009b31mred\u009d0;x\u009cok\n', ['redok'], ''],
    ['two-character and charset sequences', '\u001b7\u001b(Bok\u001b=\n', ['ok'], ''],
    ['a sequence that never ends', 'a\u001b]0;never\nb\n', ['a', 'b'], ''],
    ['NUL, BEL and DEL', 'h\u0000ub\u007f1#\u0007', [], 'hub1#'],
    ['backspaces beyond the start', '\b\b\bok\n', ['ok'], ''],
  ])('shows %s', (_what, text, lines, last) => {
    expect(shown(text)).toEqual({ lines, last })
  })

  it('takes a pager mark out, erased by the device or not', () => {
    const mark = /\s*-{2}\s?[Mm]ore\s?-{2}\s*$/
    for (const erase of ['\b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\b', '\r          \r', '']) {
      const screen = new Screen()
      screen.feed('one\r\n --More-- ')
      screen.consumeMark(mark)
      expect(screen.last()).toBe('')
      screen.feed(`${erase} two\r\nthree`)
      expect(screen.lines).toEqual(['one', ' two'])
      expect(screen.last()).toBe('three')
    }
  })

  it('shows the same however the text is cut', () => {
    const unit = fc.constantFrom(
      'a',
      'é',
      '€',
      '😀',
      ' ',
      '\r',
      '\n',
      '\b',
      '\t',
      '\u001b',
      '[',
      ']',
      '3',
      'm',
      '\u0007',
      '#',
      '\u009b',
    )
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 200 }),
        fc.array(fc.nat(20), { minLength: 1 }),
        (text, cuts) => {
          const screen = new Screen()
          for (let at = 0, turn = 0; at < text.length; turn += 1) {
            const size = 1 + (cuts[turn % cuts.length] ?? 0)
            screen.feed(text.slice(at, at + size))
            at += size
          }
          expect({ lines: screen.lines, last: screen.last() }).toEqual(shown(text))
        },
      ),
    )
  })

  it('lets no control character but the tab through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { lines, last } = shown(text)
        for (const line of [...lines, last])
          expect(line).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/)
      }),
    )
  })

  it('takes a line of 16 MiB character by character in time that grows with its length only', () => {
    const screen = new Screen()
    for (let fed = 0; fed < 16 * 1024 * 1024; fed += 1) screen.feed('x')
    expect(screen.last()).toHaveLength(1024)
    screen.feed('\nhub1#')
    expect(screen.lines[0]).toHaveLength(16 * 1024 * 1024)
    expect(screen.last()).toBe('hub1#')
  })
})
