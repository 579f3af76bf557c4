import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../src/kernel/redact.ts'
import { TranscriptText } from '../../src/wire/transcript-text.ts'

function textOf(...secrets: readonly string[]): TranscriptText {
  const redactor = createRedactor()
  for (const secret of secrets) redactor.register(secret)
  return new TranscriptText(redactor)
}

/** All lines of some packets; `'flush'` stands for something that is sent in between. */
function told(text: TranscriptText, packets: readonly string[], flushAfter: readonly number[] = []): string {
  const lines = packets.flatMap((packet, at) => [
    ...text.feed(packet),
    ...(flushAfter.includes(at) ? text.flush() : []),
  ])
  return [...lines, ...text.end()].join('\n')
}

function cut(text: string, places: readonly number[]): readonly string[] {
  const at = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b)
  return [0, ...at].map((from, index) => text.slice(from, at[index] ?? text.length))
}

const secret = fc.stringMatching(/^[!-~]{4,24}$/)
const noise = fc.stringMatching(/^[\n -~]{0,60}$/)
/** What a terminal may put between two characters of an echo. */
const between = fc.constantFrom(
  '',
  '',
  '',
  '\r\n',
  ' \r',
  '\b',
  '\u001b[K',
  '\u001b[1;2H',
  '\u001b(B',
  '\u0000',
)

describe('the text of a transcript', () => {
  it('has a line for each line of the device, with control characters as escapes', () => {
    expect(told(textOf(), ['hub1#show\tclock\r\n\u001b[1mnoon\u0007\r\nhub1#'])).toBe(
      'hub1#show\\tclock\n\\x1b[1mnoon\\x07\nhub1#',
    )
  })

  it('tells the unfinished line when something is sent, and then only its rest', () => {
    const text = textOf()
    expect(text.feed('Password: ')).toEqual([])
    expect(text.flush()).toEqual(['Password: '])
    expect(text.flush()).toEqual([])
    expect(text.feed('\r\nhub1#')).toEqual([])
    expect(text.flush()).toEqual(['hub1#'])
    expect(text.feed('show clock\r\n')).toEqual(['…show clock'])
  })

  it('never shows a secret, however it is cut into packets, wrapped, or answered in the middle', () => {
    fc.assert(
      fc.property(
        secret,
        noise,
        noise,
        fc.array(between, { minLength: 24, maxLength: 24 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.array(fc.nat(12), { maxLength: 6 }),
        (value, before, after, gaps, places, flushes) => {
          const wrapped = [...value].map((character, at) => character + (gaps[at] ?? '')).join('')
          const said = told(textOf(value), cut(`${before}${wrapped}${after}`, places), flushes)
          // As the reader sees it, and as somebody would put it together again.
          expect(said).not.toContain(value)
          const visible = said.replace(/\\(?:[rtn]|x1b\[[\d;]*[A-Za-z]|x1b\(B|x[0-9a-f]{2})|…|\s/g, '')
          fc.pre(!`${before}${after}`.replace(/\s/g, '').includes(value))
          expect(visible.replaceAll('*****', ' ')).not.toContain(value)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('never shows the end of a secret either, when its beginning stands on the line before', () => {
    const said = told(textOf('correct-horse'), ['echo correct\r\n', '-horse and more\r\n'])
    expect(said).toBe('echo *****\n***** and more')
  })

  it('does not tell the beginning of a secret whose end never came', () => {
    expect(told(textOf('correct-horse'), ['said correct-hor'])).toBe('said *****')
    expect(told(textOf('correct-horse'), ['see doc'])).toBe('see doc')
  })

  it('hides the keys of a configuration, whatever the packets', () => {
    const line = 'crypto isakmp key Zx81Spectrum address 203.0.113.7\r\n'
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { maxLength: 8 }),
        fc.array(fc.nat(8), { maxLength: 4 }),
        (places, flushes) => {
          const said = told(textOf(), cut(`interface Tunnel0\r\n${line}end\r\n`, places), flushes)
          for (let at = 0; at + 4 <= 'Zx81Spectrum'.length; at += 1) {
            expect(said).not.toContain('Zx81Spectrum'.slice(at, at + 4))
          }
          expect(said.replaceAll('\n…', '')).toContain('interface Tunnel0')
        },
      ),
      { numRuns: 300 },
    )
  })

  it('tells a line that never ends in pieces, and the key in it in none of them', () => {
    const text = textOf()
    const pieces: string[] = []
    for (let at = 0; at < 40; at += 1) {
      pieces.push(...text.feed(at === 0 ? `username ops secret ${'k'.repeat(1000)}` : 'k'.repeat(1000)))
    }
    pieces.push(...text.feed('\r\nhub1#'), ...text.end())
    expect(pieces.join('')).not.toContain('kkkk')
    expect(pieces.at(-1)).toBe('hub1#')
  })

  it('loses nothing of what is no secret', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{0,20}$/), { maxLength: 8 }),
        fc.array(fc.nat()),
        (lines, places) => {
          const said = told(textOf('SECRET'), cut(lines.map((line) => `${line}\r\n`).join(''), places))
          expect(said).toBe(lines.join('\n'))
        },
      ),
    )
  })
})
