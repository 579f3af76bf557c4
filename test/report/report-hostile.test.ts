import fc from 'fast-check'
import { marked } from 'marked'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { renderHtml } from '../../src/report/html/page.ts'
import { renderJunit } from '../../src/report/junit.ts'
import { renderMarkdown } from '../../src/report/markdown.ts'
import { hostile } from './arbitrary.ts'
import { elementsOf, isElement, parse, skeleton } from './markup.ts'
import { filledWith } from './report-inputs.ts'

const acting =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/u

const markup = fc.constantFrom(
  '<script>alert(1)</script>',
  '</pre></td></table><img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '<!--',
  '-->',
  ']]>',
  '<![CDATA[',
  '</style><style>*{display:none}',
  '</title><base href=//evil.example>',
  '&lt;b&gt;&#60;b&#x3c;&amp',
  '| a | b |',
  '\\|',
  '`',
  '``',
  '```',
  '\n```\n# head\n',
  '~~~',
  '[text](https://evil.example/)',
  '![](https://evil.example/x.png)',
  '[x]: https://evil.example',
  '<https://evil.example>',
  ' https://evil.example/ ',
  ' www.evil.example ',
  ' noc@evil.example ',
  '**bold** __bold__ *em* _em_ ~~gone~~',
  '\n# head\n',
  '\n- item\n',
  '\n---\n',
  '    code',
  '\\',
  '\\\\',
  '$x$',
  '\ufffe\uffff',
)
const text = fc.oneof({ weight: 1, arbitrary: hostile }, { weight: 2, arbitrary: markup })
const texts = fc.array(
  fc.array(text, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
  { minLength: 17, maxLength: 17 },
)

/** The same report twice, text for text: each with a word of its own, and behind it nothing, or what is hostile. */
function pair(list: readonly string[]) {
  const numbered = (more: (index: number) => string) => {
    let index = 0
    return filledWith(() => {
      index += 1
      return `w${index}${more(index)}`
    })
  }
  return { plain: numbered(() => ''), hostile: numbered((index) => list[index % list.length] ?? '') }
}

describe('text that a device or a file made up, in a report', () => {
  it('is text and nothing else in HTML: elements and attributes are the same as with plain words', () => {
    fc.assert(
      fc.property(texts, (list) => {
        const both = pair(list)
        const page = renderHtml(both.hostile)
        expect(page).not.toMatch(acting)
        expect(skeleton(parse(page))).toBe(skeleton(parse(renderHtml(both.plain))))
      }),
      { numRuns: 40 },
    )
  })

  it('makes no element, link or picture of Markdown, and keeps tables, lists and blocks in shape', () => {
    // A reader drops cells that are too many: the shape alone would not show a bar that ended one.
    const bars = (source: string): readonly number[] =>
      marked.lexer(source).flatMap((token) => (token.type === 'table' ? [token.raw.split('|').length] : []))
    // Whether a word is written as code is no shape.
    const shape = (source: string): string => {
      const tree = parse(marked.parse(source, { async: false, gfm: true }))
      return skeleton(tree, (element) => {
        const parent = element.parentNode
        return (
          element.tagName === 'code' && !(parent !== null && isElement(parent) && parent.tagName === 'pre')
        )
      })
    }
    fc.assert(
      fc.property(texts, (list) => {
        const both = pair(list.map((one) => one.slice(0, 150)))
        const source = renderMarkdown(both.hostile)
        expect(source).not.toMatch(acting)
        const tags = new Set(
          elementsOf(parse(marked.parse(source, { async: false }))).map((one) => one.tagName),
        )
        expect([...tags].filter((tag) => ['a', 'img', 'script', 'svg', 'em', 'del'].includes(tag))).toEqual(
          [],
        )
        expect(shape(source)).toBe(shape(renderMarkdown(both.plain)))
        expect(bars(source)).toEqual(bars(renderMarkdown(both.plain)))
      }),
      { numRuns: 40 },
    )
  })

  it('leaves JUnit XML well-formed, with the same elements as with plain words', () => {
    const shape = (source: string): readonly string[] => {
      const seen: string[] = []
      const parser = new SaxesParser()
      parser.on('error', (error) => {
        throw error
      })
      parser.on('opentag', ({ name, attributes }) =>
        seen.push(`${name} ${Object.keys(attributes).join(' ')}`),
      )
      parser.on('closetag', ({ name }) => seen.push(`/${name}`))
      parser.write(source).close()
      return seen
    }
    fc.assert(
      fc.property(texts, (list) => {
        const both = pair(list)
        expect(shape(renderJunit(both.hostile))).toEqual(shape(renderJunit(both.plain)))
      }),
      { numRuns: 40 },
    )
  })
})
