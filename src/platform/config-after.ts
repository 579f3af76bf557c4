/** A target's own lines before and after the lines that change it. */
export interface ConfigExcerpt {
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/**
 * The lines of one object (`crypto ipsec profile VPN` with what stands below it, or all lines of one crypto map
 * entry) in a configuration excerpt, and the same with the lines of a change applied: what will be seen there,
 * not what was. Undefined where the excerpt does not show the object.
 *
 * @param excerpt configuration lines, sub-mode lines indented by a blank
 * @param lines what is sent inside configuration mode; where the first opens a sub-mode, the others stand in it
 */
export function configAfter(excerpt: readonly string[], lines: readonly string[]): ConfigExcerpt | undefined {
  const [first = '', ...inside] = lines
  return inside.length > 0 ? blockAfter(excerpt, first, inside) : flatAfter(excerpt, first)
}

/** The block of one object, for an object that is not to change. */
export function blockOf(excerpt: readonly string[], head: string): readonly string[] {
  const at = excerpt.indexOf(head)
  if (at === -1) return []
  const end = excerpt.findIndex((line, index) => index > at && !line.startsWith(' '))
  return excerpt.slice(at, end === -1 ? undefined : end)
}

function blockAfter(
  excerpt: readonly string[],
  head: string,
  inside: readonly string[],
): ConfigExcerpt | undefined {
  const before = blockOf(excerpt, head)
  if (before.length === 0) return undefined
  let after = before
  for (const line of inside) {
    const taken = /^no (.+)$/.exec(line)?.[1]
    const kept = after.filter((one) => one.trim() !== (taken ?? line))
    after = taken === undefined ? [...kept, ` ${line}`] : kept
  }
  return { before, after }
}

/** `crypto map M S set connection-type W`: one line per word, and a second one takes the first one's place. */
function flatAfter(excerpt: readonly string[], line: string): ConfigExcerpt | undefined {
  const object = /^crypto map \S+ \d+ /.exec(line)?.[0]
  const statement = /^(.*\s)\S+$/.exec(line)?.[1]
  if (object === undefined || statement === undefined) return undefined
  const before = excerpt.filter((one) => one.startsWith(object))
  if (before.length === 0) return undefined
  const at = before.findIndex((one) => one.startsWith(statement))
  const after = at === -1 ? [...before, line] : before.map((one, index) => (index === at ? line : one))
  return { before, after }
}
