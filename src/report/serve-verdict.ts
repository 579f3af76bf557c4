import { isoMs } from '../kernel/moment.ts'
import { someOf } from '../kernel/some-of.ts'
import type { OpenTarget } from '../model/run-view.ts'
import type { DeviceState } from '../model/serve-state.ts'
import type { ScheduleView, ServeView } from '../model/serve-view.ts'
import type { Tone } from './change-report.ts'
import { counted } from './layout.ts'
import { needsSomebody, standingTone, worstStandingFirst } from './standing.ts'

const namesShown = 5

/** The answer to "is it still as it was proven?". Texts may hold names of devices and files: they are not escaped. */
export interface ServeVerdict {
  readonly tone: Tone
  /** Without a full stop; a colon at its end where `worst` follows. */
  readonly text: string
  /** A few words, for the title of a window. */
  readonly short: string
  /** Devices that need somebody, worst first, each once; the first of them are to be named. */
  readonly worst: readonly DeviceState[]
  /** It was just said that all is well: then it matters when that was seen. */
  readonly well: boolean
}

/** How many devices are named in one sentence. */
export const devicesNamed: number = namesShown

/** The whole view in one sentence: what is worst decides. */
export function serveVerdict(view: ServeView): ServeVerdict {
  const worst = eachOnce(worstStandingFirst(view.devices.filter(({ now }) => needsSomebody(now))))
  const hosts = new Set(view.devices.map(({ host }) => host)).size
  if (worst.length > 0) {
    const of = `${worst.length} of ${counted(hosts, 'device')}`
    return {
      tone: worst.some(({ now }) => standingTone(now) === 'bad') ? 'bad' : 'open',
      text: `${of} ${worst.length === 1 ? 'needs' : 'need'} somebody:`,
      short: `${worst.length} of ${hosts} ${worst.length === 1 ? 'needs' : 'need'} somebody`,
      worst,
      well: false,
    }
  }
  const trouble = troubleOf(view)
  if (trouble !== undefined) return { ...trouble, worst, well: false }
  if (hosts === 0)
    return {
      tone: 'plain',
      text: 'Nothing has been looked at yet',
      short: 'not looked yet',
      worst,
      well: false,
    }
  return { tone: 'good', text: wellText(view, hosts), short: 'as asked', worst, well: true }
}

function eachOnce(devices: readonly DeviceState[]): readonly DeviceState[] {
  const seen = new Set<string>()
  return devices.filter(({ host }) => !seen.has(host) && seen.add(host))
}

type Trouble = Pick<ServeVerdict, 'tone' | 'text' | 'short'>

/** Devices read as they should, or were not read: what else keeps anybody from saying that all is well. */
function troubleOf({ open, schedules, notReady }: ServeView): Trouble | undefined {
  const lost = unsettled(open)
  if (lost.length > 0)
    return {
      tone: 'bad',
      text: `What became of a change is not known, a person must look: ${someOf(lost, namesShown)}`,
      short: `${counted(lost.length, 'change')} not known`,
    }
  const broken = schedules.filter(hasNoResult).map(({ name }) => name)
  if (broken.length > 0)
    return {
      tone: 'bad',
      text: `Nothing newer is known, because the last run had no result: ${someOf(broken, namesShown)}`,
      short: `${counted(broken.length, 'schedule')} without a result`,
    }
  if (notReady !== undefined)
    return { tone: 'open', text: `ikero serve is not ready: ${notReady}`, short: 'not ready' }
  if (schedules.length === 0)
    return { tone: 'open', text: 'No schedule is in force: nothing is looked at', short: 'no schedule' }
  const late = schedules.filter(missedSinceLook).map(({ name }) => name)
  if (late.length > 0)
    return {
      tone: 'open',
      text: `The last look is older than it should be, because one was missed: ${someOf(late, namesShown)}`,
      short: 'a look was missed',
    }
  return undefined
}

function unsettled(open: readonly OpenTarget[]): readonly string[] {
  return open.filter(({ status }) => status === 'unknown').map(({ host, target }) => `${host} ${target}`)
}

/** Its last run broke. */
export function hasNoResult({ state }: ScheduleView): boolean {
  return state.broken !== undefined
}

/** No run has ended since one was missed. */
export function missedSinceLook({ state: { lastMissedAt, lastRun } }: ScheduleView): boolean {
  if (lastMissedAt === undefined) return false
  return lastRun === undefined || isoMs(lastRun.finishedAt) < isoMs(lastMissedAt)
}

function wellText({ devices }: ServeView, hosts: number): string {
  const namesOf = (which: (device: DeviceState) => boolean): readonly string[] => [
    ...new Set(devices.filter(which).map(({ host }) => host)),
  ]
  const expected = namesOf(({ now }) => now.known === true)
  const waiting = namesOf(({ now }) => now.known !== true && now.status === 'unproven')
  const all = hosts === 1 ? 'The one device is as asked' : `All ${hosts} devices are as asked`
  return [
    all,
    ...(expected.length === 0 ? [] : [`, apart from what is expected (${someOf(expected, namesShown)})`]),
    ...(waiting.length === 0 ? [] : [`; the proof of ${counted(waiting.length, 'device')} is outstanding`]),
  ].join('')
}
