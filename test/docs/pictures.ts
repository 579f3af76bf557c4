import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SaxesParser } from 'saxes'
import { root } from '../architecture/sources.ts'

/** A picture that a page shows: its path from the project's folder, and what is told to who does not see it. */
export interface Shown {
  readonly page: string
  readonly path: string
  /** Absent for another form of the same picture: a `source` in a `picture`. */
  readonly alt?: string
}

const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
const pages = ['README.md', 'README.ja.md', ...docs.map((name) => `docs/${name}`)]

/** The pictures of README.md, of its translation and of the pages in docs/, in Markdown and in HTML. */
export function shownPictures(): readonly Shown[] {
  return pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const path = (address: string): string => join(dirname(page), address)
    return [
      ...[...text.matchAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, alt = '', address = '']) => ({
        page,
        path: path(address),
        alt,
      })),
      ...[...text.matchAll(/<source\b[^>]*\bsrcset="([^"]*)"[^>]*>/g)].map(([, address = '']) => ({
        page,
        path: path(address),
      })),
      ...[...text.matchAll(/<img\b[^>]*>/g)].map(([tag]) => ({
        page,
        path: path(/\bsrc="([^"]*)"/.exec(tag)?.[1] ?? ''),
        alt: /\balt="([^"]*)"/.exec(tag)?.[1] ?? '',
      })),
    ]
  })
}

/** No picture of a page is larger, in bytes. */
export const largest = 150_000

/** What an SVG must not have, or lacks, in words; it is opened wherever somebody opens a README. */
export function faultsOfSvg(text: string): readonly string[] {
  const faults: string[] = []
  const texts = new Map<string, string>()
  const open: string[] = []
  const parser = new SaxesParser()
  parser.on('error', ({ message }) => faults.push(message))
  parser.on('opentag', ({ name, attributes }) => {
    open.push(name)
    if (!['svg', 'title', 'desc', 'style', 'g', 'rect', 'text', 'tspan'].includes(name))
      faults.push(`<${name}>`)
    for (const [attribute, value] of Object.entries(attributes)) {
      if (/^on|href|^src/i.test(attribute)) faults.push(`${attribute}="${value}"`)
      if (attribute !== 'xmlns' && /:\/\/|url\(/i.test(value)) faults.push(`${attribute}="${value}"`)
    }
  })
  parser.on('text', (part) => {
    const name = open.at(-1) ?? ''
    texts.set(name, `${texts.get(name) ?? ''}${part}`)
  })
  parser.on('closetag', () => open.pop())
  parser.write(text).close()
  for (const name of ['title', 'desc']) if ((texts.get(name) ?? '').trim() === '') faults.push(`no ${name}`)
  if (/@import|url\(|:\/\/|expression/i.test(texts.get('style') ?? ''))
    faults.push('a style that loads something')
  return faults
}
