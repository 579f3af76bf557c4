import type { DeviceOutcome, RunResult } from './outcome.ts'

/** Exit codes of the contract; 64 (bad input) is decided before there is a result. */
export const usageExitCode = 64

interface Row {
  readonly code: number
  readonly applies: (result: RunResult) => boolean
}

const has =
  (...statuses: readonly DeviceOutcome['status'][]) =>
  (result: RunResult): boolean =>
    counted(result).some((device) => statuses.includes(device.status))

/** The devices that an exit code is about: what the playbook expects is not counted; a changed host key always is. */
export function counted(result: RunResult): readonly DeviceOutcome[] {
  return result.devices.filter(counts)
}

export function counts({ known, error }: Pick<DeviceOutcome, 'known' | 'error'>): boolean {
  return known === undefined || error?.code === 'HOST_KEY_CHANGED'
}

// Highest row that applies wins.
const table: readonly Row[] = [
  // Whoever interrupts twice knows that devices were left in the middle.
  { code: 130, applies: (result) => result.halted === true },
  { code: 4, applies: has('unknown') },
  { code: 130, applies: (result) => result.interrupted },
  { code: 1, applies: has('failed', 'unreachable', 'blocked', 'skipped') },
  // What rollback is called for is no failure of it.
  { code: 1, applies: (result) => result.command !== 'rollback' && has('rolled-back')(result) },
  { code: 3, applies: (result) => counted(result).some(isOpen(result)) },
  { code: 2, applies: (result) => counted(result).some(isPending) },
]

/** Something of a device is to do, also where the device is called by another target that waits for its proof. */
export function isPending({ status, targets }: Pick<DeviceOutcome, 'status' | 'targets'>): boolean {
  return status === 'pending' || targets.some((target) => target.status === 'pending')
}

/** PROOF_OVERDUE on a device: a target's proof should have come long ago. */
export function isOverdue(device: DeviceOutcome): boolean {
  return device.findings.some(({ code }) => code === 'PROOF_OVERDUE')
}

/** To drift, waiting inside its proof time is as it should be, but for what it has just put back itself. */
function isOpen({ command, remediation }: RunResult): (device: DeviceOutcome) => boolean {
  if (command !== 'drift') return unfinished
  return remediation === undefined ? isOverdue : (device) => isOverdue(device) || isLeftOpen(device)
}

/** Something that this very run sent is unproven, or not saved. */
export function isLeftOpen({ targets, findings }: DeviceOutcome): boolean {
  return (
    targets.some(({ sent, status }) => sent && status === 'unproven') ||
    findings.some(({ code }) => code === 'NOT_SAVED')
  )
}

function unfinished(device: DeviceOutcome): boolean {
  return (
    device.targets.some((target) => target.status === 'unproven') ||
    device.findings.some(({ code }) => code === 'NOT_SAVED' || code === 'PEER_DOWN')
  )
}

/** The table for people, in the order of the codes. */
export const exitMeanings: readonly { readonly code: number; readonly meaning: string }[] = [
  { code: 0, meaning: 'as asked: compliant, verified, nothing to do' },
  { code: 1, meaning: 'a device is failed, unreachable, blocked, skipped or rolled back' },
  { code: 2, meaning: 'plan, dry run, drift: changes are pending' },
  {
    code: 3,
    meaning:
      'changed, but a target is not proven yet or not saved; drift: a proof is overdue; rollback: a peer is still down',
  },
  { code: 4, meaning: "a device's state is unknown: a person must look" },
  { code: usageExitCode, meaning: 'the command line or a file is wrong; nothing was contacted' },
  { code: 130, meaning: 'interrupted' },
]

/** What a run's result is worth to a shell: computed from the same object that is printed. */
export function exitCodeOf(result: RunResult): number {
  return table.find((row) => row.applies(result))?.code ?? 0
}
