/** The lines of an output without their ends: files may come with CR LF and trailing blanks. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/).map((line) => line.trimEnd())
}

/** The first group of the first line that fits. */
export function firstOf(lines: readonly string[], pattern: RegExp): string | undefined {
  for (const line of lines) {
    const found = pattern.exec(line)?.[1]
    if (found !== undefined && found !== '') return found
  }
  return undefined
}

/** The first lines of some output, for a message about it; bounded, and as the device wrote them. */
export function excerptOf(text: string): string {
  return linesOf(text)
    .filter((line) => line.trim() !== '')
    .slice(0, 3)
    .map((line) => line.slice(0, 120))
    .join('\n')
}

/** How far down the line that names the product may stand: echo, clock lines and a banner go before it. */
const headLines = 16

/**
 * The first line near the top that fits. `show cdp neighbors detail` and its like quote the product line
 * of another box further down, so a line deep in the text decides nothing.
 */
export function headLine(lines: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  const head = lines.filter((line) => line.trim() !== '').slice(0, headLines)
  for (const line of head) {
    const found = pattern.exec(line.trimStart())
    if (found !== null) return found
  }
  return undefined
}

/** Removes the keys without a value: a fact that the text does not show is absent. */
export function shown<T extends object>(facts: T): { [K in keyof T]?: Exclude<T[K], undefined> }
export function shown(facts: object): object {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}
