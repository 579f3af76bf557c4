import { printable } from '../kernel/printable.ts'
import { someOf } from '../kernel/some-of.ts'
import { isPending } from '../model/exit-code.ts'
import {
  type CommandName,
  type DeviceOutcome,
  type RoleRow,
  statuses,
  type TargetOutcome,
} from '../model/outcome.ts'
import { renderChange } from './change-lines.ts'
import { renderError } from './device-error.ts'
import { isShort } from './drift.ts'
import { groupFindings, renderFindingGroup } from './finding-groups.ts'
import { beside, bounded, type Frame, more, sentence, textWidth } from './frame.ts'
import { counted, wrapText } from './layout.ts'
import { softwareName, tally, valueName } from './names.ts'
import { renderRoles, renderSas } from './role-rows.ts'

const shownTargets = 8
const shownHosts = 40

function heading(device: DeviceOutcome, others: readonly DeviceOutcome[], frame: Frame): readonly string[] {
  const { style } = frame
  const status = style.status(device.status)(device.status)
  if (others.length > 0) {
    const hosts = [device, ...others].map((one) => printable(one.host))
    const names = someOf(hosts, frame.verbose ? hosts.length : shownHosts)
    return [
      `${style.bold(counted(hosts.length, 'device'))}  ${status}`,
      ...beside('devices', wrapText(names, textWidth(frame)), style.dim),
    ]
  }
  const { software } = device
  const facts = [
    softwareName(software, device.platform),
    ...(software?.model === undefined ? [] : [printable(software.model)]),
    ...(software?.serial === undefined ? [] : [printable(software.serial)]),
  ]
  return [`${style.bold(printable(device.host))}  ${status}  ${facts.join(', ')}`]
}

function targetText(target: TargetOutcome, frame: Frame): string {
  const users = target.usedBy.map(printable)
  const on = users.length === 0 ? '' : ` (${someOf(users, frame.verbose ? users.length : 4)})`
  const before = valueName(target.before)
  const after = target.after === undefined ? undefined : valueName(target.after)
  const change = after === undefined || after === before ? before : `${before} -> ${after}`
  const kind = target.pendingKind === undefined ? '' : `, ${target.pendingKind}`
  return `${printable(target.name)}${on}: ${change}  ${frame.style.status(target.status)(target.status)}${kind}`
}

function renderTargets(targets: readonly TargetOutcome[], frame: Frame): readonly string[] {
  const sorted = [...targets].sort((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status))
  const shown = frame.verbose ? sorted : sorted.slice(0, shownTargets)
  const rest = tally(sorted.slice(shown.length).map((target) => target.status))
  return beside(
    targets.length === 1 ? 'target' : 'targets',
    [
      ...shown.map((target) => targetText(target, frame)),
      ...more(sorted.length - shown.length, `targets: ${rest}`, frame),
    ],
    frame.style.dim,
  )
}

/** What the playbook expects of this device: told, and not counted. */
function renderKnown({ known }: DeviceOutcome, frame: Frame): readonly string[] {
  if (known === undefined) return []
  const text = `expected until ${known.until} and not counted: ${known.reason}`
  return beside('known', sentence(text, frame), frame.style.dim)
}

/** Why nothing was begun; every skipped target of a device has the same reason. */
function renderReason(device: DeviceOutcome, frame: Frame): readonly string[] {
  const reason = device.targets.find((target) => target.reason !== undefined)?.reason ?? device.reason
  return reason === undefined ? [] : beside('because', sentence(reason, frame), frame.style.dim)
}

function renderReadBack(device: DeviceOutcome, frame: Frame): readonly string[] {
  const lines = device.targets
    .filter((target) => target.sent)
    .map(
      (target) =>
        `${printable(target.name)}: ${target.after === undefined ? 'could not be read' : valueName(target.after)}`,
    )
  return beside('read back', bounded(lines, shownTargets, 'targets', frame), frame.style.dim)
}

/** What stands at a target that was neither changed nor judged proves nothing: it is told without words of proof. */
function renderProof(device: DeviceOutcome, command: CommandName, frame: Frame): readonly string[] {
  const judged = new Set(
    device.targets.filter(({ sent, coverage }) => sent || coverage !== undefined).map(({ name }) => name),
  )
  const proves = (row: RoleRow): boolean =>
    command === 'verify' || command === 'drift' || judged.has(row.target)
  const text = device.coverageText === undefined ? [] : sentence(device.coverageText, frame)
  const proof = [...text, ...renderRoles(device.roles.filter(proves), frame)]
  const standing = device.roles.filter((row) => !proves(row))
  return [
    ...beside('proof', proof, frame.style.dim),
    ...beside('SAs now', renderSas(standing, frame), frame.style.dim),
  ]
}

function renderSaved(device: DeviceOutcome, frame: Frame): readonly string[] {
  if (device.saved === 'not-needed') return []
  const { style } = frame
  const stands = device.targets.some(({ status }) => ['verified', 'unproven', 'compliant'].includes(status))
  const waits = device.targets.some(({ pendingKind }) => pendingKind === 'unsaved')
  const foreign = device.foreignUnsaved
  const why = foreign === undefined ? '' : `; ${counted(foreign, 'line')} of somebody else's in the way`
  const no = waits
    ? 'no: as asked in running only, apply saves it'
    : stands
      ? `no: a reload would bring the old setting back${why}`
      : 'no'
  const back = device.targets.length > 0 && device.targets.every((target) => target.status === 'rolled-back')
  const yes = back ? 'yes: startup has the setting from before' : 'yes, to startup'
  return beside('saved', [device.saved === 'yes' ? yes : style.yellow(no)], style.dim)
}

/** How often the device was waited for, by step: what a slow line costs. */
function renderRoundTrips({ roundTrips, roundTripsBy }: DeviceOutcome, frame: Frame): readonly string[] {
  if (!frame.verbose || roundTripsBy === undefined) return []
  const { survey, change, secondLogin, proof } = roundTripsBy
  const steps = `survey ${survey}, change ${change}, second login ${secondLogin}, proof ${proof}`
  return beside('waits', [`${counted(roundTrips, 'round trip')}: ${steps}`], frame.style.dim)
}

/** A section that stands for several devices tells only what they share. */
function targetsFor(device: DeviceOutcome, others: readonly DeviceOutcome[]): readonly TargetOutcome[] {
  if (others.length === 0) return device.targets
  return device.status === 'pending' ? device.targets.map((target) => ({ ...target, usedBy: [] })) : []
}

/**
 * Everything of one device that a person may have to act on, in the order of need: error, refusals and
 * warnings, targets, lines, what was read back, proof, saving, notes. `others`: devices that this section
 * also stands for.
 */
export function renderDevice(
  device: DeviceOutcome,
  command: CommandName,
  others: readonly DeviceOutcome[],
  frame: Frame,
): readonly string[] {
  // Drift is read every night: what a plan would tell besides is there with -v. What was sent is always shown.
  const short = command === 'drift' && !frame.verbose
  const wasSent = device.targets.some(({ sent }) => sent)
  const groups = groupFindings(short ? device.findings.filter(isShort) : device.findings)
  const loud = groups.filter((group) => group.severity !== 'info')
  const quiet = groups.filter((group) => group.severity === 'info')
  return [
    ...heading(device, others, frame),
    ...renderKnown(device, frame),
    ...(device.error === undefined ? [] : renderError(device.error, device, others, frame)),
    ...loud.flatMap((group) => renderFindingGroup(group, frame)),
    ...renderTargets(targetsFor(device, others), frame),
    ...renderReason(device, frame),
    ...(short && !wasSent ? [] : renderChange(device, command, frame)),
    ...renderReadBack(device, frame),
    ...(short && isPending(device) ? [] : renderProof(device, command, frame)),
    ...renderSaved(device, frame),
    ...renderRoundTrips(device, frame),
    ...quiet.flatMap((group) => renderFindingGroup(group, frame)),
  ]
}
