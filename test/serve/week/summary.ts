import type { DeviceOutcome } from '../../../src/model/outcome.ts'
import type { ServeEventAt } from '../../../src/model/serve-event.ts'
import { writes } from './judge.ts'
import type { RanRun } from './lab.ts'
import type { Week } from './play.ts'
import { weekStartMs } from './script.ts'

// The week as a person would tell it: day by day what happened, what ikero saw, what it did, and whom it told.

interface Line {
  readonly atMs: number
  readonly text: string
}

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
const dayMs = 86_400_000
const clockOf = (ms: number): string => new Date(ms).toISOString().slice(11, 16)
const hostsFirst = new Intl.Collator('en', { numeric: true })

/** `hub3 drifted`; undefined for a device of which nothing needs to be said. */
function standing({ host, status, targets, findings }: DeviceOutcome): string | undefined {
  const kinds = new Set(targets.flatMap(({ pendingKind }) => pendingKind ?? []))
  const codes = findings.map(({ code }) => code)
  if (codes.includes('DRIFT_FOUGHT')) return `${host} drifted, fought over`
  if (kinds.size > 0) return `${host} ${[...kinds].join(' and ')}`
  if (codes.includes('PROOF_OVERDUE')) return `${host} overdue`
  return ['verified', 'compliant', 'unproven', 'skipped'].includes(status) ? undefined : `${host} ${status}`
}

function seen({ result }: RanRun): string {
  const all = result.devices.flatMap((device) => standing(device) ?? [])
  return all.length === 0 ? 'all is as asked' : all.toSorted(hostsFirst.compare).join(', ')
}

function done({ result }: RanRun): readonly string[] {
  const { begun = [], held = [] } = result.remediation ?? {}
  const became = begun.map((host) => {
    const device = result.devices.find((one) => one.host === host)
    return `${host} (${device?.status}, saved: ${device?.saved})`
  })
  const reasons = [...new Set(held.map(({ why }) => why))]
  return [
    ...(became.length === 0 ? [] : [`puts back ${became.join(', ')}`]),
    ...reasons.map(
      (why) => `leaves ${held.flatMap((one) => (one.why === why ? [one.host] : [])).join(', ')}: ${why}`,
    ),
  ]
}

/** Checks that find what the one before found are counted only. */
function runLines(ran: readonly RanRun[]): readonly Line[] {
  let before = ''
  let same = 0
  return ran.flatMap((run): readonly Line[] => {
    if (run.command === 'apply') return []
    const atMs = run.startedMs
    if (run.command === 'verify')
      return [{ atMs, text: `serve looks at an open proof: exit ${run.exitCode}` }]
    const now = seen(run)
    if (run.schedule === 'nightly') {
      before = now
      return [{ atMs, text: [`nightly, exit ${run.exitCode}: ${now}`, ...done(run)].join('; ') }]
    }
    same += 1
    if (now === before) return []
    const count = same
    before = now
    same = 0
    return [
      {
        atMs,
        text: `check ${count === 1 ? '' : `(${count - 1} before found nothing new) `}exit ${run.exitCode}: ${now}`,
      },
    ]
  })
}

function eventLines(told: readonly ServeEventAt[]): readonly Line[] {
  return told.flatMap(({ at, event }): readonly Line[] => {
    if (event.kind !== 'missed') return []
    const times = event.count === 1 ? 'time' : 'times'
    return [
      {
        atMs: Date.parse(at),
        text: `serve counts ${event.count} missed ${times} of ${event.schedule} (${event.why})`,
      },
    ]
  })
}

/** What was told, at the moment at which it was taken, with how often it was tried. */
function noticeLines({ posts }: Week): readonly Line[] {
  return posts.flatMap((post): readonly Line[] => {
    if (post.became !== 'taken') return []
    const tries = posts.filter(({ channel, id }) => channel === post.channel && id === post.id).length
    const { changes, kind } = post.body
    const rows = Array.isArray(changes) ? changes.map((row: unknown) => rowText(row)) : []
    const again = tries === 1 ? '' : ` (tried ${tries} times)`
    return [{ atMs: post.atMs, text: `  to ${post.channel}, ${String(kind)}${again}: ${rows.join(', ')}` }]
  })
}

function rowText(row: unknown): string {
  if (typeof row !== 'object' || row === null) return 'unreadable'
  const word = (key: string): string => String(Reflect.get(row, key) ?? '')
  const codes: unknown = Reflect.get(row, 'codes')
  const fights = Array.isArray(codes) && codes.includes('DRIFT_FOUGHT') ? ', fought over' : ''
  const news = word('news')
  if (news === 'happened')
    return word('host') === '' ? `missed times of ${word('schedule')}` : `put back ${word('host')}`
  const what = word('kind') === '' ? word('to') : word('kind')
  return `${news} ${word('host') === '' ? word('schedule') : word('host')} ${what}${fights}`
}

function totals(week: Week): readonly string[] {
  const { lab, posts, told } = week
  const drifts = lab.ran.filter(({ command }) => command === 'drift')
  const count = (schedule: string): number => drifts.filter((run) => run.schedule === schedule).length
  const begun = drifts.flatMap(({ result }) => result.remediation?.begun ?? [])
  const hosts = [...new Set(begun)].toSorted(hostsFirst.compare)
  const missed = told.reduce((sum, { event }) => sum + (event.kind === 'missed' ? event.count : 0), 0)
  const lines = writes(week).filter(({ runId }) => drifts.some((run) => run.runId === runId))
  const notices = new Set(posts.map(({ channel, id }) => `${channel} ${id}`)).size
  return [
    `${count('checks')} checks and ${count('nightly')} nightly runs; ${missed} times were missed, and told`,
    `put back ${begun.length} times: ${hosts.map((host) => `${host} ${begun.filter((one) => one === host).length}`).join(', ')}`,
    `${lines.length} lines that change or save a configuration, all of them by nightly runs`,
    `${notices} notices, posted ${posts.length} times, each taken once`,
    `wrong when the week ends: ${lab.ran
      .at(-1)
      ?.after.wrong.map(({ host, target }) => `${host} ${target}`)
      .join(', ')}`,
  ]
}

/** The whole week as text; times are UTC. */
export function summaryOf(week: Week): string {
  const lines = [
    ...week.happened.map(({ atMs, says }): Line => ({ atMs, text: `* ${says}` })),
    ...eventLines(week.told),
    ...runLines(week.lab.ran),
    ...noticeLines(week),
  ].toSorted((a, b) => a.atMs - b.atMs)
  const byDay = days.map((name, nth) => {
    const fromMs = weekStartMs + nth * dayMs
    // The last check of Sunday is that of midnight.
    const toMs = nth === days.length - 1 ? Number.POSITIVE_INFINITY : fromMs + dayMs
    const own = lines.filter(({ atMs }) => fromMs <= atMs && atMs < toMs)
    const date = new Date(fromMs).toISOString().slice(0, 10)
    return [`${name} ${date}`, ...own.map(({ atMs, text }) => `${clockOf(atMs)} ${text}`), ''].join('\n')
  })
  return `${['Times are UTC; * is what people and accidents do.', '', ...byDay, ...totals(week), ''].join('\n')}`
}
