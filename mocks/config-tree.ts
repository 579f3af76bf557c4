/** A configuration line and what stands indented below it. */
export interface ConfigNode {
  readonly line: string
  readonly children: ConfigTree
  /** Lines that follow as they are, up to the closing delimiter (a banner). */
  readonly verbatim?: readonly string[]
}
export type ConfigTree = readonly ConfigNode[]

interface Open {
  readonly depth: number
  readonly line: string
  readonly children: ConfigNode[]
}

/** The character that ends a banner's text when the line opens one: `banner motd ^C`. */
export function bannerDelimiter(line: string): string | undefined {
  const match = /^banner \S+ (\^C|\S)(.*)$/.exec(line)
  const delimiter = match?.[1]
  return delimiter === undefined || match?.[2]?.includes(delimiter) ? undefined : delimiter
}

/** Text as a device prints it → tree. Separators, headers (`:`, `Building`), `end` and blank lines carry nothing. */
export function parseConfig(text: string): ConfigTree {
  const root: Open = { depth: -1, line: '', children: [] }
  const stack: Open[] = [root]
  const lines = text.split('\n').map((line) => line.trimEnd())
  for (let at = 0; at < lines.length; at += 1) {
    const raw = lines[at] ?? ''
    const line = raw.trim()
    if (line === '' || /^[!:]/.test(line) || (line === 'end' && raw === line)) continue
    const depth = raw.length - raw.trimStart().length
    while ((stack.at(-1)?.depth ?? -1) >= depth) stack.pop()
    const parent = stack.at(-1) ?? root
    const delimiter = bannerDelimiter(line)
    if (delimiter !== undefined) {
      const close = lines.findIndex((later, index) => index > at && later.includes(delimiter))
      const last = close === -1 ? lines.length - 1 : close
      parent.children.push({ line, children: [], verbatim: lines.slice(at + 1, last + 1) })
      at = last
      continue
    }
    const open: Open = { depth, line, children: [] }
    parent.children.push(open)
    stack.push(open)
  }
  return root.children.map(plain)
}

function plain(node: ConfigNode): ConfigNode {
  const { line, verbatim } = node
  return { line, children: node.children.map(plain), ...(verbatim === undefined ? {} : { verbatim }) }
}

/** The lines of a tree, one blank of indentation a level. */
export function renderNodes(tree: ConfigTree, depth = 0): readonly string[] {
  return tree.flatMap((node) => [
    `${' '.repeat(depth)}${node.line}`,
    ...(node.verbatim ?? []),
    ...renderNodes(node.children, depth + 1),
  ])
}

/** The children of the node that the path leads to; undefined where it leads nowhere. */
export function childrenAt(tree: ConfigTree, path: readonly string[]): ConfigTree | undefined {
  let here: ConfigTree | undefined = tree
  for (const line of path) here = here?.find((node) => node.line === line)?.children
  return here
}

/** Replaces the children of one node; missing nodes of the path are made, as typing them would. */
export function editAt(
  tree: ConfigTree,
  path: readonly string[],
  edit: (children: ConfigTree) => ConfigTree,
): ConfigTree {
  const [first, ...rest] = path
  if (first === undefined) return edit(tree)
  const made = tree.some((node) => node.line === first) ? tree : [...tree, { line: first, children: [] }]
  return made.map((node) =>
    node.line === first ? { ...node, children: editAt(node.children, rest, edit) } : node,
  )
}

/** Where a new line goes: a smaller rank stands before a greater, equals in the order of their coming. */
export type Rank = (line: string) => number

/** Puts a line in its place: over the first that it replaces, else behind the last that ranks no higher. */
export function putLine(
  tree: ConfigTree,
  node: ConfigNode,
  replaces: (line: string) => boolean,
  rank: Rank,
): ConfigTree {
  const old = tree.findIndex((other) => replaces(other.line) || other.line === node.line)
  if (old !== -1) {
    const children = tree[old]?.line === node.line ? (tree[old]?.children ?? []) : node.children
    return tree.toSpliced(old, 1, { ...node, children })
  }
  const own = rank(node.line)
  const before = tree.findLastIndex((other) => rank(other.line) <= own)
  return tree.toSpliced(before + 1, 0, node)
}

/** Without the lines that the test names; the same value where there are none. */
export function dropLines(tree: ConfigTree, test: (line: string) => boolean): ConfigTree {
  return tree.some((node) => test(node.line)) ? tree.filter((node) => !test(node.line)) : tree
}

/** The last words of the first line that starts with these; undefined where none does. */
export function wordsAfter(tree: ConfigTree, start: string): string | undefined {
  const line = tree.find((node) => node.line.startsWith(`${start} `))?.line
  return line?.slice(start.length + 1)
}

/** Two configurations as one: a block that both have gets the lines of both. */
export function mergeConfig(tree: ConfigTree, extra: ConfigTree, rank: Rank): ConfigTree {
  return extra.reduce((whole, node) => {
    const at = whole.findIndex((other) => other.line === node.line)
    const old = whole[at]
    if (old === undefined) return putLine(whole, node, () => false, rank)
    return whole.toSpliced(at, 1, { ...old, children: mergeConfig(old.children, node.children, () => 0) })
  }, tree)
}
