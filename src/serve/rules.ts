import { freezeRules } from '../document/freeze.ts'
import type { Place } from '../document/place.ts'
import { inWords } from '../document/schema.ts'
import { literalWarning, type PathBase } from '../document/secret-ref.ts'
import { visibleLine } from '../document/visible-line.ts'
import { timeZoneRules, windowRules } from '../document/window.ts'
import { type Diagnostic, diagnostic, type SourcePosition } from '../kernel/diagnostics.ts'
import { parseDuration } from '../kernel/duration.ts'
import { didYouMean } from '../kernel/nearest.ts'
import { quoted } from '../kernel/printable.ts'
import { noHostPattern, parseHostPattern } from '../model/host-pattern.ts'
import { parseDeviceName } from '../model/ids.ts'
import { cronRules, jitterRules } from './cron-rules.ts'
import { listenRules } from './listen.ts'

// What a schema cannot say. Every rule passes over values of a wrong type: the schema has told those.

const minuteMs = 60_000
const dayMs = 86_400_000
const pathKeys = ['playbook', 'inventory', 'baseline'] as const

function channelsOf(root: Place): readonly (readonly [name: string, channel: Place])[] {
  return root.get('notify')?.entries() ?? []
}

/** Every secret of the file, with what it is called. */
function secretsOf(root: Place): readonly (readonly [what: string, secret: Place | undefined])[] {
  return [
    ['the token', root.get('token')],
    ...channelsOf(root).flatMap(([name, channel]) => [
      [`the webhook of ${quoted(name)}`, channel.get('webhook')] as const,
      [`the key of ${quoted(name)}`, channel.get('signWith')] as const,
    ]),
  ]
}

/**
 * Secrets that are asked for at a terminal (INVALID_VALUE). A judge of its own that speaks before the schema, which
 * could only say that the key is unknown.
 */
export function promptProblems(root: Place): readonly Diagnostic[] {
  return secretsOf(root).flatMap(([what, secret]) => {
    const prompt = secret?.get('prompt')
    if (prompt === undefined) return []
    const hint = 'take it from { env: NAME }, { file: PATH } or { command: [PROGRAM, …] }'
    const message = `${what} cannot be asked for: nobody sits in front of serve`
    return [diagnostic('INVALID_VALUE', message, prompt.keyAt(), hint)]
  })
}

function nameRules(name: string, what: string, at: SourcePosition): readonly Diagnostic[] {
  if (name === '' || parseDeviceName(name) !== undefined) return []
  const hint = 'a name has letters, digits and _ . -, at most 63 in all, and no blank'
  return [diagnostic('INVALID_VALUE', `${quoted(name)} cannot be the name of ${what}`, at, hint)]
}

/** A schedule's history, messages and metrics go by its name. */
function repeatedNames(items: readonly Place[]): readonly Diagnostic[] {
  const first = new Map<string, number>()
  return items.flatMap((item) => {
    const name = item.get('name')
    if (name?.text === undefined || name.text === '') return []
    const line = first.get(name.text)
    if (line === undefined) {
      first.set(name.text, name.at().line)
      return []
    }
    const message = `the schedule ${quoted(name.text)} stands in line ${line} already`
    return [diagnostic('DUPLICATE', message, name.at(), 'give each a name of its own')]
  })
}

function channelRules(root: Place): readonly Diagnostic[] {
  const used = new Set(
    (root.get('schedules')?.items() ?? []).flatMap((item) =>
      (item.get('notify')?.items() ?? []).map(({ text }) => text),
    ),
  )
  return channelsOf(root).flatMap(([name, channel]) => [
    ...nameRules(name, 'a channel', channel.keyAt()),
    ...(used.has(name) ? [] : [unusedChannel(name, channel)]),
    ...boundRules(channel.get('remind'), {
      key: 'remind',
      least: minuteMs,
      most: 365 * dayMs,
      words: '1m to 365d',
    }),
  ])
}

function unusedChannel(name: string, channel: Place): Diagnostic {
  const message = `nothing is told on the channel ${quoted(name)}: no schedule names it`
  const hint = `add notify: [${name}] to a schedule, or take the channel out`
  return { ...diagnostic('INVALID_VALUE', message, channel.keyAt(), hint), severity: 'warning' }
}

function boundRules(
  place: Place | undefined,
  bound: { readonly key: string; readonly least: number; readonly most: number; readonly words: string },
): readonly Diagnostic[] {
  const ms = parseDuration(place?.text ?? '')
  if (place === undefined || ms === undefined || (ms >= bound.least && ms <= bound.most)) return []
  return [
    diagnostic('INVALID_VALUE', `${bound.key} must be from ${bound.words}, not ${place.text}`, place.at()),
  ]
}

function referenceRules(item: Place, channels: readonly string[]): readonly Diagnostic[] {
  return (item.get('notify')?.items() ?? []).flatMap((place) => {
    if (place.text === undefined || place.text === '' || channels.includes(place.text)) return []
    const hint =
      didYouMean(place.text, channels) ??
      (channels.length === 0
        ? 'add it below notify'
        : `there ${channels.length === 1 ? 'is' : 'are'} ${inWords(channels.slice(0, 5).map(quoted))}`)
    return [diagnostic('UNKNOWN_REFERENCE', `there is no channel ${quoted(place.text)}`, place.at(), hint)]
  })
}

function limitRules(limit: Place | undefined): readonly Diagnostic[] {
  if (limit?.text === undefined || limit.text === '') return []
  const patterns = limit.text.split(',').map((part) => part.trim().replace(/^!/, ''))
  if (patterns.includes('')) {
    const message = `limit ${quoted(limit.text)} has an empty pattern`
    return [diagnostic('INVALID_VALUE', message, limit.at(), 'write patterns separated by single commas')]
  }
  return patterns.flatMap((text) =>
    parseHostPattern(text) === undefined ? [noHostPattern(text, limit.at())] : [],
  )
}

function modeRules(item: Place): readonly Diagnostic[] {
  const window = item.get('window')
  const mode = item.get('mode')
  if (window === undefined || mode?.text === 'remediate') return []
  // Another word has been told by the schema, and may be meant for it.
  if (mode !== undefined && mode.text !== 'check') return []
  const message = 'window goes with mode: remediate only: a check changes nothing, and is due at any time'
  return [diagnostic('INVALID_VALUE', message, window.keyAt(), 'add mode: remediate, or take window out')]
}

function scheduleRules(item: Place, channels: readonly string[]): readonly Diagnostic[] {
  const name = item.get('name')
  return [
    ...(name?.text === undefined ? [] : nameRules(name.text, 'a schedule', name.at())),
    ...cronRules(item.get('cron')),
    ...jitterRules(item.get('jitter'), item.get('cron')),
    ...timeZoneRules(item.get('timezone')),
    ...pathKeys.flatMap((key) => visibleLine(item.get(key), key)),
    ...limitRules(item.get('limit')),
    ...modeRules(item),
    ...windowRules(item.get('window')),
    ...referenceRules(item, channels),
  ]
}

function homeRules(root: Place, base: PathBase): readonly Diagnostic[] {
  if (base.home !== undefined) return []
  const files = [
    ...secretsOf(root).flatMap(([, secret]) => secret?.get('file') ?? []),
    ...(root.get('schedules')?.items() ?? []).flatMap((item) =>
      pathKeys.flatMap((key) => item.get(key) ?? []),
    ),
  ]
  return files
    .filter(({ text }) => text === '~' || text?.startsWith('~/'))
    .map((file) =>
      diagnostic(
        'INVALID_VALUE',
        '~/ has no meaning here: there is no home folder',
        file.at(),
        'write the whole path',
      ),
    )
}

/** Every problem of a schedules file that its schema does not find, and what deserves a word. */
export function schedulesProblems(root: Place, base: PathBase): readonly Diagnostic[] {
  const items = root.get('schedules')?.items() ?? []
  const channels = channelsOf(root).map(([name]) => name)
  return [
    ...timeZoneRules(root.get('timezone')),
    ...listenRules(root),
    ...homeRules(root, base),
    ...secretsOf(root).flatMap(([what, secret]) => literalWarning(secret, what, false)),
    ...boundRules(root.get('retention')?.get('keep'), {
      key: 'retention.keep',
      least: dayMs,
      most: 3650 * dayMs,
      words: '1d to 3650d',
    }),
    ...freezeRules(root.get('freeze')),
    ...channelRules(root),
    ...items.flatMap((item) => scheduleRules(item, channels)),
    ...repeatedNames(items),
  ]
}
