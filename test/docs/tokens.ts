import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { marked, type Token } from 'marked'
import { root } from '../architecture/sources.ts'

/** Text of a page, by its path from the project's folder. */
export function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8')
}

/** What Markdown makes of a page, each token before those inside it. */
export function tokensOf(page: string): readonly Token[] {
  const all: Token[] = []
  const tokens = marked.lexer(textOf(page))
  void marked.walkTokens(tokens, (token) => {
    all.push(token)
  })
  return all
}

/** Where the links of a page lead, in their order. */
export function linksOf(page: string): readonly string[] {
  return tokensOf(page).flatMap((token) => (token.type === 'link' ? [String(token.href)] : []))
}
