import { type CST, Lexer, Parser } from 'yaml'

/** What a document may hold before it is refused unread: all far above what a person writes. */
const limits = {
  /** Open collections. The composer calls itself once per level, and V8 aborts near the end of its stack. */
  depth: 80,
  anchors: 1000,
  tags: 50,
  /** `,,` and brackets that close nothing. */
  strays: 50,
} as const

const tooMany: Readonly<Record<string, readonly [limit: number, message: string]>> = {
  '&': [limits.anchors, `more than ${limits.anchors} anchors and aliases: write the values out`],
  '*': [limits.anchors, `more than ${limits.anchors} anchors and aliases: write the values out`],
  '!': [limits.tags, `more than ${limits.tags} tags: tags have no meaning here`],
  ',': [limits.strays, `more than ${limits.strays} commas without a value: this is not a YAML document`],
  '}': [limits.strays, `more than ${limits.strays} stray brackets: this is not a YAML document`],
  ']': [limits.strays, `more than ${limits.strays} stray brackets: this is not a YAML document`],
}

/** Why reading stopped early, and where. */
export interface Refusal {
  readonly message: string
  readonly offset: number
}

/** A token of the syntax tree as `yaml` makes them. */
export type SyntaxToken = CST.Token

/**
 * The syntax tree of a text, built token by token so that a hostile file is given up in milliseconds:
 * the whole of it would take seconds to read (measured: 1 MB of brackets 5 s, of merge keys 1.5 s).
 */
export function* syntaxOf(text: string, refuse: (refusal: Refusal) => void): Generator<SyntaxToken> {
  const parser = new Parser()
  const counts = new Map<string, number>()
  let last = ''
  let literal = false
  for (const lexeme of new Lexer().lex(text)) {
    const offset = parser.offset
    yield* parser.next(lexeme)
    if (parser.stack.length > limits.depth)
      return refuse({ message: `nested more than ${limits.depth} levels deep`, offset })
    const mark = lexeme[0] ?? ''
    const rule = literal ? undefined : tooMany[mark]
    if (rule !== undefined && (!isList(mark) || mark === last)) {
      const count = (counts.get(rule[1]) ?? 0) + 1
      if (count > rule[0]) return refuse({ message: rule[1], offset })
      counts.set(rule[1], count)
    }
    literal = lexeme === scalarFollows
    last = mark
  }
  yield* parser.end()
}

// The lexer announces a scalar by this mark; what follows is text, whatever it begins with.
const scalarFollows = '\x1f'

function isList(mark: string): boolean {
  return mark === ',' || mark === '}' || mark === ']'
}
