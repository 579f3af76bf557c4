import type { ConnectionType, CryptoMapEntry } from '../../model/facts.ts'
import { ipsecLifetimes } from './lifetimes.ts'

/** One numbered entry of a dynamic crypto map: a template, which can be bound only through a static map. */
export interface DynamicMapEntry {
  readonly name: string
  readonly seq: number
  readonly peers: readonly string[]
}

export interface CryptoMaps {
  readonly entries: readonly CryptoMapEntry[]
  readonly dynamicMaps: readonly DynamicMapEntry[]
  /** `crypto map M interface IF`, as printed. */
  readonly bindings: readonly {
    readonly map: string
    readonly interfaceName: string
    readonly line: string
  }[]
}

interface Draft {
  readonly map: string
  readonly seq: number
  readonly lines: string[]
}

const entryLine = /^crypto map (?<map>\S+) (?<seq>\d{1,5}) (?<rest>\S.*)$/
const dynamicLine = /^crypto dynamic-map (?<map>\S+) (?<seq>\d{1,5})(?: (?<rest>\S.*))?$/
const bindingLine = /^crypto map (?<map>\S+) interface (?<interface>\S+)/

/** The word as the contract has it, from either spelling that devices print (seen: both). */
export function connectionTypeOf(word: string): ConnectionType | undefined {
  if (/^bi-?directional$/i.test(word)) return 'bidirectional'
  if (/^answer-only$/i.test(word)) return 'answer-only'
  return /^originate-only$/i.test(word) ? 'originate-only' : undefined
}

/** What stands behind `set peer` and its like, over all lines of an entry. */
function wordsAfter(lines: readonly string[], attribute: RegExp): readonly string[] {
  return lines.flatMap((line) => attribute.exec(line)?.[1]?.trim().split(/\s+/) ?? [])
}

const peerWords = / set peer (\S.*)$/
const proposalWords = / set (?:ikev1 transform-set|transform-set|ikev2 ipsec-proposal) (\S.*)$/
const aclWord = / match address (\S+)/
const typeWord = / set connection-type (\S+)/
const keyingWord = /^crypto map \S+ \d+ (ipsec-isakmp|ipsec-manual)\b(?! dynamic)/
const lifetimeWords = / set security-association lifetime /
const dynamicWord = /^crypto map \S+ \d+ ipsec-isakmp dynamic (\S+)/

function finish(draft: Draft, interfaces: readonly string[]): CryptoMapEntry {
  const { map, seq, lines } = draft
  const dynamicMap = wordsAfter(lines, dynamicWord)[0]
  const keying = wordsAfter(lines, keyingWord)[0]
  const acl = wordsAfter(lines, aclWord)[0]
  const printed = wordsAfter(lines, typeWord).at(-1)
  const type = printed === undefined ? undefined : connectionTypeOf(printed)
  const lifetimes = ipsecLifetimes(lines.filter((line) => lifetimeWords.test(line)))
  const ikeVersions = ikeVersionsOf(lines)
  return {
    map,
    seq,
    dynamic: dynamicMap !== undefined,
    peers: wordsAfter(lines, peerWords),
    proposals: wordsAfter(lines, proposalWords),
    interfaces,
    evidence: lines,
    ...(keying === undefined ? {} : { keying }),
    ...(dynamicMap === undefined ? {} : { dynamicMap }),
    ...(acl === undefined ? {} : { acl }),
    ...(printed === undefined ? {} : { connectionTypePrinted: printed }),
    ...(type === undefined ? {} : { connectionType: type }),
    ...(Object.keys(lifetimes).length === 0 ? {} : { lifetimes }),
    ...(ikeVersions.length === 0 ? {} : { ikeVersions }),
  }
}

/** By its proposals: an entry may have those of both versions, and then speaks either. */
function ikeVersionsOf(lines: readonly string[]): readonly (1 | 2)[] {
  const one = lines.some((line) => / set (?:ikev1 )?transform-set \S/.test(line))
  const two = lines.some((line) => / set ikev2 ipsec-proposal \S/.test(line))
  return [...(one ? [1 as const] : []), ...(two ? [2 as const] : [])]
}

/** Lines of one map and number, in the order in which the numbers first appear. */
function collect(lines: readonly string[], pattern: RegExp): readonly Draft[] {
  const drafts = new Map<string, Draft>()
  for (const line of lines) {
    const groups = pattern.exec(line)?.groups
    if (groups?.map === undefined || groups.seq === undefined) continue
    const seq = Number(groups.seq)
    const key = `${groups.map} ${seq}`
    const draft = drafts.get(key) ?? { map: groups.map, seq, lines: [] }
    draft.lines.push(line)
    drafts.set(key, draft)
  }
  return [...drafts.values()]
}

/**
 * Crypto maps from a running configuration, or from `show running-config [all] crypto map`. ASA prints one
 * flat line per attribute; lines without a number (`interface`, `local-address`) belong to the whole map,
 * and `no …` lines of `all` say nothing of an entry.
 */
export function readCryptoMaps(lines: readonly string[]): CryptoMaps {
  const bindings = lines.flatMap((line) => {
    const groups = bindingLine.exec(line)?.groups
    if (groups?.map === undefined || groups.interface === undefined) return []
    return [{ map: groups.map, interfaceName: groups.interface, line }]
  })
  const bound = new Map<string, string[]>()
  for (const { map, interfaceName } of bindings) bound.set(map, [...(bound.get(map) ?? []), interfaceName])
  const entries = collect(lines, entryLine).map((draft) => finish(draft, bound.get(draft.map) ?? []))
  const dynamicMaps = collect(lines, dynamicLine).map((draft) => ({
    name: draft.map,
    seq: draft.seq,
    peers: wordsAfter(draft.lines, peerWords),
  }))
  return { entries, dynamicMaps, bindings }
}

/** The entry of exactly this map and number: names are exact in case, 10 is not 100. */
export function entryOf(
  entries: readonly CryptoMapEntry[],
  map: string,
  seq: number,
): CryptoMapEntry | undefined {
  return entries.find((entry) => entry.map === map && entry.seq === seq)
}
