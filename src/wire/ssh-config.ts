import { readdirSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { readText } from '../document/read.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { printable } from '../kernel/printable.ts'
import { wildcardMatches } from '../kernel/wildcard.ts'
import type { JumpHost } from '../model/inventory.ts'
import type { KnownHosts } from '../transport/known-hosts.ts'
import { type ConfigText, type ParsedConfig, parseSshConfig } from '../transport/ssh-config-parse.ts'
import type { AccessSources } from './access.ts'
import { readKnownHosts } from './known-hosts.ts'
import type { RunOptions } from './options.ts'
import type { SessionDeps } from './sessions.ts'

/** The SSH client configuration of whoever runs ikero. */
export interface LoadedSshConfig {
  readonly config: ParsedConfig
  readonly home?: string
  /** What of it could not be used. */
  readonly warnings: readonly Diagnostic[]
}

/** As many files as a configuration may include. */
const mostFiles = 200

/** Reads `~/.ssh/config` where there is one, with what it includes. Nothing in it is executed. */
export function loadSshConfig({ env }: Pick<RunOptions, 'env'>): LoadedSshConfig {
  const home = env.HOME
  const nothing: LoadedSshConfig = { config: { lines: [], problems: [] }, warnings: [] }
  if (home === undefined || home === '') return nothing
  const warnings: Diagnostic[] = []
  let count = 0
  const read = (path: string): readonly ConfigText[] => {
    count += 1
    const why = count > mostFiles ? `more than ${mostFiles} files are included` : untrusted(path)
    if (why !== undefined) {
      warnings.push(warning(`${printable(path)} is not used: ${why}`))
      return []
    }
    const text = readText(path)
    if (text.kind === 'ok') return [{ file: path, text: text.value }]
    warnings.push(warning(text.error.message))
    return []
  }
  const main = join(home, '.ssh', 'config')
  if (kindOf(main) === 'none') return { ...nothing, home }
  const [text] = read(main)
  if (text === undefined) return { ...nothing, home, warnings }
  const config = parseSshConfig(text, (pattern) => filesFor(pattern, home).flatMap(read))
  const wrong = config.problems.map(({ file, line, message }) =>
    warning(`${printable(file)}:${line} ${printable(message)}`),
  )
  return { config, home, warnings: [...warnings, ...wrong] }
}

/** What sessions need of the configuration, of the environment and of the command line. */
export function sshDepsOf(
  { env, knownHosts }: Pick<RunOptions, 'env' | 'knownHosts'>,
  { config, home }: LoadedSshConfig,
  jumps: readonly JumpHost[],
): Pick<SessionDeps, 'agentSocket' | 'knownHostsOf'> & { readonly access: AccessSources } {
  return {
    access: { config, jumps, ...(home === undefined ? {} : { home }) },
    ...(env.SSH_AUTH_SOCK === undefined ? {} : { agentSocket: env.SSH_AUTH_SOCK }),
    ...(knownHosts === undefined || knownHosts.length === 0 ? { knownHostsOf: knownHostsReader() } : {}),
  }
}

/** Reads files that the configuration names; one that is not there is empty, as with OpenSSH. */
function knownHostsReader(): (files: readonly string[]) => KnownHosts {
  const read = new Map<string, KnownHosts>()
  return (files) => {
    const key = files.join('\n')
    const before = read.get(key)
    if (before !== undefined) return before
    const { knownHosts } = readKnownHosts(files)
    read.set(key, knownHosts)
    return knownHosts
  }
}

function warning(message: string): Diagnostic {
  return { code: 'SSH_CONFIG', severity: 'warning', message, hint: 'the inventory always wins over it' }
}

/** As OpenSSH, which does not take a configuration that others may write. */
function untrusted(path: string): string | undefined {
  try {
    return (statSync(path).mode & 0o022) === 0 ? undefined : 'others may write it (chmod go-w)'
  } catch {
    // Reading it tells why.
    return undefined
  }
}

function kindOf(path: string): 'folder' | 'file' | 'none' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file'
  } catch {
    return 'none'
  }
}

/** Files that a pattern names, in the order of their names; relative to `~/.ssh`. */
function filesFor(pattern: string, home: string): readonly string[] {
  const whole = pattern.startsWith('~/')
    ? join(home, pattern.slice(2))
    : isAbsolute(pattern)
      ? pattern
      : join(home, '.ssh', pattern)
  return expand(whole).filter((path) => kindOf(path) === 'file')
}

function expand(path: string): readonly string[] {
  if (!/[*?]/.test(path)) return [path]
  const parent = dirname(path)
  const name = path.slice(parent.length + (parent === '/' ? 0 : 1))
  return expand(parent).flatMap((folder) =>
    namesIn(folder)
      // As in a shell, a star does not stand for the dot in front of a name.
      .filter((one) => wildcardMatches(name, one) && (!one.startsWith('.') || name.startsWith('.')))
      .map((one) => join(folder, one)),
  )
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}
