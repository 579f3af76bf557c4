import { assertNever } from '../kernel/never.ts'
import { printable } from '../kernel/printable.ts'
import type { Redactor } from '../kernel/redact.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { SecretRef } from '../model/inventory.ts'
import { runSecretCommand, type SecretCommand } from './command.ts'
import { readSecretFile, type SecretFile } from './file.ts'

/** Why a secret could not be had. The message names where it was looked for, never a value. */
export interface SecretProblem {
  readonly code: 'SECRET_MISSING' | 'SECRET_EMPTY' | 'SECRET_UNUSABLE'
  readonly message: string
}

export interface SecretSources {
  /** Variables that `env` references name; also the environment of commands. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly readFile?: (path: string) => Promise<SecretFile>
  readonly runCommand?: SecretCommand
  /** Asks a person; undefined when it was broken off. Absent where nobody can be asked. */
  readonly prompt?: (label: string) => Promise<string | undefined>
  /** Every value is registered here before anybody gets it. */
  readonly redactor: Redactor
}

/** The secrets of one run. */
export interface Secrets {
  /** Fetches a secret once per run, however many devices ask for it at the same time. */
  resolve(ref: SecretRef): Promise<Result<string, SecretProblem>>
  /** What deserves a word about the secrets fetched so far, such as a file that others may write. */
  warnings(): readonly string[]
}

type Fetched = Result<string, SecretProblem>

function missing(message: string): Fetched {
  return err({ code: 'SECRET_MISSING', message })
}

/** One line end at the end belongs to the file or the program, not to the secret. */
function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '')
}

const privateKey = /^-----BEGIN [A-Z ]*PRIVATE KEY-----/

/** Refuses what cannot be a secret: a line end in a password would be typed as a second line. */
function checked(fetched: Fetched, where: string): Fetched {
  if (fetched.kind === 'err') return fetched
  const value = withoutLineEnd(fetched.value)
  if (value === '') return err({ code: 'SECRET_EMPTY', message: `${where} is empty` })
  if (/[\u0000-\u001f\u007f]/.test(value) && !privateKey.test(value)) {
    const message = `${where} has several lines or control characters: a password is one line of text`
    return err({ code: 'SECRET_UNUSABLE', message })
  }
  return ok(value)
}

function whereOf(ref: SecretRef): string {
  switch (ref.kind) {
    case 'env':
      return `the environment variable ${ref.name}`
    case 'file':
      return `the secret file ${printable(ref.path)}`
    case 'command':
      // Only the program: arguments may say more than everybody should read.
      return `the output of ${printable(ref.argv[0] ?? '')}`
    case 'prompt':
      return `the answer to "${printable(ref.label)}"`
    case 'literal':
      return 'the secret in the inventory'
    default:
      return assertNever(ref)
  }
}

/** Where the secrets of one run come from. Nothing is fetched before it is asked for, and nothing twice. */
export function createSecrets(sources: SecretSources): Secrets {
  const { env, prompt, redactor, readFile = readSecretFile, runCommand = runSecretCommand } = sources
  const fetching = new Map<string, Promise<Fetched>>()
  const warnings: string[] = []
  // One question at a time: two on one terminal would take each other's answer.
  let asking: Promise<unknown> = Promise.resolve()

  const ask = (label: string): Promise<Fetched> => {
    if (prompt === undefined) {
      const way = 'run it at a terminal, or take the secret from env, file or command'
      return Promise.resolve(
        missing(`"${printable(label)}" must be asked, and there is nobody to ask: ${way}`),
      )
    }
    const answer = asking.then(() => prompt(label))
    asking = answer.catch(() => undefined)
    return answer.then((text) =>
      text === undefined ? missing(`"${printable(label)}" was not answered`) : ok(text),
    )
  }

  const fromFile = async (path: string): Promise<Fetched> => {
    const file = await readFile(path)
    if (file.kind === 'unreadable') return missing(`the secret file ${printable(path)} ${file.reason}`)
    if (file.othersMayWrite)
      warnings.push(`others may write the secret file ${printable(path)}: chmod go-w it`)
    return ok(file.text)
  }

  const fetch = async (ref: SecretRef): Promise<Fetched> => {
    switch (ref.kind) {
      case 'env': {
        const value = env[ref.name]
        // Not a method that every object inherits, such as toString.
        return typeof value === 'string'
          ? ok(value)
          : missing(`the environment variable ${ref.name} is not set`)
      }
      case 'file':
        return fromFile(ref.path)
      case 'command': {
        const answer = await runCommand(ref.argv, env)
        const program = printable(ref.argv[0] ?? '')
        return answer.kind === 'failed'
          ? missing(`${program} gave no secret: ${answer.reason}`)
          : ok(answer.text)
      }
      case 'prompt':
        return ask(ref.label)
      case 'literal':
        return ok(ref.value)
      default:
        return assertNever(ref)
    }
  }

  const fetchChecked = async (ref: SecretRef): Promise<Fetched> => {
    const value = checked(await fetch(ref), whereOf(ref))
    if (value.kind === 'ok') redactor.register(value.value)
    return value
  }

  return {
    resolve: (ref) => {
      const key = JSON.stringify(ref)
      const started = fetching.get(key) ?? fetchChecked(ref)
      fetching.set(key, started)
      return started
    },
    warnings: () => warnings,
  }
}
