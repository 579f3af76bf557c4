/** A line at the left margin and the indented lines below it. */
export interface ConfigBlock {
  readonly head: string
  readonly children: readonly string[]
}

/** A configuration as blocks, without comment lines; indented lines belong to the one above them. */
export function blocksOf(lines: readonly string[]): readonly ConfigBlock[] {
  const blocks: { head: string; children: string[] }[] = []
  for (const line of lines) {
    if (line === '' || line.startsWith('!')) continue
    if (/^\s/.test(line)) blocks.at(-1)?.children.push(line.trim())
    else blocks.push({ head: line, children: [] })
  }
  return blocks
}
