import { formatDuration } from '../kernel/duration.ts'
import type { AppliedPlan, DeviceOutcome, RunResult, Status } from '../model/outcome.ts'
import type { OpenTarget, RunStep } from '../model/run-view.ts'
import { softwareInWords } from '../model/software-name.ts'
import { onlyLooked } from './drift.ts'
import { exitMeaning } from './exit-meaning.ts'
import { counted } from './layout.ts'
import { tally, worstFirst } from './names.ts'
import { promisesOf } from './promise.ts'

/** What the reports for a change board are drawn from: HTML, Markdown and JUnit. */
export interface ReportInput {
  readonly result: RunResult
  readonly exitCode: number
  /** What the run did, by its journal; empty where that could not be read back. */
  readonly steps: readonly RunStep[]
  /** What is still open of it, over all later runs. */
  readonly open: readonly OpenTarget[]
  /** How many places of its journal cannot be believed. */
  readonly damage: number
  /** The plan file that it was saved to, where this very run has written one. */
  readonly savedPlan?: Pick<AppliedPlan, 'path' | 'contentHash'>
}

/** How good something is, for a reader who sees no colours as well: the word stands beside it. */
export type Tone = 'good' | 'open' | 'bad' | 'info' | 'plain'

const tones: Readonly<Record<Status, Tone>> = {
  unknown: 'bad',
  failed: 'bad',
  'rolled-back': 'bad',
  unreachable: 'bad',
  blocked: 'bad',
  skipped: 'open',
  unproven: 'open',
  pending: 'info',
  verified: 'good',
  compliant: 'good',
}

export function toneOf(status: Status): Tone {
  return tones[status] ?? 'plain'
}

/** The whole run in one sentence, and how good that is. */
export function verdictOf({ result, exitCode }: ReportInput): { readonly tone: Tone; readonly text: string } {
  const tone: Tone = exitCode === 0 ? 'good' : exitCode === 2 ? 'info' : exitCode === 3 ? 'open' : 'bad'
  const text = exitMeaning(exitCode, result)
  return { tone, text: `${text.slice(0, 1).toUpperCase()}${text.slice(1)}` }
}

/** Devices of one status, by name. */
export interface DeviceGroup {
  readonly title: string
  readonly tone: Tone
  readonly devices: readonly DeviceOutcome[]
}

const titles: Readonly<Record<Status, string>> = {
  unknown: 'State unknown: a person must look',
  failed: 'Failed',
  'rolled-back': 'Taken back',
  unreachable: 'Not read: no session',
  blocked: 'Blocked: nothing is sent',
  skipped: 'Not begun',
  unproven: 'Changed, proof outstanding',
  pending: 'Planned to change',
  verified: 'Changed and proven',
  compliant: 'As asked already',
}

/** A check changes nothing. */
const titlesOfLook: Readonly<Partial<Record<Status, string>>> = {
  unproven: 'As asked, proof outstanding',
  pending: 'Not as asked',
  verified: 'As asked and proven',
  compliant: 'As asked',
}

/** Every device of the run in exactly one group, worst first. */
export function groupsOf({ command, devices }: RunResult): readonly DeviceGroup[] {
  const looked = onlyLooked({ command, devices }) ? titlesOfLook : {}
  const groups = new Map<Status, DeviceOutcome[]>()
  for (const device of worstFirst(devices)) {
    const group = groups.get(device.status)
    if (group === undefined) groups.set(device.status, [device])
    else group.push(device)
  }
  return [...groups].map(([status, members]) => ({
    title: looked[status] ?? titles[status] ?? String(status),
    tone: toneOf(status),
    devices: members,
  }))
}

/** `hub1`, or why it counts for nothing: `hub1 (expected until 2027-01-31: line ordered)`. */
export function deviceLabel({ host, known }: DeviceOutcome): string {
  return known === undefined ? host : `${host} (expected until ${known.until}: ${known.reason})`
}

/** `3 devices: 1 blocked, 2 verified`. */
export function totalsText({ devices }: RunResult): string {
  const all = counted(devices.length, 'device')
  return devices.length === 0 ? all : `${all}: ${tally(devices.map((device) => device.status))}`
}

/** Software, model and serial number of a device, as far as it was read. */
export function identityText({ software, platform }: DeviceOutcome): string {
  if (software === undefined)
    return `${platform === 'asa' ? 'ASA' : 'IOS or IOS-XE'} by the inventory, not read`
  const { model, serial } = software
  return [
    softwareInWords(software),
    ...(model === undefined ? [] : [model]),
    ...(serial === undefined ? [] : [`serial ${serial}`]),
  ].join(', ')
}

/** One accepted risk: a blocking finding that a named person took on. */
export interface AcceptedRisk {
  readonly host: string
  readonly target: string
  readonly code: string
  readonly message: string
  readonly reason: string
  readonly by: string
  readonly until: string
}

export function acceptedRisks({ devices }: RunResult): readonly AcceptedRisk[] {
  return devices.flatMap(({ host, findings }) =>
    findings.flatMap(({ accepted, code, message, target }) =>
      accepted === undefined ? [] : [{ host, code, message, target: target ?? 'whole device', ...accepted }],
    ),
  )
}

/** How the roles are to be proven, in sentences. */
export function proofPlan({ result }: ReportInput): readonly string[] {
  const { basis } = result
  if (onlyLooked(result))
    return ['Nothing was sent. What the SAs show is compared with the reading before the change on record.']
  const general = [
    'Configuration: each target is read back from the device after its lines; only that shows that a line took.',
    'Life: every peer that had an SA before the lines must still have one, or get one back.',
    'Role: a fresh SA, made after the lines, in which this device is the responder. Old SAs prove nothing.',
  ]
  if (basis === undefined) return general
  const { withinSeconds, lostAfterSeconds, renegotiate } = basis.proof
  const within = formatDuration(withinSeconds * 1000)
  const lost = formatDuration(lostAfterSeconds * 1000)
  return [
    ...general,
    `The run watches for ${within} after the lines. A peer that had an SA and has had none for ${lost} is lost: the lines of its targets are taken back at once, and no further device is begun.`,
    renegotiate === 'initiated'
      ? 'SAs that a device started itself are cleared, one peer at a time, of peers that certainly call.'
      : 'No SA is cleared: what the run leaves unproven is proven by ikero verify after the old SAs have ended.',
    saveTexts[basis.save],
  ]
}

const saveTexts = {
  always: 'The configuration is saved to startup.',
  never: 'The configuration is not saved: a reload brings the old setting back.',
  'if-clean':
    "The configuration is saved to startup, unless somebody else's unsaved work would be saved with it.",
} as const

/** The lines that take a change back, to be pasted at the console of each device that they are the same on. */
export interface WayBack {
  readonly hosts: readonly string[]
  readonly context?: string
  readonly lines: readonly string[]
  /** How many of them, on each device, change something that still stands; none where nothing is left to paste. */
  readonly count: number
  /** Why nothing is left to paste, or what to know. */
  readonly note?: string
}

/** In order of the devices; those with the same lines share one. */
export function waysBack({ devices, command }: RunResult): readonly WayBack[] {
  if (onlyLooked({ devices, command })) return []
  const found = new Map<string, WayBack & { readonly hosts: string[] }>()
  for (const device of devices) {
    const { host, status, change, spaces } = device
    if (status === 'blocked') continue
    const { note, left } = backNote(device, command)
    for (const part of spaces ?? [change]) {
      if (part.revert.length === 0) continue
      const context = 'context' in part ? part.context : undefined
      const key = JSON.stringify([context, part.revert, note])
      const same = found.get(key)
      if (same !== undefined) {
        same.hosts.push(host)
        continue
      }
      const enter = context === undefined ? [] : [`changeto context ${context}`]
      found.set(key, {
        hosts: [host],
        ...(context === undefined ? {} : { context }),
        lines: [...enter, 'configure terminal', ...part.revert, 'end'],
        count: left ? part.revert.length : 0,
        ...(note === undefined ? {} : { note }),
      })
    }
  }
  return [...found.values()]
}

/** What to know before pasting, and whether anything is left to be pasted. */
function backNote(
  device: DeviceOutcome,
  command: RunResult['command'],
): { readonly note?: string; readonly left: boolean } {
  if (device.status === 'rolled-back')
    return { note: 'already taken back, and read back: nothing is left to paste', left: false }
  const sent = device.targets.some((target) => target.sent)
  if (!sent)
    return command === 'plan'
      ? { left: true }
      : { note: 'nothing was sent to this device: nothing is to take back', left: false }
  if (device.saved !== 'yes') return { left: true }
  return {
    note:
      device.platform === 'asa'
        ? 'saved to startup: after these lines save again with write memory'
        : 'saved to startup: after these lines save again with copy running-config startup-config',
    left: true,
  }
}

/** What the setting does not promise, and what the report rests on: said in every format. */
export function cautions({ devices }: RunResult): readonly string[] {
  return [
    ...promisesOf(devices),
    'A setting that was read back is not proof that the other end starts: only a fresh SA is. What other features of a device start is listed under its findings (STILL_INITIATES).',
    'Whether a peer can start is judged by the evidence shown. Where that is a word of a person or of the inventory, it is worth as much as that word.',
    'Times to come are counted from lifetimes that the devices printed when they were read. An SA may end earlier: by volume, by a clear, or by a restart of either end.',
  ]
}
