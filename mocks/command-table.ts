/** What an argument may be. `rest` takes the remaining line as typed. */
export type ArgumentKind = 'word' | 'number' | 'address' | 'rest'

interface Argument<Run> {
  readonly kind: ArgumentKind
  readonly name: string
  readonly next: TableNode<Run>
}

/** A parse tree: keywords (abbreviable), arguments, and what runs when a line may end here. */
export interface TableNode<Run> {
  readonly keywords: Map<string, TableNode<Run>>
  readonly arguments: Argument<Run>[]
  run?: Run
}

/** A row: `show crypto isakmp sa [detail]`, `terminal length <lines:number>`, `(quit|exit)`. */
export interface CommandRow<Run> {
  readonly syntax: string
  readonly run: Run
}

const newNode = <Run>(): TableNode<Run> => ({ keywords: new Map(), arguments: [] })

/** All ways to write a syntax: with and without each `[…]`, one for each word of a `(…|…)`. */
function spellings(syntax: string): readonly string[] {
  const optional = /\s*\[([^\]]+)\]/.exec(syntax)
  if (optional !== null) {
    const without = syntax.replace(optional[0], '')
    return [...spellings(without), ...spellings(syntax.replace(optional[0], ` ${optional[1]}`))]
  }
  const choice = /\(([^)]+)\)/.exec(syntax)
  if (choice === null) return [syntax]
  return (choice[1] ?? '').split('|').flatMap((word) => spellings(syntax.replace(choice[0], word)))
}

/** Builds the parse tree of a mode. `reserved` words exist on the device, so abbreviations clash with them. */
export function commandTable<Run>(
  rows: readonly CommandRow<Run>[],
  reserved: readonly string[] = [],
): TableNode<Run> {
  const root = newNode<Run>()
  for (const word of reserved) root.keywords.set(word, newNode<Run>())
  for (const row of rows) {
    for (const spelling of spellings(row.syntax)) addRow(root, spelling.trim().split(/\s+/), row.run)
  }
  return root
}

function addRow<Run>(root: TableNode<Run>, words: readonly string[], run: Run): void {
  let node = root
  for (const word of words) {
    const argument = /^<([\w-]+)(?::(\w+))?>$/.exec(word)
    node = argument === null ? keywordNode(node, word) : argumentNode(node, argument[1] ?? '', argument[2])
  }
  node.run = run
}

function keywordNode<Run>(node: TableNode<Run>, word: string): TableNode<Run> {
  const known = node.keywords.get(word)
  if (known !== undefined) return known
  const made = newNode<Run>()
  node.keywords.set(word, made)
  return made
}

function argumentNode<Run>(node: TableNode<Run>, name: string, written: string | undefined): TableNode<Run> {
  const kind = kinds.find((known) => known === written) ?? 'word'
  const known = node.arguments.find((argument) => argument.kind === kind && argument.name === name)
  if (known !== undefined) return known.next
  const next = newNode<Run>()
  node.arguments.push({ kind, name, next })
  return next
}

const kinds: readonly ArgumentKind[] = ['word', 'number', 'address', 'rest']
