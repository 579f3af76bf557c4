import { formatDuration } from '../kernel/duration.ts'
import { formatMoment } from '../kernel/moment.ts'
import type { DeviceOutcome, RunResult, Status } from '../model/outcome.ts'
import type { OpenTarget, RunStep } from '../model/run-view.ts'
import { softwareInWords } from '../model/software-name.ts'
import { exitMeaning } from './exit-meaning.ts'
import { counted } from './layout.ts'
import { tally, worstFirst } from './names.ts'

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

/** An ISO time for people; what is no time stays as it is. */
export function moment(iso: string): string {
  const ms = Date.parse(iso)
  return Number.isFinite(ms) ? formatMoment(ms) : iso
}

/** What was run, when, by whom, and from which files: label and text. What is not known is said to be. */
export function factsOf({ result }: ReportInput): readonly (readonly [string, string])[] {
  const { basis, planFile } = result
  const ms = Date.parse(result.finishedAt) - Date.parse(result.startedAt)
  const read = readTimes(result)
  return [
    ['Change', result.change ?? 'none named in the playbook'],
    ['Run', result.runId],
    ['Command', `ikero ${result.command}${basis === undefined ? '' : `, version ${basis.version}`}`],
    ['Playbook', result.playbook],
    ...(basis?.playbookSha256 === undefined
      ? []
      : ([['Playbook hash', `sha256:${basis.playbookSha256}`]] as const)),
    ...(planFile === undefined ? [] : ([['Plan hash', planFile.contentHash]] as const)),
    ...(planFile?.signedBy === undefined ? [] : ([['Plan signed by', planFile.signedBy]] as const)),
    ['Run by', basis?.by === undefined ? 'not on record' : `${basis.by} (as its environment says)`],
    ['Asked for', basis?.wanted ?? 'not on record'],
    ['Devices read', read],
    [
      'Run time',
      Number.isFinite(ms) ? `${formatDuration(ms)}, ended ${moment(result.finishedAt)}` : 'not known',
    ],
  ]
}

function readTimes(result: RunResult): string {
  const times = result.devices.flatMap((device) =>
    device.targets.flatMap((target) => target.impact?.readAt ?? []),
  )
  const last = [...times].sort().at(-1)
  return last === undefined ? `after ${moment(result.startedAt)}` : moment(last)
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

/** Every device of the run in exactly one group, worst first. */
export function groupsOf({ devices }: RunResult): readonly DeviceGroup[] {
  const groups = new Map<Status, DeviceOutcome[]>()
  for (const device of worstFirst(devices)) {
    const group = groups.get(device.status)
    if (group === undefined) groups.set(device.status, [device])
    else group.push(device)
  }
  return [...groups].map(([status, members]) => ({
    title: titles[status] ?? String(status),
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

/** The lines that take a device's change back, to be pasted at its console. */
export interface WayBack {
  readonly host: string
  readonly context?: string
  readonly lines: readonly string[]
  /** Why nothing is left to paste, or what to know. */
  readonly note?: string
}

export function waysBack({ devices, command }: RunResult): readonly WayBack[] {
  return devices.flatMap((device) => {
    const { host, status, change, spaces } = device
    if (status === 'blocked') return []
    const parts = spaces ?? [change]
    return parts.flatMap((part): readonly WayBack[] => {
      if (part.revert.length === 0) return []
      const context = 'context' in part ? part.context : undefined
      const note = backNote(device, command)
      return [
        {
          host,
          ...(context === undefined ? {} : { context }),
          lines: [
            ...(context === undefined ? [] : [`changeto context ${context}`]),
            'configure terminal',
            ...part.revert,
            'end',
          ],
          ...(note === undefined ? {} : { note }),
        },
      ]
    })
  })
}

function backNote(device: DeviceOutcome, command: RunResult['command']): string | undefined {
  if (device.status === 'rolled-back') return 'already taken back, and read back: nothing is left to paste'
  const sent = device.targets.some((target) => target.sent)
  if (!sent)
    return command === 'plan' ? undefined : 'nothing was sent to this device: nothing is to take back'
  if (device.saved !== 'yes') return undefined
  return device.platform === 'asa'
    ? 'saved to startup: after these lines save again with write memory'
    : 'saved to startup: after these lines save again with copy running-config startup-config'
}
