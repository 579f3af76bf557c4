import type { Status } from '../model/outcome.ts'
import type { JournalEntry } from '../model/record.ts'
import type { ReadFile } from './files.ts'
import { decodeLine, headOf } from './journal-line.ts'
import { rawLines } from './line-reader.ts'

/** Where a line stands in a journal. */
export interface Spot {
  readonly offset: number
  readonly length: number
}

/** Where one push of one host, or of one context of it, and the readings after it stand: the first ones, and the last few. */
export interface PushSpots {
  readonly intent: Spot
  readonly first?: Spot
  readonly last: readonly Spot[]
}

/** What one journal says of changes; memory is bounded by its hosts and targets, not by its readings. */
export interface RunScan {
  /** Targets of which at least one changing line was about to be sent. */
  readonly changes: readonly {
    readonly host: string
    readonly target: string
    /** By {@link spaceKey}. */
    readonly space: string
    readonly push: PushSpots
  }[]
  /** Spaces for which a person took another box in this run, before its first change of them; by {@link spaceKey}. */
  readonly boxes: ReadonlyMap<string, Spot>
  /** The last outcome of each target, by {@link targetKey}. */
  readonly outcomes: ReadonlyMap<string, Status>
  /** Targets of which a line back was about to be sent, by {@link targetKey}. */
  readonly reverted: ReadonlySet<string>
  /** Targets of the run that this one resumes which it read to be not in effect, by {@link targetKey}. */
  readonly notInEffect: ReadonlySet<string>
  /** It puts back what earlier runs had set. */
  readonly remediates: boolean
}

/** How many of the latest readings are kept: the rules of proof look at two in a row. */
const keptReadings = 4

export function targetKey(host: string, target: string): string {
  return JSON.stringify([host, target])
}

/** The other way round of {@link targetKey}. */
export function targetOf(key: string): { readonly host: string; readonly target: string } {
  const parts: unknown = JSON.parse(key)
  const [host, target] = Array.isArray(parts) ? parts : []
  return { host: String(host), target: String(target) }
}

/** A device, or one context of it: they are changed one after the other, and proven at the same time. */
function spaceKey({ host, context }: { host?: string | undefined; context?: string | undefined }): string {
  return JSON.stringify([host, context])
}

/** The device of a {@link spaceKey}. */
export function hostOf(space: string): string {
  const parts: unknown = JSON.parse(space)
  return Array.isArray(parts) ? String(parts[0]) : ''
}

interface Push {
  spots: PushSpots
  readonly targets: ReadonlySet<string>
  readonly sent: Set<string>
  readonly host: string
  readonly space: string
}

/** Reads a journal once, passing over what says nothing of changes; damaged lines are left out. */
export async function scanRun(file: ReadFile): Promise<RunScan> {
  const pushes: Push[] = []
  const current = new Map<string, Push>()
  const outcomes = new Map<string, Status>()
  const notInEffect = new Set<string>()
  let wanted = told
  const boxes = new Map<string, Spot>()
  let looks = false
  let remediates = false
  const reverted = new Set<string>()
  for await (const raw of rawLines(file)) {
    if (!raw.ended) break
    const head = headOf(raw.bytes)
    const spot = { offset: raw.offset, length: raw.bytes.length }
    if (head.kind === 'sa-reading') {
      const push = current.get(spaceKey(head))
      if (push !== undefined) push.spots = withReading(push.spots, spot)
      continue
    }
    if (head.kind === 'outcome' && looks && !saysOfChange(raw.bytes)) continue
    const entry = wanted.has(head.kind ?? '') ? decoded(raw.bytes) : undefined
    if (entry?.kind === 'run-started') {
      if (entry.resumes !== undefined) wanted = toldOfResume
      looks = isLook(entry)
      remediates = entry.remediates === true
    }
    if (entry?.kind === 'read-back') {
      const key = targetKey(entry.host, entry.target)
      if (entry.asWanted) notInEffect.delete(key)
      else notInEffect.add(key)
    }
    if (entry?.kind === 'push-intent') {
      const targets = new Set(entry.targets.map((target) => target.name))
      const space = spaceKey(entry)
      const push: Push = {
        spots: { intent: spot, last: [] },
        targets,
        sent: new Set(),
        host: entry.host,
        space,
      }
      pushes.push(push)
      current.set(space, push)
    } else if (entry?.kind === 'identity-seen') {
      boxes.set(spaceKey(entry), spot)
    } else if (entry?.kind === 'line-sending' && entry.purpose === 'change') {
      current.get(spaceKey(entry))?.sent.add(entry.target)
    } else if (entry?.kind === 'line-sending' && entry.purpose === 'revert') {
      reverted.add(targetKey(entry.host, entry.target))
    } else if (entry?.kind === 'outcome') {
      outcomes.set(targetKey(entry.host, entry.target), entry.status)
    }
  }
  return {
    changes: pushes.flatMap(changesOf),
    boxes,
    outcomes,
    reverted,
    notInEffect,
    remediates,
  }
}

const told: ReadonlySet<string> = new Set<JournalEntry['kind']>([
  'run-started',
  'identity-seen',
  'push-intent',
  'line-sending',
  'outcome',
])

type Started = Extract<JournalEntry, { readonly kind: 'run-started' }>

/** It sends nothing, so that its outcomes tell something of a change only where they prove it or find it open. */
function isLook({ command, remediates, resumes }: Started): boolean {
  const only = command === 'plan' || command === 'verify' || command === 'drift'
  return only && remediates !== true && resumes === undefined
}

const ofChange = (['verified', 'unproven', 'rolled-back', 'failed', 'unknown'] satisfies Status[]).map(
  (status) => `"status":"${status}"`,
)

/** By its bytes: most lines of most runs say that all is as it was, and need not be checked and parsed for that. */
function saysOfChange(bytes: Buffer): boolean {
  return ofChange.some((text) => bytes.includes(text))
}

/** A resume also tells what of the run that it finishes is not in effect. */
const toldOfResume: ReadonlySet<string> = new Set<string>([...told, 'read-back'])

function decoded(bytes: Buffer): JournalEntry | undefined {
  const line = decodeLine(bytes)
  return line.kind === 'ok' ? line.value.entry : undefined
}

function withReading(spots: PushSpots, spot: Spot): PushSpots {
  if (spots.first === undefined) return { ...spots, first: spot }
  return { ...spots, last: [...spots.last, spot].slice(-keptReadings) }
}

function changesOf({ targets, sent, host, space, spots }: Push): RunScan['changes'] {
  return [...targets]
    .filter((target) => sent.has(target))
    .map((target) => ({ host, target, space, push: spots }))
}

/** The entry at a place that a scan has noted; undefined when it cannot be believed. */
export async function entryAt(
  file: ReadFile,
  spot: Spot,
): Promise<{ readonly at: string; readonly entry: JournalEntry } | undefined> {
  const line = decodeLine(await file.read(spot.offset, spot.length))
  return line.kind === 'ok' ? line.value : undefined
}
