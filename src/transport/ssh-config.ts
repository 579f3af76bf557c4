import { wildcardMatches } from '../kernel/wildcard.ts'
import type { ConfigLine, ConfigPlace, ConfigProblem, ParsedConfig } from './ssh-config-parse.ts'
import {
  type AlgorithmEdit,
  editOf,
  flagOf,
  isNone,
  jumpsOf,
  type ProxyJump,
  portOf,
} from './ssh-config-values.ts'

/** A value and the line that gave it. */
export interface Written<T> extends ConfigPlace {
  readonly value: T
}

/** What the configuration says about one host; a key that is absent is said nothing of. */
export interface SshSettings {
  readonly hostName?: Written<string>
  readonly port?: Written<number>
  readonly user?: Written<string>
  /** An empty list is `none`. */
  readonly proxyJump?: Written<readonly ProxyJump[]>
  readonly hostKeyAlias?: Written<string>
  readonly identitiesOnly?: Written<boolean>
  readonly identityFiles: readonly Written<string>[]
  readonly userKnownHostsFiles?: Written<readonly string[]>
  readonly globalKnownHostsFiles?: Written<readonly string[]>
  readonly kex?: Written<AlgorithmEdit>
  readonly ciphers?: Written<AlgorithmEdit>
  readonly macs?: Written<AlgorithmEdit>
  readonly hostKeys?: Written<AlgorithmEdit>
  readonly userKeys?: Written<AlgorithmEdit>
  /** Lines that apply to the host and are not followed, and why. */
  readonly notes: readonly ConfigProblem[]
}

/** What tokens and `~` stand for. */
export interface ConfigOwner {
  readonly home?: string
  /** Who logs in, where the configuration does not say (`%r`). */
  readonly user?: string
  /** The port, where it is known before (`%p`). */
  readonly port?: number
}

/** Keywords that are followed, in the spelling of ssh_config(5). */
export const honouredKeywords = [
  'Host',
  'Match',
  'Include',
  'HostName',
  'Port',
  'User',
  'IdentityFile',
  'IdentitiesOnly',
  'ProxyJump',
  'HostKeyAlias',
  'UserKnownHostsFile',
  'GlobalKnownHostsFile',
  'KexAlgorithms',
  'Ciphers',
  'MACs',
  'HostKeyAlgorithms',
  'PubkeyAcceptedAlgorithms',
] as const

/** Keywords whose absence changes how a host is reached: told where they stand, with what to do. */
const refusedKeywords: Readonly<Record<string, string>> = {
  proxycommand: 'ProxyCommand is not run; write via in the inventory',
  proxyusefdpass: 'ProxyUseFdpass is not followed',
  stricthostkeychecking: 'StrictHostKeyChecking is not followed: host keys are always verified',
  forwardagent: 'ForwardAgent is not followed: an agent is never forwarded',
  identityagent: 'IdentityAgent is not followed; name the agent with SSH_AUTH_SOCK',
  certificatefile: 'CertificateFile is not followed',
  canonicalizehostname: 'CanonicalizeHostname is not followed',
  pkcs11provider: 'PKCS11Provider is not followed',
  knownhostscommand: 'KnownHostsCommand is not run',
  bindaddress: 'BindAddress is not followed',
  bindinterface: 'BindInterface is not followed',
  addressfamily: 'AddressFamily is not followed',
}

/** Older names of the same keyword. */
const otherNames: Readonly<Record<string, string>> = { pubkeyacceptedkeytypes: 'pubkeyacceptedalgorithms' }

interface Walk {
  readonly host: string
  readonly first: Map<string, ConfigLine>
  readonly identityFiles: ConfigLine[]
  readonly notes: ConfigProblem[]
}

/**
 * What the configuration says about a host, named as on ssh's command line. As with OpenSSH the first value
 * of a keyword wins, and identity files add up. Nothing is executed: of `Match`, only `all`, `host` and
 * `originalhost` can apply.
 */
export function resolveSshConfig(config: ParsedConfig, host: string, owner: ConfigOwner = {}): SshSettings {
  const walk: Walk = { host, first: new Map(), identityFiles: [], notes: [] }
  walkLines(config.lines, true, walk)
  return settingsOf(walk, owner)
}

function walkLines(lines: readonly ConfigLine[], outer: boolean, walk: Walk): void {
  let active = outer
  for (const line of lines) {
    const keyword = otherNames[line.keyword] ?? line.keyword
    if (keyword === 'host') active = outer && hostMatches(line.args, walk.host)
    else if (keyword === 'match') active = outer && matchApplies(line, walk)
    else if (keyword === 'include') walkLines(line.included ?? [], active, walk)
    else if (active) take(keyword, line, walk)
  }
}

function take(keyword: string, line: ConfigLine, walk: Walk): void {
  if (keyword === 'identityfile') {
    walk.identityFiles.push(line)
    return
  }
  if (walk.first.has(keyword)) return
  // ProxyJump and ProxyCommand: whichever comes first keeps the other out.
  if (keyword === 'proxyjump' && walk.first.has('proxycommand') && !isNone(walk.first.get('proxycommand')))
    return
  walk.first.set(keyword, line)
  const why = refusedKeywords[keyword]
  if (why !== undefined && !isNone(line)) walk.notes.push(noteOf(line, why))
}

const noteOf = ({ file, line }: ConfigPlace, message: string): ConfigProblem => ({ file, line, message })

/** Any pattern that fits; one with `!` that fits keeps the host out, whatever else does. */
function hostMatches(patterns: readonly string[], host: string): boolean {
  const fits = (pattern: string): boolean => wildcardMatches(pattern, host)
  const refused = patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))
  return !refused && patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern))
}

function matchApplies(line: ConfigLine, walk: Walk): boolean {
  const now = hostNameOf(walk)
  const args = [...line.args]
  let applies = true
  while (args.length > 0) {
    const [criterion = '', ...inline] = (args.shift() ?? '').split('=')
    const negated = criterion.startsWith('!')
    const name = (negated ? criterion.slice(1) : criterion).toLowerCase()
    if (name === 'all') {
      if (negated) applies = false
      continue
    }
    const value = inline.length > 0 ? inline.join('=') : args.shift()
    if ((name !== 'host' && name !== 'originalhost') || value === undefined) {
      walk.notes.push(noteOf(line, `Match ${name} is not followed${name === 'exec' ? ' and not run' : ''}`))
      return false
    }
    const fits = hostMatches(value.split(','), name === 'host' ? now : walk.host)
    if (fits === negated) applies = false
  }
  return applies
}

/** HostName so far: `Match host` is about it. */
function hostNameOf({ first, host }: Walk): string {
  const [name] = first.get('hostname')?.args ?? []
  return name === undefined ? host : (expand(name, { '%': '%', h: host }) ?? host)
}

/** Tokens replaced; undefined where one is not known here. */
function expand(text: string, tokens: Readonly<Record<string, string | undefined>>): string | undefined {
  let known = !/\$\{/.test(text)
  const out = text.replace(/%(.?)/gs, (_, token: string) => {
    const value = tokens[token]
    if (value === undefined) known = false
    return value ?? ''
  })
  return known ? out : undefined
}

function settingsOf(walk: Walk, owner: ConfigOwner): SshSettings {
  const { first, notes, host } = walk
  const one = <T>(keyword: string, read: (line: ConfigLine) => T | undefined): Written<T> | undefined => {
    const line = first.get(keyword)
    if (line === undefined) return undefined
    const value = read(line)
    if (value === undefined) {
      notes.push(noteOf(line, `${keyword} ${line.args.join(' ')} is not a value that ikero can follow`))
      return undefined
    }
    return { value, file: line.file, line: line.line }
  }
  const hostName = one('hostname', (line) => expand(line.args[0] ?? '', { '%': '%', h: host }))
  const port = one('port', (line) => portOf(line.args[0] ?? ''))
  const user = one('user', (line) => (/[%$]/.test(line.args[0] ?? '') ? undefined : line.args[0]))
  const tokens = {
    '%': '%',
    h: hostName?.value ?? host,
    n: host,
    p: String(owner.port ?? port?.value ?? 22),
    r: owner.user ?? user?.value,
    d: owner.home,
  }
  const path = (text: string): string | undefined => {
    if (text !== '~' && !text.startsWith('~/')) return expand(text, tokens)
    return owner.home === undefined ? undefined : expand(`%d${text.slice(1)}`, tokens)
  }
  const paths = (line: ConfigLine): readonly string[] | undefined => {
    const all = isNone(line) ? [] : line.args.map(path)
    return all.includes(undefined) ? undefined : all.flatMap((text) => text ?? [])
  }
  const algorithms = (keyword: string): Written<AlgorithmEdit> | undefined =>
    one(keyword, (line) => editOf(line.args[0] ?? ''))
  const found = {
    hostName,
    port,
    user,
    proxyJump: one('proxyjump', jumpsOf),
    hostKeyAlias: one('hostkeyalias', (line) => (/[%$]/.test(line.args[0] ?? '') ? undefined : line.args[0])),
    identitiesOnly: one('identitiesonly', (line) => flagOf(line.args[0] ?? '')),
    userKnownHostsFiles: one('userknownhostsfile', paths),
    globalKnownHostsFiles: one('globalknownhostsfile', paths),
    kex: algorithms('kexalgorithms'),
    ciphers: algorithms('ciphers'),
    macs: algorithms('macs'),
    hostKeys: algorithms('hostkeyalgorithms'),
    userKeys: algorithms('pubkeyacceptedalgorithms'),
  }
  const identityFiles = walk.identityFiles.flatMap((line) => {
    if (isNone(line)) return []
    const value = path(line.args[0] ?? '')
    if (value !== undefined) return [{ value, file: line.file, line: line.line }]
    notes.push(noteOf(line, `IdentityFile ${line.args[0] ?? ''} is not a value that ikero can follow`))
    return []
  })
  return { ...present(found), identityFiles, notes }
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Without the keys that have no value. */
function present<T extends object>(all: T): Present<T> {
  const out: Present<T> = {}
  for (const key in all) {
    const value = all[key]
    if (value !== undefined) Object.assign(out, { [key]: value })
  }
  return out
}
