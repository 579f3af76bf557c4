import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printable, printableLines } from '../../src/kernel/printable.ts'

describe('printable text', () => {
  it.for([
    ['plain text', 'crypto map VPN 10', 'crypto map VPN 10'],
    ['letters of other alphabets', 'Zürich 東京 Ελλάς', 'Zürich 東京 Ελλάς'],
    ['pictures', '🔒', '🔒'],
    ['an escape sequence', '\u001b[31mred', '\\x1b[31mred'],
    ['line ends and tabs', 'a\r\n\tb', 'a\\r\\n\\tb'],
    ['a bell and a backspace', '\u0007\u0008', '\\x07\\x08'],
    ['a one-byte control sequence', '\u009b31m', '\\x9b31m'],
    ['direction marks', 'VPN\u202eNPV\u2066', 'VPN\\u{202e}NPV\\u{2066}'],
    ['invisible characters', 'a\u200bb\u00adc\ufeff', 'a\\u{200b}b\\xadc\\u{feff}'],
    ['line ends of Unicode', 'a\u2028b\u2029', 'a\\u{2028}b\\u{2029}'],
    ['half a character', 'a\ud800b', 'a\\u{d800}b'],
  ] as const)('shows %s for what it is', ([, text, shown]) => expect(printable(text)).toBe(shown))

  it('holds nothing that acts on a terminal, whatever it was made from', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u)
      }),
    )
  })

  it('is itself when it is made printable again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(printable(text))).toBe(printable(text))
      }),
    )
  })

  it('keeps the line feeds of several lines, and nothing else of them', () => {
    expect(printableLines('one\r\ntwo\u001b[2J\nthree\r')).toBe('one\ntwo\\x1b[2J\nthree\\r')
  })
})
