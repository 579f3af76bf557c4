import fc from 'fast-check'
import { marked } from 'marked'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { renderHtml } from '../../src/report/html/page.ts'
import { renderJunit } from '../../src/report/junit.ts'
import { renderMarkdown } from '../../src/report/markdown.ts'
import { acting, hostileTexts } from './hostile-texts.ts'
import { elementsOf, isElement, parse, skeleton } from './markup.ts'
import { filledWith } from './report-inputs.ts'

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
      fc.property(hostileTexts, (list) => {
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
      fc.property(hostileTexts, (list) => {
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
      fc.property(hostileTexts, (list) => {
        const both = pair(list)
        expect(shape(renderJunit(both.hostile))).toEqual(shape(renderJunit(both.plain)))
      }),
      { numRuns: 40 },
    )
  })
})
