import type { Token } from 'marked'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { blocksOf, commandsOf } from './blocks.ts'
import { shownPictures } from './pictures.ts'
import { linksOf, textOf, tokensOf } from './tokens.ts'

// README.ja.md is README.md in Japanese. No test can read its words; what is not a word has to be the same. Its
// commands are not run: they are those of README.md, which pages.test.ts runs.

const original = 'README.md'
const translation = 'README.ja.md'

/** The translation's words for the column that says whether a command writes to devices. */
const writes: ReadonlyMap<string, string> = new Map([
  ['あり', 'yes'],
  ['なし', 'no'],
])
const kana = /[\p{Script=Hiragana}\p{Script=Katakana}]/u

describe('README.ja.md', () => {
  it('shows the commands of README.md, what they print and which of them are not run', () => {
    expect(shellOf(translation)).toEqual(shellOf(original))
  })

  it('shows the files of README.md, but for their comments', () => {
    expect(filesOf(translation)).toEqual(filesOf(original))
  })

  it('has the sections, paragraphs, lists and tables of README.md, in their order', () => {
    expect(outlineOf(translation)).toEqual(outlineOf(original))
  })

  it('has in each row of a table the command, exit code or page of README.md, and the same code', () => {
    const rows = rowsOf(translation)
    expect(rows).toEqual(rowsOf(original))
    expect(rows.length).toBeGreaterThan(40)
  })

  it('says of the same commands that they write to devices', () => {
    expect(thirdColumnOf(translation).map((cell) => writes.get(cell) ?? cell)).toEqual(
      thirdColumnOf(original),
    )
  })

  it('leads where README.md leads, and each of the two leads to the other', () => {
    const others = (page: string, other: string): readonly string[] =>
      linksOf(page)
        .filter((link) => link !== other)
        .sort()
    expect(others(translation, original)).toEqual(others(original, translation))
    expect(linksOf(translation)[0]).toBe(original)
    expect(linksOf(original)[0]).toBe(translation)
  })

  it('shows the pictures of README.md', () => {
    const paths = (of: string): readonly string[] =>
      shownPictures()
        .filter(({ page }) => page === of)
        .map(({ path }) => path)
    expect(paths(translation)).toEqual(paths(original))
  })

  it('names the codes of README.md in their order, and the same commands, flags and keys', () => {
    const codes = (page: string): readonly string[] => textOf(page).match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? []
    const spans = (page: string): readonly string[] => [...new Set(spansIn(tokensOf(page)))].sort()
    expect(codes(translation)).toEqual(codes(original))
    expect(spans(translation)).toEqual(spans(original))
  })

  it('is in Japanese throughout, each paragraph on one line', () => {
    const blocks = blocksOfProse(translation)
    expect(blocks.filter((text) => !kana.test(text))).toEqual([])
    // A line break would be shown as a blank between two Japanese words.
    expect(blocks.filter((text) => text.includes('\n'))).toEqual([])
    const alts = shownPictures().flatMap(({ page, alt }) => (page === translation ? [alt ?? 'かな'] : []))
    expect(alts.filter((alt) => !kana.test(alt))).toEqual([])
  })
})

function shellOf(page: string): readonly unknown[] {
  return blocksOf(textOf(page))
    .filter(({ language }) => language !== 'yaml')
    .map((block) => ({
      notRun: block.notRun,
      shown: commandsOf(block).map(({ command, exit, output }) => ({ command, exit, output })),
    }))
}

function filesOf(page: string): readonly unknown[] {
  return blocksOf(textOf(page))
    .filter(({ language }) => language === 'yaml')
    .map(({ lines }) => ({ name: lines[0], content: parse(lines.join('\n')) }))
}

/** The blocks of a page with their sizes, without their words. */
function outlineOf(page: string): readonly string[] {
  return tokensOf(page).flatMap((token) => {
    if (token.type === 'heading') return [`heading ${token.depth}`]
    if (token.type === 'list') return [`list of ${token.items.length}`]
    if (token.type === 'table') return [`table of ${token.rows.length} by ${token.header.length}`]
    return ['paragraph', 'code'].includes(token.type) ? [token.type] : []
  })
}

interface Cell {
  readonly text: string
  readonly tokens: readonly Token[]
}

function tablesOf(page: string): readonly (readonly (readonly Cell[])[])[] {
  return tokensOf(page).flatMap((token): (readonly (readonly Cell[])[])[] =>
    token.type === 'table' ? [token.rows] : [],
  )
}

/** What a row is about, and the code in it. */
function rowsOf(page: string): readonly unknown[] {
  return tablesOf(page)
    .flat()
    .map(([first, ...rest]) => {
      const named = spansIn(first?.tokens ?? [])
      const about = named.length > 0 ? named : [first?.text]
      return { about, code: rest.flatMap(({ tokens }) => [...spansIn(tokens)]).sort() }
    })
}

function thirdColumnOf(page: string): readonly string[] {
  return tablesOf(page)
    .flat()
    .flatMap(([, , third]) => (third === undefined ? [] : [third.text]))
}

function spansIn(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap((token) => (token.type === 'codespan' ? [String(token.text)] : []))
}

/** Headings but for the name, paragraphs, items of lists, and what tables say of a row. */
function blocksOfProse(page: string): readonly string[] {
  const blocks = tokensOf(page).flatMap((token) => {
    if (token.type === 'paragraph' || token.type === 'list_item') return [String(token.text)]
    return token.type === 'heading' && token.depth > 1 ? [String(token.text)] : []
  })
  const cells = tablesOf(page).flatMap((rows) => rows.map(([, second]) => second?.text ?? ''))
  return [...blocks, ...cells].map((text) => text.trim())
}
