import type { Place } from '../document/place.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { quoted } from '../kernel/printable.ts'
import { noHostPattern, parseHostPattern } from '../model/host-pattern.ts'
import type { HostPattern } from '../model/playbook.ts'

/** The items of a list, or the one value where a list may be left out. */
export function oneOrMany(place: Place | undefined): readonly Place[] {
  if (place === undefined) return []
  return place.text === undefined ? place.items() : [place]
}

/** Values that stand twice in one list (DUPLICATE). */
export function repeated(places: readonly Place[], what: string): readonly Diagnostic[] {
  const seen = new Set<unknown>()
  return places.flatMap((place) => {
    const again = seen.has(place.value)
    seen.add(place.value)
    if (!again) return []
    const name = place.text === undefined ? String(place.value) : quoted(place.text)
    return [diagnostic('DUPLICATE', `${what} ${name} is listed twice`, place.at())]
  })
}

/** The patterns below `hosts`, with their places. */
export function hostsOf(item: Place): readonly HostPattern[] {
  return oneOrMany(item.get('hosts')).map((host) => ({ text: host.text ?? '', at: host.at() }))
}

/** What is wrong with the patterns below `hosts`, whatever the inventory (INVALID_VALUE, DUPLICATE). */
export function hostRules(item: Place): readonly Diagnostic[] {
  return patternRules(oneOrMany(item.get('hosts')))
}

/** The same for patterns that stand elsewhere. */
export function patternRules(places: readonly Place[]): readonly Diagnostic[] {
  const hosts = places.filter((host) => host.text !== undefined && host.text !== '')
  const bad = hosts
    .filter((host) => parseHostPattern(host.text ?? '') === undefined)
    .map((host) => noHostPattern(host.text ?? '', host.at()))
  return [...bad, ...repeated(hosts, 'the host pattern')]
}
