import { printable, printableLines } from '../../kernel/printable.ts'
import { type Capture, captureOf } from '../../model/capture.ts'
import type { SoftwareFacts } from '../../model/facts.ts'
import { readOnlyLine } from '../../model/ids.ts'
import type { RevertTimerFacts, RevertTimerState } from '../../model/revert-timer.ts'
import type { RevertTimerReader } from '../driver.ts'
import { firstIn, readConfigTree } from './config-tree.ts'
import { cleanLines } from './output.ts'
import { lines } from './probes.ts'
import { compareInTrain, type IosRelease, parseIosRelease } from './release.ts'

const timerLine = readOnlyLine('show archive config rollback timer')

const none = /No Rollback Confirmed Change pending/i
const field = /^\s*(Time configured.*?|Timer type|Timer value|User)\s*:\s+(\S.*?)\s*$/i

/**
 * `show archive config rollback timer` (12.4(15)T and later; layout of the IOS command reference: time, type,
 * value in minutes, user). Text that is neither a timer nor the word that there is none tells nothing.
 */
export function timerState(capture: Capture | undefined): RevertTimerState {
  const printed = cleanLines(capture?.text ?? '')
  const fields = printed.flatMap((line) => {
    const found = field.exec(line)
    return found === null ? [] : [{ name: (found[1] ?? '').toLowerCase(), value: found[2] ?? '' }]
  })
  const named = (name: string): string | undefined => fields.find((one) => one.name === name)?.value
  if (fields.some(({ name }) => name.startsWith('time'))) {
    const minutes = /^(\d{1,3}) min/i.exec(named('timer value') ?? '')?.[1]
    const user = named('user')
    const evidence = printableLines(printed.filter((line) => field.test(line)).join('\n'))
    return {
      kind: 'pending',
      ...(minutes === undefined ? {} : { minutes: Number(minutes) }),
      ...(user === undefined ? {} : { user: printable(user) }),
      evidence,
    }
  }
  if (printed.some((line) => none.test(line))) return { kind: 'none' }
  const said = capture?.refusal ?? printed.find((line) => line.trim() !== '') ?? 'nothing'
  return { kind: 'not-told', reason: `'${timerLine}' was answered with: ${printable(said.slice(0, 200))}` }
}

// File systems of the box itself; the snapshot must be there when no network is.
const local = /^(?:sup-)?(?:flash|bootflash|bootdisk|disk|slot|usbflash|usb|harddisk)\d*:/i

const first: IosRelease = {
  major: 12,
  minor: 4,
  maintenance: 20,
  respin: '',
  train: 'T',
  rebuild: 0,
  letter: '',
}

/**
 * Releases that certainly lack it: 12.4 mainline and older, and 12.4T before 12.4(20)T (feature history of
 * `configure revert`). Of all others the device itself is asked.
 */
function lacksIt({ os, version }: SoftwareFacts): boolean {
  const release = os === 'ios' && version !== undefined ? parseIosRelease(version) : undefined
  if (release === undefined || release.major > 12) return false
  if (release.train === '') return release.major < 12 || release.minor <= 4
  return release.train === 'T' && (compareInTrain(release, first) ?? 0) < 0
}

function archivePath(captures: readonly Capture[]): string | undefined {
  const config = readConfigTree(captureOf(captures, lines.config)?.text ?? '')
  const archive = config.nodes.find((node) => node.line === 'archive')
  return archive === undefined ? undefined : firstIn(archive.children, /^path (\S+)$/)
}

function whyUnavailable(
  captures: readonly Capture[],
  software: SoftwareFacts,
  state: RevertTimerState,
): string | undefined {
  if (lacksIt(software)) return `the release ${printable(software.version ?? '')} has no revert timer`
  const path = archivePath(captures)
  if (path === undefined) return "the configuration has no 'archive' with a 'path', which the timer needs"
  if (!local.test(path))
    return `the archive's path ${printable(path)} is no file system of this box that is known: it must be reachable when the network is not`
  return state.kind === 'not-told' ? state.reason : undefined
}

/** Configuration Rollback Confirmed Change of IOS and IOS-XE, as it is read. */
export const revertTimer: RevertTimerReader = {
  line: timerLine,
  state: timerState,
  offered: (captures, software) => !lacksIt(software) && archivePath(captures) !== undefined,
  facts(captures: readonly Capture[], software: SoftwareFacts): RevertTimerFacts {
    const state = timerState(captureOf(captures, timerLine))
    const unavailable = whyUnavailable(captures, software, state)
    return { state, ...(unavailable === undefined ? {} : { unavailable }) }
  },
}
