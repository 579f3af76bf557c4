import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { filesIn } from '../document/files.ts'
import { readBytes } from '../document/read.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { printable } from '../kernel/printable.ts'
import { type KnownHosts, type KnownHostsText, parseKnownHosts } from '../transport/known-hosts.ts'
import type { RunOptions } from './options.ts'

export type KnownHostsOptions = Pick<RunOptions, 'knownHosts' | 'env' | 'cwd'>

/** What the known_hosts files of a run say, and what of them could not be read. */
export interface LoadedKnownHosts {
  readonly knownHosts: KnownHosts
  readonly warnings: readonly Diagnostic[]
}

/** A key takes some hundred bytes: this is for a hundred thousand devices. */
const largest = 32 * 1024 * 1024
const mostLinesTold = 5

/**
 * The known_hosts files of a run: those that were asked for, else OpenSSH's own, the user's and the machine's.
 * A file that cannot be read counts as empty and is told: its hosts are unknown then, and refused.
 * `made` is the file that is made where it is missing: that is not told.
 */
export function loadKnownHosts(options: KnownHostsOptions, made?: string): LoadedKnownHosts {
  return readKnownHosts(pathsOf(options), made)
}

/** These files and no others, as `loadKnownHosts`. */
export function readKnownHosts(paths: readonly string[], made?: string): LoadedKnownHosts {
  const files: KnownHostsText[] = []
  const unread: Diagnostic[] = []
  for (const path of paths) {
    if (path === made && !existsSync(path)) continue
    const bytes = readBytes(path, filesIn(), largest)
    if (bytes.kind === 'err') unread.push(countsAsEmpty(bytes.error))
    // A comment in another encoding must not hide a file's keys.
    else files.push({ file: path, text: new TextDecoder().decode(bytes.value) })
  }
  const knownHosts = parseKnownHosts(...files)
  return { knownHosts, warnings: [...unread, ...passedOver(knownHosts)] }
}

/** Where `trust` writes: the first file that was asked for, else the user's own; undefined without a HOME. */
export function writableKnownHosts({ knownHosts, env, cwd }: KnownHostsOptions): string | undefined {
  const [first] = knownHosts ?? []
  if (first !== undefined) return resolve(cwd, first)
  return env.HOME === undefined || env.HOME === '' ? undefined : join(env.HOME, '.ssh', 'known_hosts')
}

function pathsOf({ knownHosts, env, cwd }: KnownHostsOptions): readonly string[] {
  if (knownHosts !== undefined && knownHosts.length > 0) return knownHosts.map((path) => resolve(cwd, path))
  const { HOME: home = '' } = env
  const own = home === '' ? [] : ['known_hosts', 'known_hosts2'].map((name) => join(home, '.ssh', name))
  return [...own, '/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'].filter((path) => existsSync(path))
}

function countsAsEmpty({ at: _none, ...problem }: Diagnostic): Diagnostic {
  return {
    ...problem,
    severity: 'warning',
    message: `${problem.message}; it counts as empty, and hosts that only it knows are refused`,
    hint: 'give the path of an OpenSSH known_hosts file with --known-hosts',
  }
}

/** One warning for each file that has lines that make no sense. */
function passedOver(knownHosts: KnownHosts): readonly Diagnostic[] {
  const lines = new Map<string, number[]>()
  for (const { file = '', line } of knownHosts.passedOver) {
    const of = lines.get(file)
    if (of === undefined) lines.set(file, [line])
    else of.push(line)
  }
  return [...lines].map(([file, numbers]) => {
    const shown = numbers.slice(0, mostLinesTold).join(', ')
    const rest = numbers.length > mostLinesTold ? `, and ${numbers.length - mostLinesTold} more` : ''
    return {
      code: 'INVALID_VALUE',
      severity: 'warning',
      message: `${printable(file)}: ${numbers.length === 1 ? 'a line makes' : `${numbers.length} lines make`} no sense and ${numbers.length === 1 ? 'is' : 'are'} passed over (${shown}${rest})`,
      hint: 'a line has names, key type and key: HOST ssh-ed25519 AAAA…',
    }
  })
}
