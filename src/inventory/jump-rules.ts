import type { Place } from '../document/place.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { didYouMean } from '../kernel/nearest.ts'
import { quoted } from '../kernel/printable.ts'
import { addressKey } from '../model/address.ts'
import { addressProblem, credentialReference, nameProblem, timeoutProblems } from './host-rules.ts'

type Named = ReadonlyMap<string, Place>

function endOf(place: Place | undefined, port: number): string {
  return `${addressKey((place?.get('address')?.text ?? '').toLowerCase())} ${place?.get('port')?.number ?? port}`
}

/** Names in one `via` that are not below `jumps`, or stand there twice. */
function viaProblems(via: Place | undefined, jumps: Named): readonly Diagnostic[] {
  const seen = new Set<string>()
  return (via?.items() ?? []).flatMap((item) => {
    const name = item.text ?? ''
    if (name === '') return []
    if (!jumps.has(name)) {
      const hint =
        didYouMean(name, [...jumps.keys()]) ?? (jumps.size === 0 ? 'add it below jumps' : undefined)
      return [diagnostic('UNKNOWN_REFERENCE', `there is no jump host ${quoted(name)}`, item.at(), hint)]
    }
    const again = seen.has(name)
    seen.add(name)
    if (!again) return []
    const message = `the way leads through the jump host ${quoted(name)} twice: it is a loop`
    return [diagnostic('INVALID_VALUE', message, item.at(), 'name each jump host once, the nearest first')]
  })
}

/** A host that is reached through itself. */
function selfProblems(host: Place, root: Place, jumps: Named): readonly Diagnostic[] {
  const defaults = root.get('defaults')
  const own = host.get('via')
  const end = endOf(host, defaults?.get('port')?.number ?? 22)
  return ((own ?? defaults?.get('via'))?.items() ?? []).flatMap((item) => {
    const jump = jumps.get(item.text ?? '')
    if (jump === undefined || endOf(jump, 22) !== end) return []
    const message = `the jump host ${quoted(item.text ?? '')} is this host itself: the way to it is a loop`
    const at = own === undefined ? host.keyAt() : item.at()
    return [
      diagnostic('INVALID_VALUE', message, at, own === undefined ? 'write via: []' : 'take it out of via'),
    ]
  })
}

/** Everything about `jumps` and `via` that a schema cannot say. */
export function jumpProblems(root: Place, credentials: readonly string[]): readonly Diagnostic[] {
  const entries = root.get('jumps')?.entries() ?? []
  const jumps: Named = new Map(entries)
  const hosts = root.get('hosts')?.entries() ?? []
  return [
    ...entries.flatMap(([name, jump]) => [
      ...nameProblem(name, 'a jump host', jump.keyAt()),
      ...addressProblem(jump.get('address')),
      ...credentialReference(jump.get('credential'), credentials),
      ...timeoutProblems(jump),
      ...legacyWarning(jump, `the jump host ${quoted(name)}`),
    ]),
    ...viaProblems(root.get('defaults')?.get('via'), jumps),
    ...hosts.flatMap(([name, host]) => [
      ...viaProblems(host.get('via'), jumps),
      ...selfProblems(host, root, jumps),
      ...legacyWarning(host, `the host ${quoted(name)}`),
    ]),
  ]
}

/** Old algorithms are allowed, and never silently. */
function legacyWarning(place: Place, what: string): readonly Diagnostic[] {
  const algorithms = place.get('algorithms')
  if (algorithms?.text !== 'legacy') return []
  return [
    {
      code: 'LEGACY_ALGORITHMS',
      severity: 'warning',
      message: `${what} may be talked to with SHA-1 and CBC: who sits on the way may break that`,
      at: algorithms.at(),
      hint: 'give the device newer algorithms (a newer image), then take algorithms: legacy out',
    },
  ]
}
