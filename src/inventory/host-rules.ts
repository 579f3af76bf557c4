import type { Place } from '../document/place.ts'
import { visibleLine } from '../document/visible-line.ts'
import { type Diagnostic, diagnostic, type SourcePosition } from '../kernel/diagnostics.ts'
import { parseDuration } from '../kernel/duration.ts'
import { didYouMean } from '../kernel/nearest.ts'
import { quoted } from '../kernel/printable.ts'
import { addressKey, isAddress } from '../model/address.ts'
import { parseDeviceName } from '../model/ids.ts'

const nameHint = 'a name has letters, digits and _ . -, at most 63 in all, and no blank'

/** Names of hosts, groups, labels and credentials, which the user chooses. */
export function nameProblem(name: string, what: string, at: SourcePosition): readonly Diagnostic[] {
  if (parseDeviceName(name) !== undefined) return []
  return [diagnostic('INVALID_VALUE', `${quoted(name)} cannot be the name of ${what}`, at, nameHint)]
}

const label = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/

/** A DNS name; four numbers that are no address are none either. */
export function isDnsName(text: string): boolean {
  const labels = text.split('.')
  return text.length <= 253 && labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1) ?? '')
}

/** What is wrong with an address that SSH is to answer on. */
export function addressProblem(address: Place | undefined): readonly Diagnostic[] {
  const text = address?.text ?? ''
  if (address === undefined || text === '' || isAddress(text) || isDnsName(text)) return []
  const withPort = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text)
  const hint =
    withPort === null ? undefined : `write address: ${withPort[1] ?? withPort[2]} and port: ${withPort[3]}`
  return [
    diagnostic('INVALID_VALUE', `${quoted(text)} is neither an address nor a DNS name`, address.at(), hint),
  ]
}

function endpointProblems(host: Place): readonly Diagnostic[] {
  return (host.get('endpoints')?.items() ?? []).flatMap((endpoint) =>
    endpoint.text === undefined || endpoint.text === '' || isAddress(endpoint.text)
      ? []
      : [
          diagnostic(
            'INVALID_VALUE',
            `${quoted(endpoint.text)} is not an IPv4 or IPv6 address`,
            endpoint.at(),
          ),
        ],
  )
}

function labelProblems(host: Place): readonly Diagnostic[] {
  return (host.get('labels')?.entries() ?? []).flatMap(([key, value]) => [
    ...nameProblem(key, 'a label', value.keyAt()),
    ...visibleLine(value, `the label ${quoted(key)}`),
  ])
}

const dayMs = 86_400_000

/** Bounds that a pattern cannot say: Node's timers end at 24 days, and no session takes a day. */
export function timeoutProblems(place: Place | undefined): readonly Diagnostic[] {
  return ['connectTimeout', 'commandTimeout', 'totalTimeout'].flatMap((key) => {
    const value = place?.get(key)
    const ms = parseDuration(value?.text ?? '')
    if (value === undefined || ms === undefined || ms <= dayMs) return []
    return [diagnostic('INVALID_VALUE', `${key} must be at most 1d, not ${value.text}`, value.at())]
  })
}

/** A credential that is named somewhere must stand below `credentials`. */
export function credentialReference(
  reference: Place | undefined,
  known: readonly string[],
): readonly Diagnostic[] {
  const name = reference?.text ?? ''
  if (reference === undefined || name === '' || known.includes(name)) return []
  const hint = didYouMean(name, known) ?? (known.length === 0 ? 'add it below credentials' : undefined)
  return [diagnostic('UNKNOWN_REFERENCE', `there is no credential ${quoted(name)}`, reference.at(), hint)]
}

/** Two names for one device would let two sessions change it at the same time. */
function sharedAddresses(hosts: readonly (readonly [string, Place])[], port: number): readonly Diagnostic[] {
  const first = new Map<string, string>()
  return hosts.flatMap(([name, host]) => {
    const address = host.get('address')
    if (address?.text === undefined) return []
    const own = host.get('port')?.number ?? port
    const key = `${addressKey(address.text.toLowerCase())} ${own}`
    const other = first.get(key)
    if (other === undefined) {
      first.set(key, name)
      return []
    }
    const message = `${address.text} port ${own} is also the host ${quoted(other)}: one device has one name`
    return [diagnostic('DUPLICATE', message, address.at())]
  })
}

/** Everything about `hosts` that a schema cannot say. */
export function hostProblems(root: Place, credentials: readonly string[]): readonly Diagnostic[] {
  const hosts = root.get('hosts')?.entries() ?? []
  const defaults = root.get('defaults')
  const each = hosts.flatMap(([name, host]) => [
    ...nameProblem(name, 'a host', host.keyAt()),
    ...addressProblem(host.get('address')),
    ...endpointProblems(host),
    ...(host.get('groups')?.items() ?? []).flatMap((group) =>
      group.text === undefined || group.text === '' ? [] : nameProblem(group.text, 'a group', group.at()),
    ),
    ...labelProblems(host),
    ...credentialReference(host.get('credential'), credentials),
    ...timeoutProblems(host),
    ...(host.get('credential') === undefined && defaults?.get('credential') === undefined
      ? [
          diagnostic(
            'MISSING_KEY',
            `the host ${quoted(name)} has no credential`,
            host.keyAt(),
            'name one here, or for all hosts below defaults',
          ),
        ]
      : []),
  ])
  return [...each, ...sharedAddresses(hosts, defaults?.get('port')?.number ?? 22)]
}
