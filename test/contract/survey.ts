import type { Capture } from '../../src/model/capture.ts'
import type { DeviceFacts } from '../../src/model/facts.ts'
import { parseMapName, type ReadOnlyLine } from '../../src/model/ids.ts'
import type { DeviceIntent, TargetIntent } from '../../src/model/intent.ts'
import type { ConfigStep } from '../../src/model/plan.ts'
import type { Driver, Probe } from '../../src/platform/driver.ts'
import { deviceName } from '../names.ts'
import { captureCases, slugOf } from './captures.ts'

/** All ways to answer some lines from case folders; a line without a case is left out. */
function answers(driver: Driver, lines: readonly ReadOnlyLine[]): readonly (readonly Capture[])[] {
  return lines.reduce<readonly (readonly Capture[])[]>(
    (sets, line) => {
      const cases = captureCases(driver.platform, slugOf(line))
      if (cases.length === 0) return sets
      return sets.flatMap((set) => cases.map(({ text }) => [...set, { line, text }]))
    },
    [[]],
  )
}

/** The lines that a driver asks in a survey. */
export interface SurveyLines {
  readonly all: readonly ReadOnlyLine[]
  /** Those that it cannot do without. */
  readonly required: readonly ReadOnlyLine[]
  /** All but the one-line answer on privilege. */
  readonly telling: readonly ReadOnlyLine[]
}

/** Gathered over every `show version` that has a case folder: a release may ask for more than another. */
export function linesOf(driver: Driver): SurveyLines {
  const captures = captureCases(driver.platform, slugOf(driver.identify))
  const probes = captures.flatMap(({ text }) => driver.probes(driver.software(text)))
  const lines = (kept: readonly Probe[]): readonly ReadOnlyLine[] => [
    ...new Set([driver.identify, ...kept.map(({ line }) => line)]),
  ]
  return {
    all: lines(probes),
    required: lines(probes.filter(({ optional }) => !optional)),
    telling: lines(probes.filter(({ feeds }) => feeds !== 'privilege')),
  }
}

/** Every survey that can be put together from the case folders of a platform. */
export function surveys(driver: Driver): readonly (readonly Capture[])[] {
  return answers(driver, linesOf(driver).required)
}

/** A wish for everything that a device has. */
export function wishFor(facts: DeviceFacts): DeviceIntent {
  const maps = new Set(facts.cryptoMaps.map((entry) => entry.map))
  const entries = [...maps].flatMap((name): readonly TargetIntent[] => {
    const map = parseMapName(name)
    return map === undefined ? [] : [{ kind: 'static-entries', map, except: [] }]
  })
  const profiles: TargetIntent = { kind: 'profiles-in-use', except: [] }
  return {
    host: deviceName('device'),
    platform: facts.platform,
    state: 'responder-only',
    targets: facts.platform === 'asa' ? entries : [profiles],
    peers: [{ key: '0.0.0.0/0', type: 'asa' }],
    endpoints: [],
  }
}

/** What a device would print after these lines: flat lines replace their like, sub-mode lines come and go. */
export function applied(text: string, steps: readonly ConfigStep[]): string {
  const lines = text.split('\n')
  let head: number | undefined
  for (const { line, opens } of steps) {
    if (opens) {
      head = lines.findIndex((printed) => printed.trimEnd() === line)
      if (head === -1) throw new Error(`${line} would create something new`)
    } else if (head !== undefined) setBelow(lines, head, line)
    else replaceFlat(lines, line)
  }
  return lines.join('\n')
}

function setBelow(lines: string[], head: number, line: string): void {
  const word = line.replace(/^no /, '')
  for (let at = head + 1; /^\s/.test(lines[at] ?? ''); at++) {
    if (lines[at]?.trim() === word) lines.splice(at--, 1)
  }
  if (word === line) lines.splice(head + 1, 0, ` ${line}`)
}

function replaceFlat(lines: string[], line: string): void {
  const stem = line.slice(0, line.lastIndexOf(' ') + 1)
  const at = lines.findIndex((printed) => printed.startsWith(stem))
  if (at === -1) lines.push(line)
  else lines[at] = line
}
