import { firstOf } from '../text.ts'
import { cleanLines, isPromptOrEcho } from './output.ts'

/** One configuration line with what is indented below it. */
export interface ConfigNode {
  /** Without the blanks around it. */
  readonly line: string
  readonly children: readonly ConfigNode[]
}

/** A configuration as IOS prints it. */
export interface ConfigTree {
  readonly nodes: readonly ConfigNode[]
  /** `end` was the last line: the device printed all of it. */
  readonly complete: boolean
  /** The text is a configuration at all: it has a hostname, a version or the heading of one. */
  readonly recognised: boolean
  /** The heading or the `version` line was there: a device printed this, nobody typed it. */
  readonly printed: boolean
}

const heading =
  /^(?:Building configuration|Current configuration ?:|Using \d+ out of \d+ bytes|! (?:Last|NVRAM|No) config)/
const otherSystems = /^(?:: Saved|(?:ASA|PIX) Version \d|!Command: show|!! IOS XR|!Running configuration)/
const textCommands =
  /^(?:banner \S+|menu \S+ (?:title|prompt)|aaa authentication (?:banner|fail-message))\s+(\S.*)$/
// Free text of a person that never goes on in the next line, whatever it holds.
const oneLineText = /^(?:description|remark|name|alias|action|event)\b/
const opaqueBlock = /^(?:certificate|key-string)\b/
const certificate = /^certificate\b/
const opaqueLine = /^(?:[0-9A-Fa-f]+(?:\s+[0-9A-Fa-f]+)*|quit)$/

/**
 * The mark that ends the free text which a line opens; undefined when it opens none. IOS prints `^C`
 * around texts of any command, a person may have typed another character for a banner.
 */
function openTextMark(line: string): string | undefined {
  if (oneLineText.test(line)) return undefined
  const marks = line.split('^C').length - 1
  if (marks > 0) return marks % 2 === 1 ? '^C' : undefined
  if (/^macro name \S+$/.test(line)) return '@'
  const text = textCommands.exec(line)?.[1]
  const mark = text?.slice(0, 1)
  return mark === undefined || text?.slice(1).includes(mark) ? undefined : mark
}

/** The index of the last line of a text that line `start` opens; undefined if it never ends. */
function endOfText(lines: readonly string[], start: number): number | undefined {
  const mark = openTextMark((lines[start] ?? '').trim())
  if (mark === undefined) return start
  for (let index = start + 1; index < lines.length; index += 1) if (lines[index]?.includes(mark)) return index
  return undefined
}

interface OpenNode {
  readonly line: string
  readonly indent: number
  readonly children: OpenNode[]
}

function textLine(line: string): OpenNode {
  return { line, indent: Number.MAX_SAFE_INTEGER, children: [] }
}

/**
 * Reads a running configuration by its indentation. Banners (any text, `end` included), keys and certificates
 * are passed over; text that does not close, or no `end` as the last line, means that it is not complete.
 * `whole`: the lines of texts and keys stand below the line that opens them.
 */
export function readConfigTree(text: string, whole = false): ConfigTree {
  const opaque = whole ? certificate : opaqueBlock
  const lines = cleanLines(text)
  const top: OpenNode = { line: '', indent: -1, children: [] }
  const stack: OpenNode[] = [top]
  let complete = false
  let printed = false
  let foreign = false
  for (let index = 0; index < lines.length; index += 1) {
    const raw = lines[index] ?? ''
    const line = raw.trim()
    if (heading.test(raw)) printed = true
    if (otherSystems.test(raw)) foreign = true
    if (line === '' || line.startsWith('!') || heading.test(raw)) continue
    if (isPromptOrEcho(raw)) continue
    complete = raw === 'end'
    const indent = raw.length - raw.trimStart().length
    while ((stack.at(-1) ?? top).indent >= indent && stack.length > 1) stack.pop()
    const parent = stack.at(-1) ?? top
    if (opaque.test(parent.line) && opaqueLine.test(line)) continue
    const node: OpenNode = { line, indent, children: [] }
    parent.children.push(node)
    stack.push(node)
    const end = endOfText(lines, index)
    if (end === undefined) break
    if (whole) node.children.push(...lines.slice(index + 1, end + 1).map(textLine))
    index = end
  }
  const has = (pattern: RegExp): boolean => top.children.some((node) => pattern.test(node.line))
  printed ||= has(/^version \d/)
  return {
    nodes: top.children,
    complete,
    recognised: !foreign && (printed || has(/^hostname \S+$/)),
    printed,
  }
}

/** The first group of the first of these lines that fits; what stands below them is not searched. */
export function firstIn(nodes: readonly ConfigNode[], pattern: RegExp): string | undefined {
  return firstOf(
    nodes.map((node) => node.line),
    pattern,
  )
}

/** Everything below and including a node, one line each, in printed order. */
export function linesBelow(node: ConfigNode): readonly string[] {
  return [node.line, ...node.children.flatMap(linesBelow).map((line) => ` ${line}`)]
}
