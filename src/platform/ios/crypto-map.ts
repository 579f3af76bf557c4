import { cleanLines } from './output.ts'

/** One entry of `show crypto map`. The device prints a Responder-Only line here that cannot be set. */
export interface EffectiveMap {
  readonly name: string
  readonly seq: number
  readonly kind?: string
  readonly dynamic: boolean
  readonly dynamicMap?: string
  readonly peers: readonly string[]
  readonly responderOnly?: boolean
  readonly interfaces: readonly string[]
}

const entryLine = /^Crypto Map (?:IPv[46] )?"([^"]+)" (\d+)(?: (\S+))?/
const interfaceName = /^\s+([A-Za-z][\w-]*\d[\w./:-]*)$/

/** Reads `show crypto map`; undefined when the text is no such output, `[]` when there are none. */
export function parseCryptoMaps(text: string): readonly EffectiveMap[] | undefined {
  const maps: EffectiveMap[] = []
  const bound = new Map<string, string[]>()
  let listing: string[] | undefined
  for (const line of cleanLines(text)) {
    const [, name, seq, kind] = entryLine.exec(line) ?? []
    if (name !== undefined && seq !== undefined) {
      listing = undefined
      maps.push({
        name,
        seq: Number(seq),
        ...(kind === undefined ? {} : { kind }),
        dynamic: false,
        peers: [],
        interfaces: [],
      })
      continue
    }
    const map = /^\s*Interfaces using crypto map (\S+):/.exec(line)?.[1]
    if (map !== undefined) {
      listing = bound.get(map) ?? []
      bound.set(map, listing)
      continue
    }
    const listed = interfaceName.exec(line)?.[1]
    if (listing !== undefined && listed !== undefined) listing.push(listed)
    const last = maps.at(-1)
    if (listing === undefined && last !== undefined)
      maps[maps.length - 1] = { ...last, ...detailOf(line, last) }
  }
  if (maps.length === 0) return /^\s*No crypto maps found\./m.test(text) ? [] : undefined
  return maps.map((each) => ({ ...each, interfaces: bound.get(each.name) ?? [] }))
}

function detailOf(line: string, entry: EffectiveMap): Partial<EffectiveMap> {
  const peer = /^\s*Peer = (\S+)/.exec(line)?.[1]
  if (peer !== undefined) return { peers: [...entry.peers, peer] }
  const dynamicMap = /^\s*Dynamic map template tag: (\S+)/.exec(line)?.[1]
  if (dynamicMap !== undefined) return { dynamic: true, dynamicMap }
  const flag = /^\s*Responder-Only \(Y\/N\):\s*([YN])\b/i.exec(line)?.[1]
  return flag === undefined ? {} : { responderOnly: flag.toUpperCase() === 'Y' }
}
