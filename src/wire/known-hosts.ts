import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readText } from '../document/read.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { type KnownHosts, type KnownHostsText, parseKnownHosts } from '../transport/known-hosts.ts'
import type { RunOptions } from './options.ts'

/**
 * The known_hosts files of a run. A default file that is not there is empty, and every host is unknown
 * then; a file that was asked for and cannot be read is a mistake of the command line.
 */
export function loadKnownHostsFiles(
  options: Pick<RunOptions, 'knownHosts' | 'env' | 'cwd'>,
): Result<KnownHosts, readonly Diagnostic[]> {
  const files: KnownHostsText[] = []
  const problems: Diagnostic[] = []
  for (const path of pathsOf(options)) {
    const text = readText(path)
    if (text.kind === 'ok') files.push({ file: path, text: text.value })
    else
      problems.push({
        ...text.error,
        hint: 'give the path of an OpenSSH known_hosts file with --known-hosts',
      })
  }
  return problems.length > 0 ? err(problems) : ok(parseKnownHosts(...files))
}

function pathsOf({
  knownHosts,
  env,
  cwd,
}: Pick<RunOptions, 'knownHosts' | 'env' | 'cwd'>): readonly string[] {
  if (knownHosts !== undefined && knownHosts.length > 0) return knownHosts.map((path) => resolve(cwd, path))
  const standard = env.HOME === undefined ? undefined : join(env.HOME, '.ssh', 'known_hosts')
  return standard !== undefined && existsSync(standard) ? [standard] : []
}
