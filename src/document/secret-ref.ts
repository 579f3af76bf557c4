import { isAbsolute, join } from 'node:path'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import type { SecretRef } from '../model/inventory.ts'
import type { Place } from './place.ts'
import { inWords } from './schema.ts'

/** What the paths of a file start from. */
export interface PathBase {
  /** The folder of the file that has them. */
  readonly folder: string
  /** Stands for `~`; absent where the caller knows none. */
  readonly home?: string
}

/** `~/…` from the home folder, everything else relative to the file. */
export function resolvePath(path: string, { folder, home }: PathBase): string {
  if (path === '~' || path.startsWith('~/')) return home === undefined ? path : join(home, path.slice(1))
  return isAbsolute(path) ? path : join(folder, path)
}

/** A program is looked up in PATH unless it is written as a path. */
function resolveProgram(argv: readonly string[], base: PathBase): readonly string[] {
  const [program = '', ...rest] = argv
  return [/^(?:~|\.{1,2})\//.test(program) ? resolvePath(program, base) : program, ...rest]
}

/** Where one secret of a credential comes from; `label` is the question when it is asked for. */
export function secretRefOf(place: Place | undefined, base: PathBase, label: string): SecretRef | undefined {
  if (place === undefined) return undefined
  if (place.text !== undefined) return { kind: 'literal', value: place.text }
  const name = place.get('env')?.text
  if (name !== undefined) return { kind: 'env', name }
  const path = place.get('file')?.text
  if (path !== undefined) return { kind: 'file', path: resolvePath(path, base) }
  const argv = place
    .get('command')
    ?.items()
    .flatMap((word) => word.text ?? [])
  if (argv !== undefined) return { kind: 'command', argv: resolveProgram(argv, base) }
  return { kind: 'prompt', label: place.get('prompt')?.text ?? label }
}

/** The references, by the word that somebody may write who forgot the braces. */
const written: ReadonlyMap<string, string> = new Map([
  ['env', '{ env: NAME }'],
  ['file', '{ file: PATH }'],
  ['command', '{ command: [PROGRAM, …] }'],
  ['prompt', '{ prompt: true }'],
])

/**
 * A secret in the file itself works, and everybody who may read the file knows it.
 *
 * @param asked false: nobody is there to be asked, so `prompt` is no way out
 */
export function literalWarning(place: Place | undefined, what: string, asked = true): readonly Diagnostic[] {
  if (place?.text === undefined) return []
  const { file, line, col } = place.at()
  const references = [...written].filter(([word]) => asked || word !== 'prompt')
  const meant = references.find(([word]) => word === place.text?.toLowerCase())?.[1]
  return [
    {
      code: 'LITERAL_SECRET',
      severity: 'warning',
      message: `${what} stands in the file itself`,
      // Without the line: it holds the secret.
      at: { file, line, col },
      hint:
        meant === undefined
          ? `take it from ${inWords(references.map(([, reference]) => reference))}`
          : `did you mean ${meant}? As it stands, the word itself is the secret`,
    },
  ]
}
