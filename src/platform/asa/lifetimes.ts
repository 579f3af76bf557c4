import type { Lifetimes } from '../../model/facts.ts'
import type { ConfigBlock } from './blocks.ts'

/** Where a configuration sets lifetimes outside of crypto map entries and profiles. */
export interface LifetimeSettings {
  /** `crypto ipsec security-association lifetime …`: for all that set none themselves. */
  readonly global: Lifetimes
  /** By IKE version: of its policies the lowest, since which one a peer agrees on is not known. */
  readonly ike: { readonly 1?: number; readonly 2?: number }
}

const globalLine = /^crypto ipsec security-association lifetime (?<rest>.+)$/
const amount = /\b(?<unit>seconds|kilobytes) (?<value>\d{1,10}|unlimited)\b/g
/** Policies stand in blocks; PIX 7 prints `isakmp policy 10 lifetime 86400` in one line. */
const policyLine =
  /^(?:crypto )?(?<kind>isakmp|ikev1|ikev2) policy \d{1,5}(?: lifetime (?<flat>\d{1,10}|none))?$/
const policyLife = /^lifetime (?:seconds )?(?<value>\d{1,10}|none)$/
const defaultIkeSeconds = 86_400

/** `seconds 3600`, `kilobytes unlimited`, or both; 0 is no limit. */
export function ipsecLifetimes(texts: readonly string[]): Lifetimes {
  let found: Lifetimes = {}
  for (const text of texts) {
    for (const { groups } of text.matchAll(amount)) {
      const value = groups?.value === 'unlimited' ? 0 : Number(groups?.value)
      found =
        groups?.unit === 'seconds' ? { ...found, ipsecSeconds: value } : { ...found, ipsecKilobytes: value }
    }
  }
  return found
}

function seconds(word: string): number {
  return word === 'none' ? 0 : Number(word)
}

/** The shortest of some lifetimes, of which 0 is the longest. */
function lowest(all: readonly number[]): number | undefined {
  const limited = all.filter((one) => one > 0)
  if (limited.length > 0) return Math.min(...limited)
  return all.length > 0 ? 0 : undefined
}

/** The lifetime of one IKE policy, and of which version it is; undefined for other blocks. */
function policyOf({
  head,
  children,
}: ConfigBlock): { readonly version: 1 | 2; readonly life: number } | undefined {
  const groups = policyLine.exec(head)?.groups
  if (groups === undefined) return undefined
  const own = children.map((line) => policyLife.exec(line)?.groups?.value).find((word) => word !== undefined)
  const word = groups.flat ?? own
  return {
    version: groups.kind === 'ikev2' ? 2 : 1,
    life: word === undefined ? defaultIkeSeconds : seconds(word),
  }
}

/** Reads them in one pass over the configuration. */
export function lifetimeSettings(blocks: readonly ConfigBlock[]): LifetimeSettings {
  const policies = blocks.map(policyOf).filter((policy) => policy !== undefined)
  const of = (version: 1 | 2): number | undefined =>
    lowest(policies.filter((policy) => policy.version === version).map(({ life }) => life))
  const [one, two] = [of(1), of(2)]
  return {
    global: ipsecLifetimes(blocks.flatMap(({ head }) => globalLine.exec(head)?.groups?.rest ?? [])),
    ike: { ...(one === undefined ? {} : { 1: one }), ...(two === undefined ? {} : { 2: two }) },
  }
}

/** What the SAs of an entry or profile live: its own settings, then the global ones; absent: the default. */
export function lifetimesOf(
  own: Lifetimes | undefined,
  versions: readonly (1 | 2)[] | undefined,
  settings: LifetimeSettings,
): Lifetimes {
  const ike = lowest((versions ?? [1, 2]).flatMap((version) => settings.ike[version] ?? []))
  return { ...(ike === undefined ? {} : { ikeSeconds: ike }), ...settings.global, ...own }
}
