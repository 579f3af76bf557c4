import { isoMs } from '../kernel/moment.ts'
import { type Status, statuses } from '../model/outcome.ts'
import type { DeviceStanding, DeviceState } from '../model/serve-state.ts'
import { type Tone, toneOf } from './change-report.ts'

const settled: readonly Status[] = ['unproven', 'verified', 'compliant']

/**
 * Whether a person has to do something about a device, as the exit code of drift counts it: what is expected is not
 * counted, a changed host key always is, and what waits for its proof may wait until that is overdue.
 */
export function needsSomebody({ status, codes, known }: DeviceStanding): boolean {
  if (codes.includes('HOST_KEY_CHANGED')) return true
  if (known === true) return false
  return !settled.includes(status) || codes.includes('PROOF_OVERDUE')
}

/** How good that is. A setting that somebody took away is no alarm of the device: it is as it was before. */
export function standingTone(standing: DeviceStanding): Tone {
  const { status, known } = standing
  if (!needsSomebody(standing)) return known === true ? 'plain' : status === 'unproven' ? 'info' : 'good'
  return standing.codes.includes('HOST_KEY_CHANGED') || toneOf(status) === 'bad' ? 'bad' : 'open'
}

const kindWords = { drifted: 'drifted', 'never-applied': 'never applied', unsaved: 'not saved' } as const

/** One or two words: `drifted`, `not saved`, `compliant`, `blocked (expected)`. */
export function standingWord(standing: DeviceStanding): string {
  const { status, kind, codes, known } = standing
  const word = kind === undefined ? status.replace('-', ' ') : (kindWords[kind] ?? String(kind))
  if (known === true && !needsSomebody(standing)) return `${word} (expected)`
  return status === 'unproven' && codes.includes('PROOF_OVERDUE') ? 'proof overdue' : word
}

/** What has happened to a device, behind its name in a sentence; the first code of these that it has. */
const phrases: readonly (readonly [string, string])[] = [
  ['HOST_KEY_CHANGED', 'shows another host key'],
  ['IDENTITY_CHANGED', 'is another box than on record'],
  ['PEER_LOST', 'lost a peer'],
  ['ROLE_CONTRADICTED', 'starts IKE itself'],
  ['DRIFT_FOUGHT', 'drifts again and again'],
  ['PROOF_OVERDUE', 'is overdue with its proof'],
]

const statusPhrases: Readonly<Record<Status, string>> = {
  unknown: 'is in a state that is not known',
  failed: 'failed',
  'rolled-back': 'was taken back',
  unreachable: 'cannot be reached',
  blocked: 'is blocked',
  skipped: 'was left out',
  unproven: 'waits for its proof',
  pending: 'is not as asked',
  verified: 'is proven',
  compliant: 'is as asked',
}

const kindPhrases = { drifted: 'drifted', 'never-applied': 'was never set', unsaved: 'is not saved' } as const

/** `drifted`, `lost a peer`: behind the name of a device. */
export function standingPhrase({ status, kind, codes }: DeviceStanding): string {
  const coded = phrases.find(([code]) => codes.includes(code))?.[1]
  return (
    coded ?? (kind === undefined ? undefined : kindPhrases[kind]) ?? statusPhrases[status] ?? String(status)
  )
}

const byName = new Intl.Collator('en', { numeric: true })

function rank({ now }: DeviceState): number {
  if (now.codes.includes('HOST_KEY_CHANGED')) return -1
  const status = statuses.indexOf(now.status)
  return needsSomebody(now) ? status : status + statuses.length + (now.known === true ? 0 : statuses.length)
}

/** Whoever needs somebody first, worst first, then what is expected, then the rest; among equals by name. */
export function worstStandingFirst(devices: readonly DeviceState[]): readonly DeviceState[] {
  return devices.toSorted((a, b) => rank(a) - rank(b) || byName.compare(a.host, b.host))
}

/** A span of time in which a device stood in one way, or it is not known how. */
export interface StandingSpan {
  readonly fromMs: number
  readonly toMs: number
  readonly standing?: DeviceStanding
}

/** How a device stood in the time before `nowMs`, without gaps, oldest first; what looks the same is one span. */
export function standingSpans(device: DeviceState, nowMs: number, lengthMs: number): readonly StandingSpan[] {
  const begin = nowMs - lengthMs
  const changes = [...device.history.map(({ at, to }) => ({ at, to })), { at: device.since, to: device.now }]
    .map(({ at, to }) => ({ fromMs: isoMs(at), standing: to }))
    .filter(({ fromMs }) => fromMs < nowMs)
    .toSorted((a, b) => a.fromMs - b.fromMs)
  const spans: StandingSpan[] = []
  for (const [index, { fromMs, standing }] of changes.entries()) {
    const toMs = changes[index + 1]?.fromMs ?? nowMs
    if (toMs <= begin || toMs <= fromMs) continue
    const before = spans.at(-1)
    if (before?.standing !== undefined && looksAs(before.standing, standing))
      spans[spans.length - 1] = { ...before, toMs }
    else spans.push({ fromMs: Math.max(begin, fromMs), toMs, standing })
  }
  const first = spans[0]?.fromMs ?? nowMs
  return first > begin ? [{ fromMs: begin, toMs: first }, ...spans] : spans
}

function looksAs(one: DeviceStanding, other: DeviceStanding): boolean {
  return standingTone(one) === standingTone(other) && standingWord(one) === standingWord(other)
}
