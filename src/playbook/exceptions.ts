import type { Place } from '../document/place.ts'
import { visibleLine } from '../document/visible-line.ts'
import { hasPassed, isCalendarDate } from '../kernel/calendar-date.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { didYouMean } from '../kernel/nearest.ts'
import { assertNever } from '../kernel/never.ts'
import { quoted } from '../kernel/printable.ts'
import { isAddress } from '../model/address.ts'
import { isTargetName } from '../model/intent.ts'
import type { Acceptance, KnownEntry } from '../model/playbook.ts'
import { acceptabilityOf, acceptableCodes } from './acceptable.ts'
import { hostRules, hostsOf, repeated } from './lists.ts'

// `accept` and `known`: what people have decided about findings and statuses, with a name and an end.

export interface PlaybookOptions {
  /** `YYYY-MM-DD`: entries of `accept` and `known` whose last day lies before it have expired. */
  readonly today: string
  /** An expired entry of `known` is no mistake, and is among those that are given. */
  readonly expiredKnown?: 'kept'
}

function itemsBelow(root: Place, key: string): readonly Place[] {
  return root.get(key)?.items() ?? []
}

/** The entries of `accept`; their hosts are named when an inventory is there. */
export function acceptancesOf(root: Place): readonly Acceptance[] {
  return itemsBelow(root, 'accept').map((item) => {
    const targets = item.get('targets')
    return {
      code: item.get('code')?.text ?? '',
      hosts: [],
      patterns: hostsOf(item),
      targets: targets?.text === undefined ? (targets?.items() ?? []).map(textOf) : [targets.text],
      reason: textOf(item.get('reason')),
      by: textOf(item.get('by')),
      until: textOf(item.get('until')),
      at: item.at(),
    }
  })
}

/** The entries of `known`, likewise. */
export function knownOf(root: Place): readonly KnownEntry[] {
  return itemsBelow(root, 'known').map((item) => ({
    hosts: [],
    patterns: hostsOf(item),
    status: textOf(item.get('status')),
    reason: textOf(item.get('reason')),
    until: textOf(item.get('until')),
    at: item.at(),
  }))
}

function textOf(place: Place | undefined): string {
  return place?.text ?? ''
}

function codeRules(place: Place | undefined): readonly Diagnostic[] {
  const code = place?.text ?? ''
  if (place === undefined || code === '') return []
  const may = acceptabilityOf(code)
  switch (may) {
    case 'yes':
      return []
    case 'no': {
      const hint = 'take the target or the host out of the playbook, or remove the cause'
      return [diagnostic('INVALID_VALUE', `${code} cannot be accepted: it always refuses`, place.at(), hint)]
    }
    case 'harmless': {
      const message = `${code} needs no acceptance: it refuses nothing`
      return [diagnostic('INVALID_VALUE', message, place.at(), 'take the entry out')]
    }
    case undefined:
      return [unknownCode(code, place)]
    default:
      return assertNever(may)
  }
}

function unknownCode(code: string, place: Place): Diagnostic {
  const hint = didYouMean(code, acceptableCodes()) ?? "'ikero explain CODE' says which codes can be accepted"
  return diagnostic('INVALID_VALUE', `${quoted(code)} is no code that can be accepted`, place.at(), hint)
}

function targetRules(place: Place | undefined): readonly Diagnostic[] {
  const items = (place?.items() ?? []).filter((item) => item.text !== undefined && item.text !== '')
  const star = items.find((item) => item.text === '*')
  if (star !== undefined && items.length > 1) {
    const message = '"*" stands for all targets and peers already'
    return [diagnostic('INVALID_VALUE', message, star.at(), 'leave "*" or the others out')]
  }
  const hint =
    'write "*" alone for all, a target such as outside_map/120, VPN or customer-a:outside_map/10, or an address'
  const bad = items
    .filter(({ text = '' }) => text !== '*' && !isAddress(text) && !isTargetName(text))
    .map((item) =>
      diagnostic(
        'INVALID_VALUE',
        `${quoted(item.text ?? '')} is neither a target nor the address of a peer`,
        item.at(),
        hint,
      ),
    )
  return [...bad, ...repeated(items, 'the target')]
}

/** `until` of an entry; without `today` it may have passed. */
function dateRules(place: Place | undefined, today?: string): readonly Diagnostic[] {
  const until = place?.text ?? ''
  // Other shapes have been told by the schema.
  if (place === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(until)) return []
  if (!isCalendarDate(until)) {
    return [diagnostic('INVALID_VALUE', `${until} is no day of the calendar`, place.at())]
  }
  if (today === undefined || !hasPassed(until, today)) return []
  return [diagnostic('INVALID_VALUE', `the entry expired on ${until}`, place.at(), expiredHint)]
}

const expiredHint = 'take the entry out, or let the person who answers for it set a later day'

/**
 * The entries of `known` that hold today, and a warning for each that does not any more: whoever only looks, at night
 * and without a person, must not stop at one line of a file.
 */
export function withoutExpired(
  known: readonly KnownEntry[],
  today: string,
): { readonly known: readonly KnownEntry[]; readonly warnings: readonly Diagnostic[] } {
  const isOver = ({ until }: KnownEntry): boolean => hasPassed(until, today)
  return {
    known: known.filter((one) => !isOver(one)),
    warnings: known.filter(isOver).map(({ at, patterns = [], status, until }) => {
      const hosts = patterns.map(({ text }) => quoted(text)).join(', ')
      const message = `the entry that expects ${hosts} to be ${status} expired on ${until}, and does not count any more`
      return { ...diagnostic('EXPIRED', message, at, expiredHint), severity: 'warning' }
    }),
  }
}

function entryRules(item: Place, today?: string): readonly Diagnostic[] {
  return [
    ...hostRules(item),
    ...['reason', 'by'].flatMap((key) => visibleLine(item.get(key), key)),
    ...dateRules(item.get('until'), today),
  ]
}

/**
 * What a schema cannot say of `accept` and `known`: INVALID_VALUE (also for an entry that has expired),
 * DUPLICATE, NOT_YET_SUPPORTED.
 *
 * @param today `YYYY-MM-DD`; an entry holds up to and including its last day
 * @param expiredKnown `kept`: an entry of `known` may have expired; {@link withoutExpired} tells of it
 */
export function exceptionProblems(
  root: Place,
  { today, expiredKnown }: PlaybookOptions,
): readonly Diagnostic[] {
  return [
    ...itemsBelow(root, 'accept').flatMap((item) => [
      ...codeRules(item.get('code')),
      ...targetRules(item.get('targets')),
      ...entryRules(item, today),
    ]),
    ...itemsBelow(root, 'known').flatMap((item) =>
      expiredKnown === 'kept' ? entryRules(item) : entryRules(item, today),
    ),
  ]
}
