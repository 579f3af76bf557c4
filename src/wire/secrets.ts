import { resolve } from 'node:path'
import { systemClock } from '../kernel/clock.ts'
import type { Redactor } from '../kernel/redact.ts'
import { commandLimits, runBounded } from '../secrets/command.ts'
import { readSecretFile } from '../secrets/file.ts'
import { createSecrets, type Secrets } from '../secrets/resolve.ts'
import type { RunOptions } from './options.ts'

/** The secrets of one run, with the caller's environment, folder and terminal. */
export function createSecretsFor(
  options: Pick<RunOptions, 'env' | 'cwd' | 'promptSecret'>,
  redactor: Redactor,
): Secrets {
  return createSecrets({
    env: options.env,
    redactor,
    runCommand: (argv, env) => runBounded(argv, env, commandLimits.timeoutMs, systemClock, options.cwd),
    readFile: (path) => readSecretFile(resolve(options.cwd, path)),
    ...(options.promptSecret === undefined ? {} : { prompt: options.promptSecret }),
  })
}
