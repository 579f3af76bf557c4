import { resolve } from 'node:path'
import type { Redactor } from '../kernel/redact.ts'
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
    readFile: (path) => readSecretFile(resolve(options.cwd, path)),
    ...(options.promptSecret === undefined ? {} : { prompt: options.promptSecret }),
  })
}
