import type { Place } from '../document/place.ts'
import { visibleLine } from '../document/visible-line.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { parseDuration } from '../kernel/duration.ts'
import { quoted } from '../kernel/printable.ts'
import { noHostPattern, parseHostPattern } from '../model/host-pattern.ts'
import { parseMapName, parseProfileName } from '../model/ids.ts'

// What a schema cannot say. Every rule passes over values of a wrong type: the schema has told those.

const dayMs = 86_400_000
/** Timers of Node end at 24 days; nobody waits a week for a proof in one command. */
const longestWaitMs: number = 7 * dayMs

function invalid(place: Place, message: string, hint?: string): Diagnostic {
  return diagnostic('INVALID_VALUE', message, place.at(), hint)
}

const nameHint = 'a name has letters, digits and _ . : + / @ # & = ~ -, at most 80 in all, and no blank'

function badName(place: Place, what: string, valid: (text: string) => unknown): readonly Diagnostic[] {
  const { text } = place
  if (text === undefined || text === '' || valid(text) !== undefined) return []
  return [invalid(place, `${quoted(text)} cannot be the name of ${what}`, nameHint)]
}

/** Values that stand twice in one list. */
function repeated(places: readonly Place[], what: string): readonly Diagnostic[] {
  const seen = new Set<unknown>()
  return places.flatMap((place) => {
    const again = seen.has(place.value)
    seen.add(place.value)
    if (!again) return []
    const name = place.text === undefined ? String(place.value) : quoted(place.text)
    return [diagnostic('DUPLICATE', `${what} ${name} is listed twice`, place.at())]
  })
}

/** The items of a list, or the one value where a list may be left out. */
export function oneOrMany(place: Place | undefined): readonly Place[] {
  if (place === undefined) return []
  return place.text === undefined ? place.items() : [place]
}

function hostRules(item: Place): readonly Diagnostic[] {
  const hosts = oneOrMany(item.get('hosts')).filter((host) => host.text !== undefined && host.text !== '')
  const bad = hosts
    .filter((host) => parseHostPattern(host.text ?? '') === undefined)
    .map((host) => noHostPattern(host.text ?? '', host.at()))
  return [...bad, ...repeated(hosts, 'the host pattern')]
}

function profileRules(item: Place): readonly Diagnostic[] {
  const profiles = item.get('profiles')
  const names = [...(profiles?.items() ?? []), ...(profiles?.get('except')?.items() ?? [])]
  return [
    ...names.flatMap((name) => badName(name, 'an IPsec profile', parseProfileName)),
    ...repeated(
      (profiles?.items() ?? []).filter((name) => name.text !== undefined),
      'the profile',
    ),
  ]
}

function mapRules(item: Place): readonly Diagnostic[] {
  const maps = item.get('cryptoMaps')?.items() ?? []
  const names = maps.flatMap((map) => map.get('map') ?? [])
  return [
    ...names.flatMap((name) => badName(name, 'a crypto map', parseMapName)),
    ...repeated(
      names.filter((name) => name.text !== undefined),
      'the crypto map',
    ),
    ...maps.flatMap(entryRules),
  ]
}

function entryRules(map: Place): readonly Diagnostic[] {
  const numbers = map.get('entries')?.items() ?? []
  const except = map.get('except')
  const needless =
    except !== undefined && numbers.length > 0
      ? [
          diagnostic(
            'INVALID_VALUE',
            'except goes with entries: static only',
            except.keyAt(),
            'leave the numbers out of entries instead',
          ),
        ]
      : []
  return [...repeated(numbers, 'the entry'), ...needless]
}

function durationRules(proof: Place | undefined): readonly Diagnostic[] {
  return ['within', 'lostAfter'].flatMap((key) => {
    const place = proof?.get(key)
    const ms = parseDuration(place?.text ?? '')
    if (place === undefined || ms === undefined || ms <= longestWaitMs) return []
    return [invalid(place, `proof.${key} must be at most 7d, not ${place.text}`)]
  })
}

/** Every problem of a playbook that its schema does not find. */
export function playbookProblems(root: Place): readonly Diagnostic[] {
  const routers = root.get('routers')?.items() ?? []
  const asas = root.get('asas')?.items() ?? []
  return [
    ...['name', 'change', 'inventory'].flatMap((key) => visibleLine(root.get(key), key)),
    ...[...routers, ...asas].flatMap((item) => [...hostRules(item), ...mapRules(item)]),
    ...routers.flatMap(profileRules),
    ...durationRules(root.get('proof')),
  ]
}
