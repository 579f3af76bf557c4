import { printable } from '../kernel/printable.ts'
import { someOf } from '../kernel/some-of.ts'
import { changesOf, type DevicePlan, spaceOfPlan } from '../model/plan.ts'
import type { RollbackQuestion } from '../model/rollback.ts'
import { beside, bounded, type Frame, more, sentence } from './frame.ts'
import { counted, wrapText } from './layout.ts'
import { createStyle } from './style.ts'

export interface RollbackQuestionOptions {
  readonly color: boolean
  readonly width: number
  /** Every device and line in full; false when not given. */
  readonly verbose?: boolean
}

const shownDevices = 30
/** Devices that stay as they are must be seen, however many they are. */
const shownNames = 200

/**
 * What a person agrees to before a run is taken back: first the devices that cannot be reached, by name; then
 * what is taken back where, the exact lines (once for all devices that get the same), what is left alone and
 * why. Ends with a line feed; the question itself is the caller's.
 */
export function renderRollbackQuestion(question: RollbackQuestion, options: RollbackQuestionOptions): string {
  const frame: Frame = {
    style: createStyle(options.color),
    width: Math.max(40, options.width),
    verbose: options.verbose ?? false,
  }
  const { unreachable, plans, leftAlone, saves } = question
  const { style } = frame
  const parts = [
    unreachable.length === 0 ? [] : away(question, frame),
    wrapText(headline(question), frame.width).map(style.bold),
    devices(plans, frame),
    ...groups(plans).map((group) => lines(group, frame)),
    [
      ...beside(
        'will save',
        saves.length === 0 ? [] : sentence(someOf(saves, shownDevices), frame),
        style.dim,
      ),
      ...beside(
        'left alone',
        bounded(
          leftAlone.flatMap(({ host, target, why }) => sentence(`${host} ${target}: ${why}`, frame)),
          40,
          'lines',
          frame,
        ),
        style.yellow,
      ),
    ],
  ]
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`
}

function away({ unreachable }: RollbackQuestion, frame: Frame): readonly string[] {
  const names = unreachable.map(({ host }) => printable(host))
  const reasons = new Set(unreachable.map(({ why }) => why))
  const [why = ''] = reasons
  return [
    ...wrapText(
      `cannot be reached, and stays as it is (${counted(names.length, 'device')}): ${someOf(names, frame.verbose ? names.length : shownNames)}`,
      frame.width,
    ).map(frame.style.red),
    ...beside('because', sentence(reasons.size === 1 ? why : `${why}; and others`, frame), frame.style.dim),
  ]
}

function headline({ of, plans }: RollbackQuestion): string {
  const changes = plans.flatMap(changesOf)
  const hosts = new Set(plans.map(({ host }) => host)).size
  const peers = changes.reduce((total, { state }) => total + state.peers.listed.length, 0)
  const any = changes.some(({ state }) => state.peers.any) ? ', and peers that no configuration lists' : ''
  const count = changes.reduce((total, { decision }) => total + decision.change.lines.length, 0)
  return `takes run ${printable(of)} back on ${counted(hosts, 'device')}: ${counted(changes.length, 'target')}, tunnels to ${counted(peers, 'peer')}${any}, ${counted(count, 'line')}`
}

function devices(plans: readonly DevicePlan[], frame: Frame): readonly string[] {
  const shown = frame.verbose ? plans : plans.slice(0, shownDevices)
  return [
    ...shown.flatMap((plan) => {
      const texts = changesOf(plan).map(
        ({ name, state }) => `${printable(name)}: ${state.before} -> ${state.wanted}`,
      )
      const text = someOf(texts, frame.verbose ? texts.length : 6)
      return wrapText(`${printable(spaceOfPlan(plan))}  ${text}`, frame.width - 2).map((line) => `  ${line}`)
    }),
    ...more(plans.length - shown.length, 'devices', frame).map((line) => `  ${line}`),
  ]
}

interface Group {
  readonly spaces: string[]
  readonly lines: readonly string[]
}

/** The same lines are read once. */
function groups(plans: readonly DevicePlan[]): readonly Group[] {
  const all = new Map<string, Group>()
  for (const plan of plans) {
    const texts = changesOf(plan).flatMap(({ decision }) => decision.change.lines.map(({ line }) => line))
    const key = JSON.stringify(texts)
    const group = all.get(key) ?? { spaces: [], lines: texts }
    group.spaces.push(spaceOfPlan(plan))
    all.set(key, group)
  }
  return [...all.values()]
}

function lines(group: Group, frame: Frame): readonly string[] {
  const names = someOf(group.spaces.map(printable), frame.verbose ? group.spaces.length : 12)
  return [
    ...wrapText(names, frame.width).map(frame.style.bold),
    ...beside('takes back', bounded(group.lines.map(printable), 60, 'lines', frame), frame.style.dim),
  ]
}
