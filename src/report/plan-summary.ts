import { printable } from '../kernel/printable.ts'
import { someOf } from '../kernel/some-of.ts'
import { blocks } from '../model/finding.ts'
import {
  changesOf,
  type DevicePlan,
  savesOf,
  spaceOfPlan,
  type TargetPeers,
  type TargetPlan,
} from '../model/plan.ts'
import { blastRadius } from './blast-radius.ts'
import { revertTimerText } from './change-lines.ts'
import { clearSections } from './clears.ts'
import { acceptanceText, groupFindings } from './finding-groups.ts'
import { beside, bounded, type Frame, more, sentence } from './frame.ts'
import { clip, counted, displayWidth, pad, wrapText } from './layout.ts'
import { softwareName } from './names.ts'
import { promisesOfPlans } from './promise.ts'
import { createStyle } from './style.ts'

export interface ApprovalOptions {
  readonly color: boolean
  readonly width: number
  /** Every device and line in full; false when not given. */
  readonly verbose?: boolean
  /** `put back`: what an earlier run had set. Absent: a change. */
  readonly does?: 'change' | 'put back'
}

const shownDevices = 30

/**
 * What a person agrees to before anything is sent: devices, targets and peers, the exact lines and the way
 * back (once for all devices that get the same), who is refused and why, what the setting promises. Ends
 * with a line feed; the question itself is the caller's.
 */
export function renderApproval(plans: readonly DevicePlan[], options: ApprovalOptions): string {
  const frame: Frame = {
    style: createStyle(options.color),
    width: Math.max(40, options.width),
    verbose: options.verbose ?? false,
  }
  const changing = plans.filter((plan) => changesOf(plan).length > 0)
  const refused = plans.filter((plan) => plan.targets.some(isRefused) || plan.findings.some(blocks))
  const saving = plans.filter((plan) => savesOf(plan).length > 0)
  const toWrite = plans.filter((plan) => changing.includes(plan) || saving.includes(plan))
  const busy = [changing, refused, saving].flat()
  const quiet = plans.filter((plan) => !busy.includes(plan))
  const parts = [
    wrapText(headline(changing, plans, options.does), frame.width).map(frame.style.bold),
    deviceLines(changing, frame),
    blastRadius(changing, frame),
    ...lineGroups(changing).map((group) => renderGroup(group, frame)),
    ...clearSections(changing, frame),
    [
      ...beside('will save', standing(saving, frame), frame.style.dim),
      ...beside('warn', warnings(toWrite, frame), frame.style.yellow),
      ...beside('accepted', acceptances(toWrite, frame), frame.style.yellow),
      ...beside('new box', newBoxes(plans, frame), frame.style.yellow),
      ...beside(
        'blocked',
        refused.flatMap((plan) => refusal(plan, frame)),
        frame.style.red,
      ),
      ...beside('as asked', names(quiet, frame), frame.style.green),
      ...beside('promise', promises(changing, frame), frame.style.dim),
    ],
  ]
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`
}

function isRefused(target: TargetPlan): boolean {
  return target.decision.kind === 'blocked'
}

function headline(
  changing: readonly DevicePlan[],
  plans: readonly DevicePlan[],
  does: 'change' | 'put back' = 'change',
): string {
  const devices = (some: readonly DevicePlan[]): number => new Set(some.map((plan) => plan.host)).size
  const all = counted(devices(plans), 'device')
  if (changing.length === 0) {
    const saving = devices(plans.filter((plan) => savesOf(plan).length > 0))
    return saving === 0 ? `nothing to ${does} on ${all}` : `will save ${saving} of ${all}; nothing to ${does}`
  }
  const changes = changing.flatMap(changesOf)
  const peers = changes.reduce((total, { state }) => total + state.peers.listed.length, 0)
  const any = changes.some(({ state }) => state.peers.any) ? ', and peers that no configuration lists' : ''
  return `will ${does} ${counted(changes.length, 'target')} on ${devices(changing)} of ${all}: tunnels to ${counted(peers, 'peer')}${any}`
}

function peersText(peers: TargetPeers, frame: Frame): string {
  const listed = someOf(peers.listed.map(printable), frame.verbose ? peers.listed.length : 3)
  if (!peers.any) return listed === '' ? 'no peer listed' : listed
  return listed === '' ? 'any peer' : `${listed}, any other`
}

function deviceLines(changing: readonly DevicePlan[], frame: Frame): readonly string[] {
  const shown = frame.verbose ? changing : changing.slice(0, shownDevices)
  const column = (texts: readonly string[], most: number): number =>
    Math.min(most, Math.max(...texts.map(displayWidth)))
  const hosts = column(
    shown.map((plan) => printable(spaceOfPlan(plan))),
    30,
  )
  const systems = column(
    shown.map((plan) => softwareName(plan.software, plan.platform)),
    24,
  )
  const lines = shown.flatMap((plan) => {
    const changes = changesOf(plan)
    const kept = frame.verbose ? changes : changes.slice(0, 6)
    const texts = [
      ...kept.flatMap(({ name, state }) =>
        fitting(
          `${printable(name)}: ${state.before} -> ${state.wanted}`,
          `(${peersText(state.peers, frame)})`,
          frame.width - hosts - systems - 6,
        ),
      ),
      ...more(changes.length - kept.length, 'targets', frame),
    ]
    const host = pad(clip(printable(spaceOfPlan(plan)), hosts), hosts)
    const system = pad(clip(softwareName(plan.software, plan.platform), systems), systems)
    return texts.map((text, index) =>
      index === 0
        ? `  ${frame.style.bold(host)}  ${system}  ${text}`
        : `${' '.repeat(hosts + systems + 6)}${text}`,
    )
  })
  return [...lines, ...more(changing.length - shown.length, 'devices', frame).map((line) => `  ${line}`)]
}

/** A target with its peers behind it, or below it where the line has no room for them. */
function fitting(target: string, peers: string, room: number): readonly string[] {
  if (displayWidth(target) + 2 + displayWidth(peers) <= room) return [`${target}  ${peers}`]
  return [target, ...wrapText(peers, Math.max(20, room - 2)).map((line) => `  ${line}`)]
}

interface LineGroup {
  readonly devices: Set<string>
  readonly hosts: string[]
  readonly lines: readonly string[]
  readonly revert: readonly string[]
  readonly minutes?: number
}

/** Devices by the lines that they get: the same lines are read once. */
function lineGroups(changing: readonly DevicePlan[]): readonly LineGroup[] {
  const groups = new Map<string, LineGroup>()
  for (const plan of changing) {
    const changes = changesOf(plan).map(({ decision }) => decision.change)
    const lines = changes.flatMap((change) => change.lines.map((step) => step.line))
    const revert = changes.flatMap((change) => change.revert.map((step) => step.line))
    const timer = plan.revertTimer
    const key = JSON.stringify([lines, revert, timer?.minutes])
    const group = groups.get(key) ?? { devices: new Set(), hosts: [], lines, revert, ...timer }
    group.hosts.push(spaceOfPlan(plan))
    group.devices.add(plan.host)
    groups.set(key, group)
  }
  return [...groups.values()]
}

function renderGroup(group: LineGroup, frame: Frame): readonly string[] {
  const hosts = someOf(group.hosts.map(printable), frame.verbose ? group.hosts.length : 12)
  const part = (label: string, lines: readonly string[]): readonly string[] =>
    beside(label, bounded(lines.map(printable), 60, 'lines', frame), frame.style.dim)
  return [
    ...wrapText(
      group.hosts.length === 1 ? hosts : `${hosts} (${counted(group.devices.size, 'device')})`,
      frame.width,
    ).map(frame.style.bold),
    ...part('will send', group.lines),
    ...part('undo', group.revert),
    ...(group.minutes === undefined
      ? []
      : beside('timer', sentence(revertTimerText(group.minutes), frame), frame.style.dim)),
  ]
}

/** As asked already, and not in startup: nothing is sent for these but the save. */
function standing(saving: readonly DevicePlan[], frame: Frame): readonly string[] {
  return saving.flatMap((plan) => {
    const targets = savesOf(plan).map(({ name }) => name)
    const text = `${spaceOfPlan(plan)}: ${someOf(targets, 6)}, as asked in running and not in startup`
    return sentence(text, frame)
  })
}

function warnings(changing: readonly DevicePlan[], frame: Frame): readonly string[] {
  const hosts = new Map<string, string[]>()
  for (const plan of changing) {
    for (const group of groupFindings(plan.findings)) {
      if (group.severity === 'warn')
        hosts.set(group.code, [...(hosts.get(group.code) ?? []), spaceOfPlan(plan)])
    }
  }
  return [...hosts].flatMap(([code, names]) => sentence(`${code}: ${someOf(names, 12)}`, frame))
}

/** Devices that are taken for the ones that are meant with the same yes: said in full, whatever else is asked. */
function newBoxes(plans: readonly DevicePlan[], frame: Frame): readonly string[] {
  return plans.flatMap((plan) =>
    plan.findings.flatMap(({ code, severity, message }) =>
      code === 'IDENTITY_CHANGED' && severity === 'warn'
        ? sentence(`${spaceOfPlan(plan)}: ${message}; a yes takes this box for it from now on`, frame)
        : [],
    ),
  )
}

/** Risks that somebody took on are agreed to once more, with their names. */
function acceptances(changing: readonly DevicePlan[], frame: Frame): readonly string[] {
  return changing.flatMap((plan) =>
    groupFindings(plan.findings).flatMap(({ code, accepted, findings }) => {
      if (accepted === undefined) return []
      const targets = [...new Set(findings.flatMap((finding) => finding.target ?? []))]
      const on = targets.length === 0 ? '' : ` ${someOf(targets, 6)}`
      return sentence(`${code} on ${spaceOfPlan(plan)}${on}: ${acceptanceText(accepted)}`, frame)
    }),
  )
}

function refusal(plan: DevicePlan, frame: Frame): readonly string[] {
  const codes = groupFindings(plan.findings.filter(blocks)).map((group) => group.code)
  const names = plan.targets.filter(isRefused).map((target) => target.name)
  const on = changesOf(plan).length === 0 || names.length === 0 ? '' : ` (only ${someOf(names, 6)})`
  return sentence(
    `${spaceOfPlan(plan)}${on}: ${codes.length === 0 ? 'refused with the rest of its device' : codes.join(', ')}; nothing will be sent${on === '' ? '' : ' for it'}`,
    frame,
  )
}

function names(plans: readonly DevicePlan[], frame: Frame): readonly string[] {
  if (plans.length === 0) return []
  return sentence(someOf(plans.map(spaceOfPlan), frame.verbose ? plans.length : 12), frame)
}

function promises(changing: readonly DevicePlan[], frame: Frame): readonly string[] {
  const targets = changing.flatMap((plan) =>
    changesOf(plan).map(({ state }) => ({ platform: plan.platform, state })),
  )
  return promisesOfPlans(targets).flatMap((text) => sentence(text, frame))
}
