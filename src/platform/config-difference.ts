import type { ConfigDifference } from '../model/startup.ts'

/** A line of a configuration and the lines below it. */
export interface ConfigLines {
  readonly line: string
  readonly children: readonly ConfigLines[]
}

/**
 * Every line that one of two configurations has and the other has not, with all that stands below it; where
 * both have the same lines below one line in another order, the first that stands elsewhere. Nothing is
 * noise here: that has been taken out before. Linear in the number of lines.
 */
export function differencesOf(
  running: readonly ConfigLines[],
  startup: readonly ConfigLines[],
  above: readonly string[] = [],
): readonly ConfigDifference[] {
  const now = keyed(running)
  const stored = keyed(startup)
  const gone = [...stored].flatMap(([key, node]) => (now.has(key) ? [] : whole('startup', node, above)))
  const rest = [...now].flatMap(([key, node]) => {
    const old = stored.get(key)
    return old === undefined
      ? whole('running', node, above)
      : differencesOf(node.children, old.children, [...above, node.line])
  })
  return [...gone, ...rest, ...moved(now, stored, above)]
}

/** Equal lines of one level are told apart by how many of them stand before. */
function keyed(nodes: readonly ConfigLines[]): ReadonlyMap<string, ConfigLines> {
  const counts = new Map<string, number>()
  return new Map(
    nodes.map((node) => {
      const nth = counts.get(node.line) ?? 0
      counts.set(node.line, nth + 1)
      return [`${nth} ${node.line}`, node]
    }),
  )
}

function whole(
  side: 'running' | 'startup',
  node: ConfigLines,
  above: readonly string[],
): readonly ConfigDifference[] {
  const path = [...above, node.line]
  return [{ in: side, path: maskedPath(path) }, ...node.children.flatMap((child) => whole(side, child, path))]
}

function moved(
  now: ReadonlyMap<string, ConfigLines>,
  stored: ReadonlyMap<string, ConfigLines>,
  above: readonly string[],
): readonly ConfigDifference[] {
  const before = [...stored.keys()].filter((key) => now.has(key))
  const after = [...now.keys()].filter((key) => stored.has(key))
  const first = after.find((key, index) => key !== before[index])
  const line = first === undefined ? undefined : now.get(first)?.line
  return line === undefined ? [] : [{ in: 'order', path: maskedPath([...above, line]) }]
}

/** The same path with what may be a secret masked: differences are printed and recorded. */
export function maskedPath(path: readonly string[]): readonly string[] {
  return path.map(maskedLine)
}

// Words behind which configurations of IOS and ASA have passwords, keys, hashes and communities.
const secretWord =
  /(^|[\s-])(password|passwd|passphrase|passcode|secret|key|key-string|key-hash|pre-shared-key|psk|community|authentication|auth|priv|md5|sha|pin|token|credential)\s+\S.*$/i
// Its last word is the community, with no word before it that says so.
const trapHost = /^(snmp-server host)\s.*$/
const nameInUrl = /\/\/[^@/\s]+@/g
// What ikero sets stands in lines like these, whatever somebody called a map or a profile; the keys of an entry
// without IKE stand in one too (`set session-key`, PIX and ASA).
const withoutSecret = /^crypto (?:map (?!.*\bset session-key\b)|ipsec profile )/

function maskedLine(line: string): string {
  if (withoutSecret.test(line)) return line
  return line.replace(trapHost, '$1 *****').replace(secretWord, '$1$2 *****').replace(nameInUrl, '//*****@')
}
