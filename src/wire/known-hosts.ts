import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { type KnownHosts, parseKnownHosts } from '../transport/known-hosts.ts'
import type { RunOptions } from './options.ts'

/**
 * The known_hosts files of a run. A default file that is not there is empty, and every host is unknown
 * then; a file that was asked for and cannot be read is a mistake of the command line.
 */
export function loadKnownHostsFiles(
  options: Pick<RunOptions, 'knownHosts' | 'env' | 'cwd'>,
): Result<KnownHosts, readonly Diagnostic[]> {
  const texts: string[] = []
  const problems: Diagnostic[] = []
  for (const path of pathsOf(options)) {
    try {
      texts.push(readFileSync(path, 'utf8'))
    } catch (thrown) {
      problems.push({
        code: 'FILE_UNREADABLE',
        severity: 'error',
        message: `cannot read the known_hosts file ${path}: ${messageOf(thrown)}`,
        hint: 'give the path of an OpenSSH known_hosts file with --known-hosts',
      })
    }
  }
  return problems.length > 0 ? err(problems) : ok(parseKnownHosts(texts.join('\n')))
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
