import { isoMs } from '../../../kernel/moment.ts'
import type { Coverage } from '../../../model/outcome.ts'
import type { DeviceState } from '../../../model/serve-state.ts'
import type { ScheduleView, ServeView } from '../../../model/serve-view.ts'
import { counted } from '../../layout.ts'
import {
  needsSomebody,
  standingPhrase,
  standingTone,
  standingWord,
  worstStandingFirst,
} from '../../standing.ts'
import { type Html, html, type Piece } from '../element.ts'
import { factList, section, small, table } from '../parts.ts'
import {
  deviceAnchor,
  placeOf,
  runCommand,
  type StatusContext,
  sentenceOf,
  timeAndAgo,
  timeOf,
  zoneOf,
} from './context.ts'
import { standingBadge } from './marks.ts'
import { strip, stripLegend } from './strip.ts'

/** Over the whole page: what stands behind them is a row of a table, with the same words. */
const cardsShown = 40
/** Changes of standing over all devices: a page must open at once, also of a fleet that is never at rest. */
const changesShown = 1000
const sentence = 500

interface Room extends StatusContext {
  readonly zone: string
  /** Of each device so many newest changes are listed. */
  readonly changes: number
}

/** Every device below its schedule, whoever needs somebody first, the others in one line to open. */
export function devicesPart(view: ServeView, context: StatusContext): Html {
  const changes = changesEach(view.devices)
  let cards = cardsShown
  const parts = view.schedules.map((schedule) => {
    const own = worstStandingFirst(view.devices.filter((device) => device.schedule === schedule.name))
    const wrong = own.filter(({ now }) => needsSomebody(now))
    const shown = wrong.slice(0, Math.max(0, cards))
    cards -= shown.length
    const room = { ...context, zone: zoneOf(schedule), changes }
    return scheduleDevices(schedule, { own, shown, rest: wrong.slice(shown.length) }, room)
  })
  return section(
    'devices',
    'Devices',
    view.devices.length > 0 ? stripLegend() : html`<p>No device has been looked at yet.</p>\n`,
    parts,
  )
}

/** The most that each device may list so that all together stay within what a page holds. */
function changesEach(devices: readonly DeviceState[]): number {
  const lengths = devices.map(({ history }) => history.length)
  let each = Math.max(0, ...lengths)
  while (each > 1 && lengths.reduce((sum, one) => sum + Math.min(one, each), 0) > changesShown) each -= 1
  return each
}

interface Sorted {
  readonly own: readonly DeviceState[]
  readonly shown: readonly DeviceState[]
  readonly rest: readonly DeviceState[]
}

function scheduleDevices(schedule: ScheduleView, { own, shown, rest }: Sorted, room: Room): Html {
  const well = own.filter(({ now }) => !needsSomebody(now))
  const { name, nextAt } = schedule
  return html`<h3 id="${placeOf(name)}" class="of"><span>${name}</span> <span class="small">${
    own.length === 0 ? 'no device yet' : wordTally(own)
  }; times are in ${room.zone}</span></h3>
${
  own.length === 0 &&
  html`<p>Nothing is known of its devices${nextAt !== undefined && html`: first look ${timeAndAgo(nextAt, room.zone, room)}`}.</p>\n`
}${shown.map((device) => deviceCard(device, schedule, room))}${
  rest.length > 0 &&
  devicesTable(`${counted(rest.length, 'more device')} of ${name} that need somebody`, rest, schedule, room)
}${
  well.length > 0 &&
  html`<details><summary id="${placeOf(name)}-well">${counted(well.length, 'device')} of ${name} ${well.length === 1 ? 'needs' : 'need'} nobody: ${wordTally(well)}</summary>${devicesTable(`Devices of ${name} that need nobody`, well, schedule, room)}</details>\n`
}`
}

/** `1 drifted, 11 verified`, in the order of the devices. */
function wordTally(devices: readonly DeviceState[]): string {
  const counts = new Map<string, number>()
  for (const { now } of devices) counts.set(standingWord(now), (counts.get(standingWord(now)) ?? 0) + 1)
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ')
}

function deviceCard(device: DeviceState, schedule: ScheduleView, room: Room): Html {
  const { host, now, since, seenAt, runId } = device
  const id = deviceAnchor(device)
  return html`<article class="card device ${standingTone(now)}" aria-labelledby="${id}"><h4 id="${id}"><span>${host}</span>${standingBadge(now)}<span class="small">since ${timeAndAgo(since, room.zone, room)}</span></h4>
<p>${now.message === undefined ? html`${host} ${standingPhrase(now)}.` : sentenceOf(now.message, sentence)}</p>
${now.next !== undefined && html`<p><b>Next:</b> ${sentenceOf(now.next, sentence)}</p>`}
${factList([
  ['Last proof', proofText(device, room)],
  ['Peers', coverageText(device.coverage)],
  ['SAs', rolesText(device.roles)],
  ['Last look', html`${timeAndAgo(seenAt, room.zone, room)}${leftOut(device, schedule)}`],
  ['Record', runCommand('show', runId)],
  ...(now.codes.length > 0
    ? [['Codes', html`<span class="mono">${now.codes.slice(0, 6).join(' ')}</span>`] as const]
    : []),
])}
${strip(device, room.zone, room, `${id}-bars`)}<p class="ends" aria-hidden="true"><span>14 days ago</span><span>now</span></p>
${history(device, id, room)}</article>\n`
}

function devicesTable(
  caption: string,
  devices: readonly DeviceState[],
  schedule: ScheduleView,
  room: Room,
): Html {
  return table({
    caption,
    layout: 'devices',
    columns: ['Device', 'How it stands', 'Last proof', 'Peers', 'The last 14 days'],
    rows: devices.map((device): readonly Piece[] => {
      const id = deviceAnchor(device)
      const { host, now, since } = device
      return [
        html`<span id="${id}">${host}</span>`,
        html`${standingBadge(now)} ${small(html`since ${timeAndAgo(since, room.zone, room)}${leftOut(device, schedule)}`)}${
          now.message !== undefined && small(sentenceOf(now.message, sentence))
        }${now.next !== undefined && small(html`<b>Next:</b> ${sentenceOf(now.next, sentence)}`)}`,
        proofText(device, room),
        coverageText(device.coverage),
        html`${strip(device, room.zone, room)}${history(device, id, room)}`,
      ]
    }),
  })
}

function proofText({ provenAt }: DeviceState, room: Room): Html {
  return provenAt === undefined ? html`none on record` : timeAndAgo(provenAt, room.zone, room)
}

/** A device that the last run of its schedule did not read: what is told of it is older. */
function leftOut({ seenAt, runId }: DeviceState, { state: { lastRun } }: ScheduleView): Html {
  const old = lastRun !== undefined && runId !== lastRun.runId && isoMs(seenAt) < isoMs(lastRun.dueAt)
  return html`${old && ', not by the last run'}`
}

const coverageWords = [
  ['lost', 'lost'],
  ['atRisk', 'at risk'],
  ['waiting', 'waiting'],
  ['idle', 'idle'],
  ['ambiguous', 'ambiguous'],
] as const satisfies readonly (readonly [keyof Coverage, string])[]

function coverageText(coverage: Coverage | undefined): string {
  if (coverage === undefined) return 'nothing to prove'
  const rest = coverageWords.flatMap(([key, word]) => {
    const count = coverage[key] ?? 0
    return count > 0 ? [`${count} ${word}`] : []
  })
  return [`${coverage.proven} of ${coverage.peers} proven`, ...rest].join(', ')
}

const roleWords = [
  ['responder', 'started by the peer'],
  ['initiator', 'started here'],
  ['no-sa', 'without an SA'],
  ['unreadable', 'not readable'],
] as const satisfies readonly (readonly [keyof DeviceState['roles'], string])[]

function rolesText(roles: DeviceState['roles']): string {
  const told = roleWords.flatMap(([key, word]) => {
    const count = roles[key] ?? 0
    return count > 0 ? [`${count} ${word}`] : []
  })
  return told.length === 0 ? 'none read' : told.join(', ')
}

/** All changes of its standing that are kept, newest first. */
function history({ history: changes }: DeviceState, id: string, room: Room): Html {
  // The only one is that to the present standing, which is told already.
  if (changes.length < 2) return html``
  const shown = changes.slice(-Math.max(1, room.changes)).toReversed()
  return html`<details><summary id="${id}-changes">${counted(changes.length, 'change')} on record</summary><ul class="changes">${shown.map(
    ({ at, runId, to }) =>
      html`<li>${timeOf(at, room.zone, room)} <b class="${standingTone(to)}">${standingWord(to)}</b>${to.message !== undefined && html` ${sentenceOf(to.message, 160)}`} <span class="mono">${runId}</span></li>`,
  )}</ul>${changes.length > shown.length && html`<p class="small">and ${changes.length - shown.length} older: <a href="status.json">status.json</a> has them</p>`}</details>`
}
