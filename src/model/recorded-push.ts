import type { Status } from './outcome.ts'
import type { LinePurpose, PushIntent } from './record.ts'
import type { RunStep } from './run-view.ts'

/** A line that stood in the journal before it was sent, and what the device is known to have said. */
export interface RecordedLine {
  readonly purpose: LinePurpose
  readonly line: string
  /** Absent: the run ended, or the link broke, before an answer was recorded; it may have taken effect. */
  readonly reply?: 'accepted' | 'refused' | 'link-lost'
}

/** What the journal says of one target of a push, in the order in which it happened. */
export interface RecordedTarget {
  readonly intent: PushIntent['targets'][number]
  readonly lines: readonly RecordedLine[]
  /** The value that was last read back; `unreadable` where the device did not show it. */
  readonly readBack?: string
  /** How the run ended for it; absent: it was cut off. */
  readonly outcome?: Status
}

/** One push of one device, or of one context of it, as its run recorded it. */
export interface RecordedPush {
  readonly host: string
  readonly context?: string
  /** Wall clock at the intent, ISO. */
  readonly at: string
  readonly intent: PushIntent
  readonly targets: readonly RecordedTarget[]
  /** The second login, where it was tried. */
  readonly secondLogin?: boolean
  /** `maybe`: a save was begun, and its answer is not on record. */
  readonly saved: 'no' | 'maybe' | 'yes'
  /** The revert timer that it was sent under, where its end is not on record. */
  readonly openTimer?: RecordedTimer
}

/** A timer that the run set, or was about to. */
export interface RecordedTimer {
  readonly minutes: number
  /** Wall clock, ISO: when the device had taken it, or when it was about to be sent. */
  readonly setAt: string
}

interface BuildingTarget {
  readonly intent: RecordedTarget['intent']
  readonly lines: RecordedLine[]
  readBack?: string
  outcome?: Status
}

interface Building {
  readonly push: RecordedPush
  readonly targets: ReadonlyMap<string, BuildingTarget>
  secondLogin?: boolean
  saved: RecordedPush['saved']
  openTimer?: RecordedTimer | undefined
}

/** The pushes of a run by its journal's steps, oldest first. What was never pushed is not among them. */
export function pushesOf(steps: readonly RunStep[]): readonly RecordedPush[] {
  const all: Building[] = []
  const current = new Map<string, Building>()
  // Names of targets are unique on a device: those of a context carry it. A journal may be a million lines long.
  const last = new Map<string, BuildingTarget>()
  for (const step of steps) {
    const { entry } = step
    if (entry.kind === 'push-intent') {
      const building = begun(entry, step.at)
      all.push(building)
      current.set(spaceKey(entry.host, entry.context), building)
      for (const [name, target] of building.targets) last.set(targetKey(entry.host, name), target)
      continue
    }
    if (entry.kind === 'saved' || entry.kind === 'saving' || entry.kind === 'second-login') {
      const building = current.get(spaceKey(entry.host, entry.context))
      if (building === undefined) continue
      if (entry.kind === 'second-login') building.secondLogin = entry.ok
      else building.saved = savedBy(entry, building.saved)
      continue
    }
    if (entry.kind === 'revert-timer') {
      const building = current.get(spaceKey(entry.host, undefined))
      if (building !== undefined) building.openTimer = timerAfter(building.openTimer, step.at, entry)
      continue
    }
    if (!('target' in entry)) continue
    const target = last.get(targetKey(entry.host, entry.target))
    if (target !== undefined) add(target, entry)
  }
  return all.map(({ push, targets, secondLogin, saved, openTimer }) => ({
    ...push,
    targets: [...targets.values()],
    saved,
    ...(secondLogin === undefined ? {} : { secondLogin }),
    ...(openTimer === undefined ? {} : { openTimer }),
  }))
}

function begun(intent: PushIntent, at: string): Building {
  const { host, context } = intent
  const where = context === undefined ? { host } : { host, context }
  return {
    push: { ...where, at, intent, targets: [], saved: 'no' },
    targets: new Map(intent.targets.map((target) => [target.name, { intent: target, lines: [] }])),
    saved: 'no',
  }
}

function spaceKey(host: string, context: string | undefined): string {
  return JSON.stringify([host, context])
}

function targetKey(host: string, target: string): string {
  return JSON.stringify([host, target])
}

type TargetEntry = Extract<RunStep['entry'], { readonly target: string }>

function add(target: BuildingTarget, entry: TargetEntry): void {
  switch (entry.kind) {
    case 'line-sending':
      target.lines.push({ purpose: entry.purpose, line: entry.line })
      break
    case 'line-replied':
      answer(target.lines, entry.line, entry.reply)
      break
    case 'read-back':
      target.readBack = entry.value
      break
    case 'outcome':
      target.outcome = entry.status
      break
  }
}

function answer(lines: RecordedLine[], line: string, reply: NonNullable<RecordedLine['reply']>): void {
  const last = lines.at(-1)
  if (last !== undefined && last.line === line && last.reply === undefined)
    lines[lines.length - 1] = { ...last, reply }
}

function timerAfter(
  before: RecordedTimer | undefined,
  at: string,
  { step, minutes }: Extract<RunStep['entry'], { readonly kind: 'revert-timer' }>,
): RecordedTimer | undefined {
  if (step === 'confirmed' || step === 'fired') return undefined
  return step === 'setting' || step === 'set' ? { minutes, setAt: at } : before
}

/** A save that did not work says nothing of an earlier one that did, and one that broke off may have worked. */
function savedBy(
  entry: Extract<RunStep['entry'], { readonly kind: 'saved' | 'saving' }>,
  before: RecordedPush['saved'],
): RecordedPush['saved'] {
  if (entry.kind === 'saving') return before === 'yes' ? 'yes' : 'maybe'
  return entry.ok ? 'yes' : before
}
