import type { ConfigNode, ConfigTree } from '../config-tree.ts'

/** One line `crypto map MAP SEQ …` taken apart. */
export interface MapLine {
  readonly map: string
  readonly seq: number
  readonly rest: string
}

export function mapLine(line: string): MapLine | undefined {
  const match = /^(?:no )?crypto map (\S+) (\d+) (.+)$/.exec(line)
  if (match === null) return undefined
  const [, map = '', seq = '', rest = ''] = match
  return { map, seq: Number(seq), rest }
}

/** What the lines of one entry say. */
export interface MapEntry {
  readonly map: string
  readonly seq: number
  readonly dynamic: boolean
  readonly peers: readonly string[]
  readonly hasList: boolean
  readonly ikev1: boolean
  readonly ikev2: boolean
  readonly connectionType: string
}

export function mapEntries(tree: ConfigTree): readonly MapEntry[] {
  const found = new Map<string, MapEntry>()
  for (const node of tree) {
    const line = node.line.startsWith('no ') ? undefined : mapLine(node.line)
    if (line === undefined) continue
    const key = `${line.map} ${line.seq}`
    found.set(key, withLine(found.get(key) ?? empty(line), line.rest))
  }
  return [...found.values()]
}

function empty({ map, seq }: MapLine): MapEntry {
  return {
    map,
    seq,
    dynamic: false,
    peers: [],
    hasList: false,
    ikev1: false,
    ikev2: false,
    connectionType: 'bidirectional',
  }
}

function withLine(entry: MapEntry, rest: string): MapEntry {
  if (rest.startsWith('ipsec-isakmp dynamic ')) return { ...entry, dynamic: true }
  if (rest.startsWith('match address ')) return { ...entry, hasList: true }
  if (rest.startsWith('set peer ')) return { ...entry, peers: rest.slice(9).trim().split(/\s+/) }
  if (rest.startsWith('set ikev1 transform-set ') || rest.startsWith('set transform-set ')) {
    return { ...entry, ikev1: true }
  }
  if (rest.startsWith('set ikev2 ipsec-proposal ')) return { ...entry, ikev2: true }
  const type = /^set connection-type (\S+)$/.exec(rest)?.[1]
  return type === undefined ? entry : { ...entry, connectionType: type }
}

export function isComplete(entry: MapEntry): boolean {
  return entry.dynamic || (entry.hasList && entry.peers.length > 0 && (entry.ikev1 || entry.ikev2))
}

// Where the attributes of an entry stand, as `show running-config all crypto map` prints them.
const attributes: readonly RegExp[] = [
  /^match address/,
  /^set pfs/,
  /^set connection-type/,
  /^set peer/,
  /^set ikev1 phase1/,
  /^set (?:ikev1 )?transform-set/,
  /^set ikev2 ipsec/,
  /^set ikev2 mode/,
  /^set security-association/,
]

function attributeRank(rest: string): number {
  const at = attributes.findIndex((start) => start.test(rest))
  return at === -1 ? attributes.length : at
}

/** Puts a line of an entry in its place: maps as they came, entries by number, attributes in order. */
export function putMapLine(tree: ConfigTree, text: string): ConfigTree {
  const own = mapLine(text)
  if (own === undefined) return tree
  const node: ConfigNode = { line: text, children: [] }
  const before = tree.findLastIndex(({ line }) => {
    const other = mapLine(line)
    if (other?.map !== own.map) return false
    return (
      other.seq < own.seq || (other.seq === own.seq && attributeRank(other.rest) <= attributeRank(own.rest))
    )
  })
  if (before !== -1) return tree.toSpliced(before + 1, 0, node)
  const first = tree.findIndex(({ line }) => line.startsWith(`crypto map ${own.map} `))
  if (first !== -1) return tree.toSpliced(first, 0, node)
  const last = tree.findLastIndex(({ line }) => line.startsWith('crypto '))
  return tree.toSpliced(last === -1 ? tree.length : last + 1, 0, node)
}

/** The tree with the defaults that only `all` prints (ntc-templates, show running-config all crypto map). */
export function withCryptoDefaults(tree: ConfigTree): ConfigTree {
  let full = tree
  for (const entry of mapEntries(tree)) {
    if (entry.dynamic) continue
    const start = `crypto map ${entry.map} ${entry.seq}`
    const shown = (rest: string): boolean => full.some((node) => node.line.startsWith(`${start} ${rest}`))
    if (!shown('set connection-type')) full = putMapLine(full, `${start} set connection-type bidirectional`)
    if (entry.ikev1) full = putMapLine(full, `${start} set ikev1 phase1-mode main`)
    full = putMapLine(full, `${start} set ikev2 mode tunnel`)
    full = putMapLine(full, `no ${start} set tfc-packets`)
  }
  return full
}
