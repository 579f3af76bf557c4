import { formatMoment } from '../kernel/moment.ts'
import type { Status } from '../model/outcome.ts'
import { chatText, shortened } from './chat-text.ts'
import { tallyOf } from './names.ts'

/**
 * `wrong`: it is, and was not told so. `happened`: told each time. `still`: told before, and it is so still. `well`: it
 * was told as wrong and is not any more.
 */
export type News = 'wrong' | 'happened' | 'still' | 'well'

/** One thing that is told. Texts are as devices and files say them. */
export interface NoticeRow {
  readonly news: News
  readonly subject: 'device' | 'schedule' | 'file'
  readonly schedule?: string
  readonly host?: string
  /** What was told last; absent where nothing was. */
  readonly from?: string
  readonly to: string
  readonly kind?: string
  /** Of what was missed. */
  readonly count?: number
  readonly codes: readonly string[]
  readonly message?: string
  readonly next?: string
  /** ISO. */
  readonly since?: string
  /** The same in a few words of ours: `hub3 drifted`. */
  readonly says: string
  /** The worst has the lowest. */
  readonly rank: number
}

/** What a notice says of the run that it comes from; all absent where it comes from none. */
export interface NoticeFacts {
  readonly at: string
  readonly playbook?: string
  readonly runId?: string
  readonly exitCode?: number
  readonly totals?: Readonly<Partial<Record<Status, number>>>
  /** Devices of the run, and those of them that are not as they should be. */
  readonly wrong?: number
  readonly devices?: number
}

/** So many rows stand in the text; the rest is counted. */
export const mostRows = 20
// Slack advises 4,000 characters, and Rocket.Chat refuses more than 5,000 by default.
const mostText = 4_000
// Teams takes 28 KB.
const mostBytes = 24 * 1024
const mostChanges = 100
const order: readonly News[] = ['wrong', 'happened', 'still', 'well']
const byName = new Intl.Collator('en', { numeric: true })

/** Worst first, news before what was told already. */
export function sortedRows(rows: readonly NoticeRow[]): readonly NoticeRow[] {
  return [...rows].sort(
    (a, b) =>
      order.indexOf(a.news) - order.indexOf(b.news) ||
      a.rank - b.rank ||
      byName.compare(`${a.schedule} ${a.host}`, `${b.schedule} ${b.host}`),
  )
}

type Body = Readonly<Record<string, unknown>>

/**
 * What is posted to a webhook; its schema is `notice.schema.json`. Whatever the rows say, it is below 24 KB as JSON, and
 * its text below 4,000 characters. Its keys are none that Slack or Mattermost would act on, but for `text`.
 */
export function noticeBody(id: string, rows: readonly NoticeRow[], facts: NoticeFacts): Body {
  const sorted = sortedRows(rows)
  const text = noticeText(sorted, facts)
  const body = (count: number): Body => ({ ...head(id, sorted, facts, text), ...changes(sorted, count) })
  let count = Math.min(sorted.length, mostChanges)
  while (count > 1 && Buffer.byteLength(JSON.stringify(body(count))) > mostBytes) count = Math.ceil(count / 2)
  return body(count)
}

function head(id: string, rows: readonly NoticeRow[], facts: NoticeFacts, text: string): Body {
  const { at, playbook, runId, exitCode, totals, wrong, devices } = facts
  const schedule = scheduleOf(rows)
  return {
    formatVersion: 1,
    id,
    kind: kindOf(rows),
    at,
    text,
    ...(schedule === undefined ? {} : { schedule: shortened(schedule, 100) }),
    ...(playbook === undefined ? {} : { playbook: shortened(playbook, 300) }),
    ...(runId === undefined ? {} : { runId: shortened(runId, 100) }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(totals === undefined ? {} : { totals }),
    ...(wrong === undefined ? {} : { wrong }),
    ...(devices === undefined ? {} : { devices }),
  }
}

function changes(rows: readonly NoticeRow[], count: number): Body {
  return { changes: rows.slice(0, count).map(changeOf), moreChanges: rows.length - count }
}

function changeOf({ schedule, host, codes, message, next, ...row }: NoticeRow): Body {
  const { news, subject, from, to, kind, count, since } = row
  return {
    news,
    subject,
    ...(schedule === undefined ? {} : { schedule: shortened(schedule, 100) }),
    ...(host === undefined ? {} : { host: shortened(host, 100) }),
    ...(from === undefined ? {} : { from }),
    to,
    ...(kind === undefined ? {} : { kind }),
    ...(count === undefined ? {} : { count }),
    codes: codes.slice(0, 10).map((code) => shortened(code, 60)),
    ...(message === undefined ? {} : { message: shortened(message, 500) }),
    ...(next === undefined ? {} : { next: shortened(next, 500) }),
    ...(since === undefined ? {} : { since }),
  }
}

/** Whether somebody has to do something, or everything in it is well again, or was told before. */
function kindOf(rows: readonly NoticeRow[]): 'news' | 'recovery' | 'reminder' {
  const has = (...news: readonly News[]): boolean => rows.some((row) => news.includes(row.news))
  if (has('wrong', 'happened')) return 'news'
  return has('well') ? 'recovery' : 'reminder'
}

/** The one that all rows are about. */
function scheduleOf(rows: readonly NoticeRow[]): string | undefined {
  const [first] = rows
  return rows.every(({ schedule }) => schedule === first?.schedule) ? first?.schedule : undefined
}

function noticeText(rows: readonly NoticeRow[], facts: NoticeFacts): string {
  const [first, ...others] = rows
  if (first === undefined) return ''
  const end = runLine(facts)
  const one = scheduleOf(rows) !== undefined
  const lines = [firstLine(first, others.length, facts)]
  // Room for the two last lines.
  let room = mostText - lines.join('').length - end.length - 40
  for (const row of others.slice(0, mostRows - 1)) {
    const line = `• ${one ? '' : prefix(row)}${sentence(row)}${nextOf(row)}`
    room -= line.length + 1
    if (room < 0) break
    lines.push(line)
  }
  const left = rows.length - lines.length
  return [...lines, ...(left > 0 ? [`and ${left} more`] : []), ...(end === '' ? [] : [end])].join('\n')
}

function firstLine(row: NoticeRow, others: number, { wrong, devices }: NoticeFacts): string {
  const more = others === 0 ? '' : ` and ${others} more`
  const count = wrong === undefined || devices === undefined ? '' : `, ${wrong} of ${devices} wrong`
  return `${prefix(row)}${sentence(row)}${more}${row.subject === 'device' ? count : ''}${nextOf(row)}`
}

function prefix({ schedule }: NoticeRow): string {
  return schedule === undefined ? 'schedules file: ' : `${chatText(schedule, 100)}: `
}

function sentence({ says, message, news, since }: NoticeRow): string {
  const ms = since === undefined || news !== 'still' ? Number.NaN : Date.parse(since)
  const long = Number.isNaN(ms) ? '' : `, since ${formatMoment(ms)}`
  return `${chatText(says, 200)}${long}${message === undefined ? '' : ` (${chatText(message, 240)})`}`
}

function nextOf({ next }: NoticeRow): string {
  return next === undefined ? '' : `; next: ${chatText(next, 240)}`
}

function runLine({ runId, exitCode, totals }: NoticeFacts): string {
  if (runId === undefined) return ''
  const tally = totals === undefined ? '' : `: ${tallyOf(totals)}`
  return `run ${chatText(runId, 100)}${exitCode === undefined ? '' : `, exit ${exitCode}`}${tally}`
}
