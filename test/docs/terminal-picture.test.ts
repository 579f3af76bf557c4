import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'
import { hostile } from '../report/arbitrary.ts'
import { faultsOfSvg } from './pictures.ts'

// The recorder is plain JavaScript, which the compiler reads with the other programs of .ci.

type Line = readonly { readonly text: string; readonly look: string }[]
interface Screen {
  readonly lines: readonly Line[]
  readonly top: number
  readonly cursor?: { readonly x: number; readonly line: number }
}
interface Picture {
  readonly title: string
  readonly description: string
  readonly columns: number
  readonly rows: number
  readonly film: readonly { readonly screen: Screen; readonly forMs: number }[]
}
const part = (name: string): string => pathToFileURL(join(root, '.ci', 'pictures', `${name}.mjs`)).href
const { linesOf }: { linesOf: (captured: string) => readonly Line[] } = await import(part('cells'))
const { terminalSvg }: { terminalSvg: (picture: Picture) => string } = await import(part('svg'))
const { printedBy }: { printedBy: (screen: Screen, entered: number, most: number) => readonly Line[] } =
  await import(part('recording'))
const { isPrompt, isQuestion }: Record<'isPrompt' | 'isQuestion', (screen: Screen) => boolean> = await import(
  part('shell')
)

const plain = (text: string): Line => (text === '' ? [] : [{ text, look: '' }])
const texts = { title: 'a title', description: 'a description', columns: 20, rows: 3 }
const film = (...screens: readonly (readonly [number, Screen])[]): Picture => ({
  ...texts,
  film: screens.map(([forMs, screen]) => ({ screen, forMs })),
})

describe('what tmux captured', () => {
  it('is read as runs, whose looks go on over the end of a line', () => {
    expect(linesOf('\u001b[1;32mok\u001b[0m done\n\u001b[2mdim\nstill\u001b[22m not')).toEqual([
      [
        { text: 'ok', look: 'green bold' },
        { text: ' done', look: '' },
      ],
      [{ text: 'dim', look: 'dim' }],
      [
        { text: 'still', look: 'dim' },
        { text: ' not', look: '' },
      ],
    ])
  })

  it.each([
    ['\u001b[91mx', 'red'],
    ['\u001b[33;44mx', 'yellow on-blue'],
    ['\u001b[31;7mx', 'ground on-red'],
    ['\u001b[7mx', 'ground on-ink'],
    ['\u001b[31m\u001b[39mx', ''],
    ['\u001b[mx', ''],
  ])('has the look of %j', (captured, look) => {
    expect(linesOf(captured)).toEqual([[{ text: 'x', look }]])
  })

  it('is refused where it has a look that no picture can show', () => {
    expect(() => linesOf('\u001b[38;5;200mx')).toThrow('SGR 38')
  })
})

describe('a screen', () => {
  const at = (text: string, x: number): Screen => ({ lines: [plain(text)], top: 0, cursor: { x, line: 0 } })

  it.each([
    ['a bare prompt', at('$', 2), true, false],
    ['a command that is typed', at('$ ikero plan', 12), false, false],
    ['a question', at('Send these lines? ', 18), false, true],
    ['rows of progress', at('', 0), false, false],
    ['a hidden cursor', { lines: [plain('a row')], top: 0 }, false, false],
  ])('with %s is told apart', (_, screen, prompt, question) => {
    expect([isPrompt(screen), isQuestion(screen)]).toEqual([prompt, question])
  })

  it('that is too long for a picture keeps whole paragraphs of its beginning, and its last one', () => {
    const words = ['old', '$ run', 'a', 'b', '', 'c', 'd', '', 'e', 'f', 'g', '', 'end', '$']
    const screen = { lines: words.map(plain), top: 0, cursor: { x: 2, line: 13 } }
    const shown = (most: number): readonly string[] =>
      printedBy(screen, 1, most).map((line) =>
        line
          .map(({ text }) => text)
          .join('')
          .trim(),
      )
    expect(shown(12)).toEqual(words.slice(1, 13))
    expect(shown(11)).toEqual(['$ run', 'a', 'b', '', 'c', 'd', '', '… 4 lines …', '', 'end'])
    expect(shown(8)).toEqual(['$ run', 'a', 'b', '', '… 7 lines …', '', 'end'])
  })
})

describe('the picture of a terminal', () => {
  it('says each line once, however long it stands and wherever the window is', () => {
    const lines = ['one', 'two', 'three', 'four'].map(plain)
    const svg = terminalSvg(film([500, { lines, top: 0 }], [500, { lines, top: 1 }]))
    expect(svg.match(/two/g)).toHaveLength(1)
    expect(svg).toContain('@keyframes tape{0%{transform:translateY(0px)}50%{transform:translateY(-19px)}}')
  })

  it('shows a line as long as it stood, and the last screen to who does not want motion', () => {
    const svg = terminalSvg(
      film(
        [250, { lines: [plain('first')], top: 0 }],
        [500, { lines: [plain('second')], top: 0 }],
        [250, { lines: [plain('third')], top: 0 }],
      ),
    )
    const [still = '', moving = ''] = svg.split('@media(prefers-reduced-motion:no-preference)')
    expect(still).not.toContain('@keyframes')
    expect(still).toContain('.past{visibility:hidden}')
    expect(moving).toContain('{0%{visibility:hidden}25%{visibility:visible}75%{visibility:hidden}}')
    expect(svg).toMatch(/<g class="k1 past"><text[^>]*>second/)
    expect(svg).toMatch(/<g class="k2"><text[^>]*>third/)
  })

  it('has no motion where there is one screen', () => {
    expect(terminalSvg(film([1, { lines: [plain('still')], top: 0 }]))).not.toMatch(/animation|keyframes/)
  })

  it('gives what follows a gap a place of its own, so that columns stand in any font', () => {
    const line = [
      { text: '✔', look: 'green' },
      { text: ' ab c  d', look: '' },
    ]
    const svg = terminalSvg(film([1, { lines: [line], top: 0 }]))
    expect(svg).toContain('<tspan class="green">✔</tspan>')
    expect(svg).toContain('<tspan x="16.86">ab c  </tspan><tspan x="67.44">d</tspan>')
  })

  it('is well-formed and holds nothing else whatever was printed', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom('', 'red', 'bold on-green'), (text, look) => {
        const lines = [[{ text, look }], plain('<script>&"\'')]
        const svg = terminalSvg({
          ...film([1, { lines, top: 0 }]),
          title: `t ${text}`,
          description: `d ${text}`,
        })
        expect(faultsOfSvg(svg)).toEqual([])
      }),
    )
  })
})
