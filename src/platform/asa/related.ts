import type { CryptoMapEntry } from '../../model/facts.ts'
import { firstOf } from '../text.ts'
import type { AsaConfig, ConfigBlock } from './config.ts'

const lifetimes =
  /^crypto (?:ipsec (?:ikev[12] )?security-association (?:lifetime|replay)|(?:isakmp|ikev1|ikev2) policy \d+(?: lifetime|$))/

/** A block's lines that a plan may rest on: keys, even masked ones, are none of them. */
function withoutKeys({ head, children }: ConfigBlock): readonly string[] {
  return [head, ...children.map((line) => ` ${line}`)].filter((line) => !/pre-shared-key/.test(line))
}

function aclLines(config: AsaConfig, acl: string | undefined): readonly string[] {
  if (acl === undefined) return []
  return config.blocks.map(({ head }) => head).filter((head) => head.startsWith(`access-list ${acl} `))
}

/**
 * The lines that an entry rests on besides its own. A plan that was made from them no longer holds when one
 * of them has changed.
 */
export function relatedLines(config: AsaConfig, entry: CryptoMapEntry): readonly string[] {
  const bindings = config.cryptoMaps.bindings.filter(({ map }) => map === entry.map).map(({ line }) => line)
  const groups = config.blocks.filter(({ head }) =>
    entry.peers.some((peer) => head.startsWith(`tunnel-group ${peer} `)),
  )
  const names = config.blocks
    .map(({ head }) => head)
    .filter((head) => entry.peers.some((peer) => head.startsWith('name ') && head.split(' ')[2] === peer))
  const lives = config.blocks.filter(({ head }) => lifetimes.test(head))
  return [
    ...bindings,
    ...aclLines(config, entry.acl),
    ...names,
    ...[...groups, ...lives].flatMap(withoutKeys),
  ]
}

/** What the configuration says of an entry's far end: the first remark of its crypto ACL. */
export function remarkOf(config: AsaConfig, entry: CryptoMapEntry): string | undefined {
  return firstOf(aclLines(config, entry.acl), /^access-list \S+ remark (\S.*)$/)
}
