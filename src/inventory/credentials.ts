import type { Place } from '../document/place.ts'
import { literalWarning, type PathBase, secretRefOf } from '../document/secret-ref.ts'
import { visibleLine } from '../document/visible-line.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { nearest } from '../kernel/nearest.ts'
import { quoted } from '../kernel/printable.ts'
import type { Credential } from '../model/inventory.ts'
import { nameProblem } from './host-rules.ts'

/** One credential of an inventory without problems. */
export function credentialOf(name: string, place: Place, base: PathBase): Credential {
  const password = secretRefOf(place.get('password'), base, `password of ${name}`)
  const enable = secretRefOf(place.get('enable'), base, `enable password of ${name}`)
  const keyPlace = place.get('privateKey')
  const key = secretRefOf(keyPlace, base, name)
  const passphrase = secretRefOf(keyPlace?.get('passphrase'), base, `passphrase of the key of ${name}`)
  return {
    name,
    username: place.get('username')?.text ?? '',
    ...(password === undefined ? {} : { password }),
    ...(enable === undefined ? {} : { enable }),
    ...(key === undefined
      ? {}
      : { privateKey: { key, ...(passphrase === undefined ? {} : { passphrase }) } }),
    ...(place.get('agent')?.value === true ? { agent: true } : {}),
  }
}

function homeProblems(place: Place, base: PathBase): readonly Diagnostic[] {
  if (base.home !== undefined) return []
  const files = ['password', 'enable', 'privateKey'].flatMap((key) => place.get(key)?.get('file') ?? [])
  return files
    .filter((file) => file.text?.startsWith('~/'))
    .map((file) =>
      diagnostic(
        'INVALID_VALUE',
        '~/ has no meaning here: there is no home folder',
        file.at(),
        'write the whole path',
      ),
    )
}

function oneProblems(name: string, place: Place, base: PathBase): readonly Diagnostic[] {
  const agent = place.get('agent')?.value === true
  // A misspelt key is told as such, not as a missing one.
  const given = place
    .entries()
    .some(([written]) => nearest(written, ['password', 'privateKey']) !== undefined)
  const loginless = !given && !agent
  const key = place.get('privateKey')
  return [
    ...nameProblem(name, 'a credential', place.keyAt()),
    ...visibleLine(place.get('username'), 'username'),
    ...homeProblems(place, base),
    ...(loginless && place.entries().length > 0
      ? [
          diagnostic(
            'MISSING_KEY',
            `the credential ${quoted(name)} has neither password nor privateKey nor agent: true`,
            place.keyAt(),
          ),
        ]
      : []),
    ...literalWarning(place.get('password'), `the password of ${quoted(name)}`),
    ...literalWarning(place.get('enable'), `the enable password of ${quoted(name)}`),
    ...literalWarning(key?.get('passphrase'), `the passphrase of the key of ${quoted(name)}`),
  ]
}

/** Everything about `credentials` that a schema cannot say, and the warnings about literal secrets. */
export function credentialProblems(root: Place, base: PathBase): readonly Diagnostic[] {
  return (root.get('credentials')?.entries() ?? []).flatMap(([name, place]) => oneProblems(name, place, base))
}
