import type { ServeEvent } from '../../../src/model/serve-event.ts'
import { fought } from './fleet.ts'
import type { RanRun, TypedLine } from './lab.ts'
import type { Post, Week } from './play.ts'
import { hourMs, weekEndMs, weekStartMs } from './script.ts'
import type { Wrong } from './truth.ts'

// What must hold in every week, judged from what the devices are and had, from what was posted, and by a calendar of
// its own; each function says what does not hold.

const dayMs = 24 * hourMs
const remindMs = dayMs
/** As the playbook has them. */
const mostDevices = 6
const breakerTimes = 3
const breakerMs = 7 * dayMs
const frozen = '2026-10-22'

const at = (ms: number): string => new Date(ms).toISOString()
const sorted = (texts: readonly string[]): string => [...new Set(texts)].toSorted().join(' ')

/** What a clock on the wall in Berlin shows: `2026-10-25 02:15`. */
function berlin(ms: number): string {
  const clock = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/Berlin',
    dateStyle: 'short',
    timeStyle: 'short',
  })
  return clock.format(new Date(ms))
}

const word = ({ host, target, kind }: Wrong): string => `${host}/${target}=${kind}`
const drifts = ({ lab }: Week): readonly RanRun[] => lab.ran.filter(({ command }) => command === 'drift')
const nightlies = (week: Week): readonly RanRun[] =>
  drifts(week).filter(({ schedule }) => schedule === 'nightly')
const due = ({ truth }: RanRun): readonly string[] =>
  truth.wrong.flatMap(({ host, kind }) => (kind === 'never-applied' ? [] : [host]))

/** What stands at a check is what it reports: nothing is green that is not, and nothing has drifted that has not. */
export function falseReports(week: Week): readonly string[] {
  return drifts(week).flatMap((run) => {
    const { devices, remediation } = run.result
    const away = devices.flatMap(({ host, status }) => (status === 'unreachable' ? [host] : []))
    const seen =
      run.schedule === 'nightly'
        ? sorted(remediation?.due ?? ['nothing is said'])
        : sorted(
            devices.flatMap(({ host, targets }) =>
              targets.flatMap(({ name: target, pendingKind: kind }) =>
                kind === undefined ? [] : [word({ host, target, kind })],
              ),
            ),
          )
    const stands = sorted(run.schedule === 'nightly' ? due(run) : run.truth.wrong.map(word))
    return [
      ...differs(run, 'away', sorted(run.truth.away), sorted(away)),
      ...differs(run, 'wrong', stands, seen),
    ]
  })
}

function differs(run: RanRun, what: string, stands: string, seen: string): readonly string[] {
  return stands === seen
    ? []
    : [`${at(run.startedMs)} ${run.schedule}: ${what} is "${stands}", and it says "${seen}"`]
}

/** Lines that change or store a configuration, or lead to where one is changed. */
export function writes({ lab }: Week): readonly TypedLine[] {
  return lab.typed.filter(
    ({ mode, line }) =>
      mode === 'config' || mode === 'sub' || /^(?:conf|wr|copy|reload|clear|vpn-sessiondb logoff)/.test(line),
  )
}

/** The profile or entry that a line is about; undefined where it is about none by itself. */
function targetOf(line: string): string | undefined {
  const profile = /^crypto ipsec profile (\S+)$/.exec(line)?.[1]
  const entry = /^crypto map outside_map (\d+) /.exec(line)?.[1]
  return profile ?? (entry === undefined ? undefined : `outside_map/${entry}`)
}

/** Nothing is written but by the nightly run, in its window, outside the freeze, within its limits, to what is wrong. */
export function forbiddenWrites(week: Week): readonly string[] {
  const runs = new Map(week.lab.ran.map((run) => [run.runId, run]))
  return writes(week).flatMap((typed) => {
    const { runId, host, line, atMs } = typed
    const run = runs.get(runId)
    if (run === undefined || run.command === 'apply') return []
    const [day = '', time = ''] = berlin(atMs).split(' ')
    const wrong = run.truth.wrong.filter((one) => one.host === host && one.kind !== 'never-applied')
    const target = targetOf(line)
    const reasons = [
      ...(run.schedule === 'nightly' ? [] : ['not by a run that remediates']),
      ...(time >= '02:00' && time < '03:30' ? [] : [`outside the window, at ${time} in Berlin`]),
      ...(day === frozen ? ['in the freeze'] : []),
      ...(new Set(due(run)).size > mostDevices ? ['more devices are wrong than it may touch'] : []),
      ...(wrong.length === 0 ? ['to a device of which nothing is wrong'] : []),
      ...(target === undefined || wrong.some((one) => one.target.endsWith(target))
        ? []
        : [`about ${target}, which is as asked`]),
    ]
    return reasons.map((why) => `${at(atMs)} ${host} "${line}": ${why}`)
  })
}

/** When nightly runs wrote to each host, one time for each run. */
function remediations(week: Week): ReadonlyMap<string, readonly number[]> {
  const times = new Map<string, number[]>()
  for (const run of nightlies(week)) {
    const touched = new Set(writes(week).flatMap(({ runId, host }) => (runId === run.runId ? [host] : [])))
    for (const host of touched) times.set(host, [...(times.get(host) ?? []), run.startedMs])
  }
  return times
}

/** No device is put back more often than the breaker lets it; the fought-over one is held by it, and gets no line. */
export function breakerFailures(week: Week): readonly string[] {
  const often = [...remediations(week)].flatMap(([host, times]) =>
    times.flatMap((ms) => {
      const before = times.filter((other) => other < ms && other > ms - breakerMs).length
      return before < breakerTimes ? [] : [`${at(ms)} ${host} is put back for the ${before + 1}th time`]
    }),
  )
  const times = remediations(week).get(fought) ?? []
  const last = times.at(-1) ?? 0
  const later = nightlies(week).filter(({ startedMs }) => startedMs > last)
  const held = later.filter(({ result }) =>
    result.remediation?.held.some(({ host, why }) => host === fought && why === 'breaker'),
  )
  return [
    ...often,
    ...(times.length === breakerTimes ? [] : [`${fought} was put back ${times.length} times`]),
    ...(held.length > 0 && held.length === later.length
      ? []
      : [`the breaker holds ${fought} ${held.length} times`]),
  ]
}

/** The times that each schedule names, by a calendar of their own: strictly after the start, the end included. */
function dueTimes(): Readonly<Record<string, readonly number[]>> {
  const checks: number[] = []
  const nightly: number[] = []
  const days = new Set<string>()
  for (let ms = weekStartMs + 60_000; ms <= weekEndMs; ms += 60_000) {
    if (ms % (2 * hourMs) === 0) checks.push(ms)
    if (ms % (15 * 60_000) !== 0) continue
    const [day = '', time = ''] = berlin(ms).split(' ')
    // Once a day also where clocks are set back and the time comes twice.
    if (time === '02:15' && !days.has(day)) {
      days.add(day)
      nightly.push(ms)
    }
  }
  return { checks, nightly }
}

type Of<K extends ServeEvent['kind']> = Extract<ServeEvent, { readonly kind: K }>

function eventsOf<K extends ServeEvent['kind']>({ told }: Week, kind: K): readonly Of<K>[] {
  const isOf = (event: ServeEvent): event is Of<K> => event.kind === kind
  return told.map(({ event }) => event).filter(isOf)
}

/** Every time that a schedule names is a run that ended, or is counted as missed: never both, never neither. */
export function silentTimes(week: Week): readonly string[] {
  const ended = new Set(eventsOf(week, 'run-ended').map((one) => `${one.schedule} ${one.dueAt}`))
  const problems = Object.entries(dueTimes()).flatMap(([schedule, times]) =>
    times.flatMap((ms) => {
      const ran = eventsOf(week, 'run-begun').filter(
        (one) => one.schedule === schedule && one.dueAt === at(ms) && one.catchUp !== true,
      ).length
      const missed = eventsOf(week, 'missed').filter(
        (one) => one.schedule === schedule && one.first <= at(ms) && at(ms) <= one.last,
      ).length
      const down = week.down.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)
      return [
        ...(ran + missed === 1 ? [] : [`${schedule} of ${at(ms)}: ${ran} runs, missed ${missed} times`]),
        ...(down === (missed === 1) ? [] : [`${schedule} of ${at(ms)}: missed although serve was at work`]),
        ...(ran === 0 || ended.has(`${schedule} ${at(ms)}`) ? [] : [`${schedule} of ${at(ms)} has no end`]),
      ]
    }),
  )
  const count = eventsOf(week, 'missed').reduce((sum, one) => sum + one.count, 0)
  const down = Object.values(dueTimes())
    .flat()
    .filter((ms) => week.down.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)).length
  const broken = eventsOf(week, 'run-broken').map((one) => `${one.schedule} broke: ${one.message}`)
  return [...problems, ...broken, ...(count === down ? [] : [`${count} of ${down} missed times are counted`])]
}

const nameOf = ({ channel, id }: Post): string => `${channel} ${id}`

/** One notice is taken once on its channel, in order, and nothing is lost; what is posted again is the same. */
export function deliveryFailures({ posts, state, told }: Week): readonly string[] {
  const lost = told.filter(({ event }) => event.kind === 'notice-failed' && !event.retried)
  const names = [...new Set(posts.map(nameOf))]
  const wrong = names.flatMap((name) => {
    const tries = posts.filter((post) => nameOf(post) === name)
    const times = tries.filter(({ became }) => became === 'taken').length
    const bodies = new Set(tries.map(({ body }) => JSON.stringify(body))).size
    return times === 1 && tries.at(-1)?.became === 'taken' && bodies === 1
      ? []
      : [`${name}: taken ${times} times of ${tries.length}, ${bodies} bodies`]
  })
  const order = (channel: string, list: readonly Post[]): string =>
    [...new Set(list.filter((post) => post.channel === channel).map(nameOf))].join()
  const taken = posts.filter(({ became }) => became === 'taken')
  const mixed = ['noc', 'desk'].filter((channel) => order(channel, posts) !== order(channel, taken))
  return [
    ...wrong,
    ...(lost.length === 0 ? [] : [`${lost.length} notices were lost`]),
    ...(state.queue.length === 0 ? [] : [`${state.queue.length} notices still wait`]),
    ...mixed.map((channel) => `${channel} had its notices out of order`),
  ]
}

/** A row of a notice that was taken. */
interface Row {
  readonly channel: string
  readonly madeMs: number
  readonly subject: string
  readonly news: string
  readonly key: string
}

const field = (row: object, key: string): string => {
  const text: unknown = Reflect.get(row, key)
  return typeof text === 'string' ? text : ''
}

function rowsOf({ posts }: Week): readonly Row[] {
  return posts.flatMap(({ channel, body, became }) => {
    const { changes } = body
    if (became !== 'taken' || !Array.isArray(changes)) return []
    return changes.flatMap((row: unknown): readonly Row[] => {
      if (typeof row !== 'object' || row === null || field(row, 'subject') !== 'device') return []
      const codes: unknown = Reflect.get(row, 'codes')
      // Another warning about the same device is news too.
      const warned = Array.isArray(codes) ? codes.map(String).toSorted().join(' ') : ''
      return [
        {
          channel,
          madeMs: Date.parse(field(body, 'at')),
          subject: `${field(row, 'schedule')} ${field(row, 'host')}`,
          news: field(row, 'news'),
          key: `${field(row, 'to')} ${field(row, 'kind')} ${warned}`,
        },
      ]
    })
  })
}

/** What stands as it was told is silent until its reminder; all is well is told of what was told as wrong only. */
export function repeatedAlarms(week: Week): readonly string[] {
  const told = new Map<string, Row>()
  return rowsOf(week).flatMap((row) => {
    const name = `${row.channel} ${row.subject}`
    const before = told.get(name)
    const text = `${at(row.madeMs)} ${name}: ${row.news} (${row.key})`
    told.set(name, row)
    const stood = before !== undefined && before.news !== 'well' && before.news !== 'happened'
    const age = row.madeMs - (before?.madeMs ?? Number.NEGATIVE_INFINITY)
    if (row.news === 'wrong' && stood && before.key === row.key) return [`${text} was told already`]
    if (row.news === 'still' && !(stood && row.channel === 'noc' && age >= remindMs))
      return [`${text} is a reminder too early`]
    return row.news === 'well' && !stood ? [`${text}: it was never told as wrong`] : []
  })
}

/** Whatever a run of a schedule finds wrong for the first time is told by that run, unless it was told within a day. */
export function untoldNews(week: Week): readonly string[] {
  const rows = rowsOf(week)
  const channels: Readonly<Record<string, readonly string[]>> = { checks: ['noc'], nightly: ['noc', 'desk'] }
  const known = new Map<string, string>()
  return drifts(week).flatMap((run) => {
    const { schedule = '' } = run
    const put = new Set(run.result.remediation?.begun)
    const now = new Map<string, string>(run.truth.away.map((host) => [host, 'away']))
    for (const { host, kind } of run.truth.wrong) if (!put.has(host)) now.set(host, now.get(host) ?? kind)
    const news = [...now].filter(([host, what]) => known.get(`${schedule} ${host}`) !== what)
    for (const { host } of run.result.devices) {
      const what = now.get(host)
      if (what === undefined) known.delete(`${schedule} ${host}`)
      else known.set(`${schedule} ${host}`, what)
    }
    const endedMs = Date.parse(run.result.finishedAt)
    return [...news.map(([host]) => host), ...put].flatMap((host) =>
      (channels[schedule] ?? []).flatMap((channel) => {
        const found = rows.some(
          (row) =>
            row.channel === channel &&
            row.subject === `${schedule} ${host}` &&
            row.news !== 'well' &&
            row.madeMs <= endedMs &&
            row.madeMs >= (put.has(host) ? endedMs : endedMs - dayMs),
        )
        return found ? [] : [`${at(run.startedMs)} ${schedule} says nothing of ${host} on ${channel}`]
      }),
    )
  })
}

/** Somebody else's work stood in the way of saving, and that is told. */
function saysUnsaved({ result }: RanRun, host: string): boolean {
  return result.devices.some(
    (one) =>
      one.host === host && one.saved === 'no' && one.findings.some(({ code }) => code === 'UNSAVED_CHANGES'),
  )
}

/** What was put back reads as asked when its run ends; what is wrong when the week ends was held, and for a reason. */
export function unfinished(week: Week): readonly string[] {
  const left = nightlies(week).flatMap((run) =>
    run.after.wrong
      .filter(({ host }) => run.result.remediation?.begun.includes(host))
      .filter(({ host, kind }) => !(kind === 'unsaved' && saysUnsaved(run, host)))
      .map((one) => `${at(run.startedMs)} put back, and still ${word(one)}`),
  )
  const last = nightlies(week).at(-1)
  const held = last?.result.remediation?.held.map(({ host }) => host) ?? []
  const end = week.lab.ran.at(-1)?.after.wrong.filter(({ host }) => !held.includes(host)) ?? []
  return [...left, ...end.map((one) => `at the end ${word(one)}`)]
}
