import { isAddress, isNetwork, maskLength, networkContains } from '../../model/address.ts'
import type { ConfigBlock } from './blocks.ts'
import { addressOf, type Names } from './names.ts'

/** Whether something holds; `unknown` where the configuration does not tell it. */
export type Answer = 'yes' | 'no' | 'unknown'

/** Some addresses, as an access list or an object names them. */
export interface AddressSet {
  /** Networks with a prefix length. */
  readonly networks: readonly string[]
  /** `any`, `any4`, `any6`. */
  readonly any: boolean
  /** Parts that cannot be told: names to be resolved by DNS, ranges, objects that are not defined. */
  readonly open: boolean
}

export const nothing: AddressSet = { networks: [], any: false, open: false }
const unresolved: AddressSet = { networks: [], any: false, open: true }
const everything: AddressSet = { networks: [], any: true, open: false }
// Groups within groups: more would be a mistake or a loop.
const deepest = 16

/** The sum of several sets. */
export function union(sets: readonly AddressSet[]): AddressSet {
  return {
    networks: sets.flatMap(({ networks }) => networks),
    any: sets.some(({ any }) => any),
    open: sets.some(({ open }) => open),
  }
}

/** `10.20.0.0 255.255.0.0` → `10.20.0.0/16`; a name of `names` may stand for the address. */
export function networkOf(names: Names, address: string, mask: string): string | undefined {
  const base = addressOf(names, address === '0' ? '0.0.0.0' : address)
  const length = maskLength(mask === '0' ? '0.0.0.0' : mask)
  return isAddress(base) && length !== undefined ? `${base}/${length}` : undefined
}

function one(network: string | undefined): AddressSet {
  if (network === undefined) return unresolved
  return network === '0.0.0.0/0' || network === '::/0' ? everything : { ...nothing, networks: [network] }
}

/** Whether an address is one of the set; `any` is not looked at. */
export function contains(set: AddressSet, address: string): Answer {
  if (set.networks.some((network) => networkContains(network, address))) return 'yes'
  return set.open ? 'unknown' : 'no'
}

/** Objects and groups of a configuration, resolved by name when they are asked for. */
export class AddressObjects {
  readonly #blocks: ReadonlyMap<string, readonly string[]>
  readonly #names: Names

  constructor(blocks: readonly ConfigBlock[], names: Names) {
    this.#names = names
    this.#blocks = new Map(
      blocks.flatMap(({ head, children }) => {
        const [, kind, name] = /^(object|object-group) network (\S+)/.exec(head) ?? []
        return name === undefined ? [] : [[`${kind} ${name}`, children] as const]
      }),
    )
  }

  /** Takes one address off the front of an access list's words; undefined where none stands there. */
  take(words: readonly string[]): { readonly set: AddressSet; readonly rest: readonly string[] } | undefined {
    const [first, second] = words
    if (first === undefined) return undefined
    if (/^any[46]?$/.test(first)) return { set: everything, rest: words.slice(1) }
    if (isNetwork(first)) return { set: one(first), rest: words.slice(1) }
    if (second === undefined) return undefined
    return { set: this.#read(first, second, 0), rest: words.slice(2) }
  }

  #read(first: string, second: string, depth: number): AddressSet {
    switch (first) {
      case 'host': {
        const address = addressOf(this.#names, second)
        return isAddress(address) ? one(`${address}/${address.includes(':') ? 128 : 32}`) : unresolved
      }
      case 'object':
      case 'object-group':
        return this.#named(`${first} ${second}`, depth)
      case 'interface':
        return unresolved
      default:
        return one(networkOf(this.#names, first, second))
    }
  }

  #named(key: string, depth: number): AddressSet {
    const lines = this.#blocks.get(key)
    if (lines === undefined || depth >= deepest) return unresolved
    return union(lines.map((line) => this.#line(line, depth + 1)))
  }

  #line(line: string, depth: number): AddressSet {
    const [kind, ...words] = line.split(/\s+/)
    const [first, second] = words
    if (first === undefined) return nothing
    if (kind === 'group-object') return this.#named(`object-group ${first}`, depth)
    if (kind === 'host') return this.#read('host', first, depth)
    if (kind === 'network-object' || kind === 'subnet') {
      if (isNetwork(first)) return one(first)
      return second === undefined ? unresolved : this.#read(first, second, depth)
    }
    return kind === 'range' || kind === 'fqdn' ? unresolved : nothing
  }
}
