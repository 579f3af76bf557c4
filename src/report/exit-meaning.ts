import { printable } from '../kernel/printable.ts'
import { someOf } from '../kernel/some-of.ts'
import { counted, isLeftOpen, isOverdue } from '../model/exit-code.ts'
import type { CommandName, DeviceOutcome, RunResult, Status } from '../model/outcome.ts'

const done: Readonly<Record<Exclude<CommandName, 'verify'>, string>> = {
  plan: 'nothing to change',
  apply: 'every target is as asked',
  drift: 'every target is as asked, and none has lost a peer',
  resume: 'every target is as the run planned it, or as it was before',
  rollback: 'every target is as it was before the run',
}

/** Where no change of a target is on record, it is as asked, and nothing proves its role. */
function proven(devices: readonly DeviceOutcome[]): string {
  const targets = devices.flatMap((device) => device.targets)
  const open = targets.filter(({ status }) => status !== 'verified').length
  if (open === 0) return 'every target is proven'
  const none = 'no change is on record that would prove a role'
  return open === targets.length
    ? `every target is as asked; ${none}`
    : `every target is proven or as asked; of ${open} of ${targets.length}, ${none}`
}

const failing: readonly Status[] = ['failed', 'rolled-back', 'unreachable', 'blocked', 'skipped']

function unproven(devices: readonly DeviceOutcome[]): string {
  const open = devices.some((device) => device.status === 'unproven')
  const unsaved = devices.some((device) => device.findings.some((finding) => finding.code === 'NOT_SAVED'))
  if (open && unsaved) return 'changed, but a target is unproven and a configuration is not saved'
  return unsaved && !open
    ? 'changed, but a configuration is not saved'
    : 'changed, but the proof of a target is outstanding'
}

const pendingWords = { drifted: 'drifted', 'never-applied': 'never applied', unsaved: 'unsaved' } as const

/** By kind: somebody changed it back, nobody has set it yet, or a reload would lose it. */
function drifted(devices: readonly DeviceOutcome[]): string {
  const targets = devices.flatMap((device) => device.targets.filter(({ status }) => status === 'pending'))
  const kinds = (['drifted', 'never-applied', 'unsaved'] as const).flatMap((kind) => {
    const count = targets.filter((target) => (target.pendingKind ?? 'never-applied') === kind).length
    return count === 0 ? [] : [`${count} ${pendingWords[kind]}`]
  })
  return `not as asked: ${kinds.length === 0 ? 'a device is pending' : kinds.join(', ')}`
}

function overdueOrOpen(result: RunResult): string {
  const devices = counted(result)
  const overdue = devices.some(isOverdue)
  if (result.remediation === undefined || !devices.some(isLeftOpen)) return 'the proof of a target is overdue'
  const unsaved = devices.some(({ findings }) => findings.some(({ code }) => code === 'NOT_SAVED'))
  const unproven = devices.some(({ targets }) => targets.some((one) => one.sent && one.status === 'unproven'))
  const open = [
    ...(unproven ? ['the proof of a target is outstanding'] : []),
    ...(unsaved ? ['a configuration is not saved'] : []),
    ...(overdue ? ['the proof of a target is overdue'] : []),
  ]
  return `put back, but ${open.join(', and ')}`
}

function takenBack(devices: readonly DeviceOutcome[]): string {
  const has = (code: string): boolean =>
    devices.some((device) => device.findings.some((finding) => finding.code === code))
  const open = [
    ...(has('PEER_DOWN') ? ['a peer is still down'] : []),
    ...(has('NOT_SAVED') ? ['a configuration is not saved'] : []),
  ]
  return `taken back, but ${open.join(' and ')}`
}

function failed(devices: readonly DeviceOutcome[]): string {
  const present = failing.filter((status) => devices.some((device) => device.status === status))
  return `a device is ${present.length === 0 ? 'not as it should be' : present.join(' or ')}`
}

function unknown(devices: readonly DeviceOutcome[]): string {
  const hosts = devices
    .filter((device) => device.status === 'unknown')
    .map((device) => printable(device.host))
  return `the state of ${hosts.length === 0 ? 'a device' : someOf(hosts, 6)} is unknown: a person must look`
}

/** What an exit code of a run means, in the words of the contract and of this run. */
export function exitMeaning(code: number, result: RunResult): string {
  const devices = counted(result)
  switch (code) {
    case 0:
      return `${result.command === 'verify' ? proven(devices) : done[result.command]}${devices.length < result.devices.length ? ', apart from what the playbook expects' : ''}`
    case 1:
      return failed(
        result.command === 'rollback' ? devices.filter(({ status }) => status !== 'rolled-back') : devices,
      )
    case 2:
      return result.command === 'drift' ? drifted(devices) : 'changes are pending, nothing was sent'
    case 3:
      if (result.command === 'drift') return overdueOrOpen(result)
      return result.command === 'rollback' ? takenBack(devices) : unproven(devices)
    case 4:
      return unknown(devices)
    case 64:
      return 'usage, playbook or inventory is wrong; nothing was contacted'
    case 130:
      return 'interrupted'
    default:
      return 'not a code of ikero'
  }
}
