import type { Lifetimes } from '../../model/facts.ts'
import type { ConfigNode } from './config-tree.ts'

/** Where a configuration sets lifetimes outside of profiles and map entries. */
export interface LifetimeSettings {
  /** `crypto ipsec security-association lifetime …`: for all that set none themselves. */
  readonly global: Lifetimes
  /** Of the ISAKMP policies; which one a peer agrees on is not known, so the lowest. */
  readonly isakmpSeconds?: number
  /** Seconds by IKEv2 profile, where one is set. */
  readonly ikev2: ReadonlyMap<string, number>
  readonly globalLines: readonly string[]
  /** Lines of IKE profiles by name; they are no part of a plan's basis unless a target names them. */
  readonly profileLines: ReadonlyMap<string, readonly string[]>
}

const ikeLine = /^(?:lifetime|rekey|no rekey)\b/
const defaultIkeSeconds = 86_400

/** Lifetimes of IPsec SAs among lines that begin with `prefix`; 0 is no limit (`kilobytes disable`). */
function ipsecLifetimes(lines: readonly string[], prefix: string): Lifetimes {
  let found: Lifetimes = {}
  for (const line of lines) {
    if (!line.startsWith(prefix)) continue
    const words = line.slice(prefix.length)
    const [, unit, digits] = /^(seconds|days|kilobytes) (\d{1,12}|disable)$/.exec(words) ?? []
    const amount = digits === 'disable' ? 0 : Number(digits)
    if (unit === 'kilobytes') found = { ...found, ipsecKilobytes: amount }
    if (unit === 'seconds') found = { ...found, ipsecSeconds: amount }
    if (unit === 'days') found = { ...found, ipsecSeconds: amount * 86_400 }
  }
  return found
}

function ikeSeconds(node: ConfigNode): number | undefined {
  const seconds = node.children.map((child) => /^lifetime (\d{1,9})$/.exec(child.line)?.[1]).find(Boolean)
  return seconds === undefined ? undefined : Number(seconds)
}

function linesOf(node: ConfigNode): readonly string[] {
  const own = node.children.filter((child) => ikeLine.test(child.line))
  return own.length === 0 ? [] : [node.line, ...own.map((child) => ` ${child.line}`)]
}

/** Reads them in one pass over the configuration. */
export function lifetimeSettings(nodes: readonly ConfigNode[]): LifetimeSettings {
  const global = nodes.filter((node) => node.line.startsWith('crypto ipsec security-association lifetime '))
  const policies = nodes.filter((node) => /^crypto isakmp policy \d/.test(node.line))
  const profiles = nodes.flatMap((node) => {
    const name = /^crypto (?:ikev2|isakmp) profile (\S+)/.exec(node.line)?.[1]
    return name === undefined ? [] : [{ name, node }]
  })
  const set = policies.map(ikeSeconds)
  const isakmpSeconds = set.every((seconds) => seconds === undefined)
    ? undefined
    : Math.min(...set.map((seconds) => seconds ?? defaultIkeSeconds))
  return {
    global: ipsecLifetimes(
      global.map((node) => node.line),
      'crypto ipsec security-association lifetime ',
    ),
    ...(isakmpSeconds === undefined ? {} : { isakmpSeconds }),
    ikev2: new Map(
      profiles.flatMap(({ name, node }) => {
        const seconds = node.line.startsWith('crypto ikev2 ') ? ikeSeconds(node) : undefined
        return seconds === undefined ? [] : [[name, seconds] as const]
      }),
    ),
    globalLines: [...global.map((node) => node.line), ...policies.flatMap(linesOf)],
    profileLines: new Map(
      [...new Set(profiles.map(({ name }) => name))].map((name) => [
        name,
        profiles.filter((each) => each.name === name).flatMap(({ node }) => linesOf(node)),
      ]),
    ),
  }
}

/** How a profile or a map entry negotiates: its IKE versions, and the IKEv2 profiles that it names. */
export interface Negotiation {
  readonly versions: readonly (1 | 2)[]
  readonly ikev2Profiles: readonly string[]
}

/** What the SAs of a profile or map entry live: its own lines, else the global ones; absent: the default. */
export function lifetimesOf(
  node: ConfigNode,
  settings: LifetimeSettings,
  { versions, ikev2Profiles }: Negotiation,
): Lifetimes {
  const own = ipsecLifetimes(
    node.children.map((child) => child.line),
    'set security-association lifetime ',
  )
  const ikev2 = ikev2Profiles.map((name) => settings.ikev2.get(name))
  const ike = [
    ...(ikev2.some((seconds) => seconds !== undefined)
      ? ikev2.map((seconds) => seconds ?? defaultIkeSeconds)
      : []),
    ...(versions.includes(1) && settings.isakmpSeconds !== undefined ? [settings.isakmpSeconds] : []),
  ]
  return {
    ...(ike.length === 0 ? {} : { ikeSeconds: Math.min(...ike) }),
    ...settings.global,
    ...own,
  }
}
