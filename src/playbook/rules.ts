import type { Place } from '../document/place.ts'
import { visibleLine } from '../document/visible-line.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { parseDuration } from '../kernel/duration.ts'
import { quoted } from '../kernel/printable.ts'
import { parseContextName, parseMapName, parseProfileName } from '../model/ids.ts'
import { revertTimerMinutes } from '../model/revert-timer.ts'
import { driftProblems } from './drift.ts'
import { exceptionProblems, type PlaybookOptions } from './exceptions.ts'
import { hostRules, repeated } from './lists.ts'
import { rolloutProblems } from './rollout.ts'

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

function profileRules(profiles: Place | undefined): readonly Diagnostic[] {
  const names = [...(profiles?.items() ?? []), ...(profiles?.get('except')?.items() ?? [])]
  return [
    ...names.flatMap((name) => badName(name, 'an IPsec profile', parseProfileName)),
    ...repeated(
      (profiles?.items() ?? []).filter((name) => name.text !== undefined),
      'the profile',
    ),
  ]
}

function contextRules(item: Place): readonly Diagnostic[] {
  const context = item.get('context')
  const text = context?.text ?? ''
  if (context === undefined || text === '') return []
  const profiles = item.get('vtiProfiles')
  const misplaced =
    profiles === undefined
      ? []
      : [
          diagnostic(
            'INVALID_VALUE',
            'vtiProfiles cannot stand beside context: ASA has route-based VPN in single context mode only',
            profiles.keyAt(),
            'take one of them out',
          ),
        ]
  return [...contextNameRules(context, text), ...misplaced]
}

function contextNameRules(context: Place, text: string): readonly Diagnostic[] {
  if (parseContextName(text) === undefined) {
    const hint = 'a context name has letters, digits and _ . -, at most 32 in all, and no blank'
    return [invalid(context, `${quoted(text)} cannot be the name of a context`, hint)]
  }
  // ASA keeps both words for itself, in any case of letters.
  if (!/^(?:system|null)$/i.test(text)) return []
  const hint = 'name the context that holds the crypto map, as show context lists it'
  return [invalid(context, `${quoted(text)} is not the name of a context: ASA reserves the word`, hint)]
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

function revertTimerRules(place: Place | undefined): readonly Diagnostic[] {
  const minutes = /^(\d{1,3})m$/.exec(place?.text ?? '')?.[1]
  if (place === undefined || minutes === undefined) return []
  const { least, most } = revertTimerMinutes
  if (Number(minutes) >= least && Number(minutes) <= most) return []
  return [invalid(place, `revertTimer must be from ${least}m to ${most}m, or off or auto, not ${place.text}`)]
}

/**
 * Every problem of a playbook that its schema does not find.
 *
 * @param options by which exceptions expire
 */
export function playbookProblems(root: Place, options: PlaybookOptions): readonly Diagnostic[] {
  const routers = root.get('routers')?.items() ?? []
  const asas = root.get('asas')?.items() ?? []
  return [
    ...['name', 'change', 'inventory'].flatMap((key) => visibleLine(root.get(key), key)),
    ...[...routers, ...asas].flatMap((item) => [...hostRules(item), ...mapRules(item)]),
    ...routers.flatMap((item) => profileRules(item.get('profiles'))),
    ...asas.flatMap((item) => [...profileRules(item.get('vtiProfiles')), ...contextRules(item)]),
    ...durationRules(root.get('proof')),
    ...revertTimerRules(root.get('revertTimer')),
    ...rolloutProblems(root),
    ...driftProblems(root),
    ...exceptionProblems(root, options),
  ]
}
