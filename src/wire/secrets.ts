import { resolve } from 'node:path'
import { systemClock } from '../kernel/clock.ts'
import type { Redactor } from '../kernel/redact.ts'
import { commandLimits, runBounded } from '../secrets/command.ts'
import { readSecretFile } from '../secrets/file.ts'
import { createSecrets, type SecretSources, type Secrets } from '../secrets/resolve.ts'
import type { RunOptions } from './options.ts'

/** The secrets of one run, with the caller's environment, folder and terminal. */
export function createSecretsFor(
  options: Pick<RunOptions, 'env' | 'cwd' | 'promptSecret'>,
  redactor: Redactor,
): Secrets {
  const { promptSecret } = options
  return createSecrets({
    ...secretSources(options, redactor),
    ...(promptSecret === undefined ? {} : { prompt: promptSecret }),
  })
}

/** Where secrets come from where nobody can be asked. */
export function secretSources(
  { env, cwd }: Pick<RunOptions, 'env' | 'cwd'>,
  redactor: Redactor,
): Omit<SecretSources, 'prompt'> {
  return {
    env,
    redactor,
    runCommand: (argv, inherited) => runBounded(argv, inherited, commandLimits.timeoutMs, systemClock, cwd),
    readFile: (path) => readSecretFile(resolve(cwd, path)),
  }
}
