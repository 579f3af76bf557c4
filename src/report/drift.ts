import { printable } from '../kernel/printable.ts'
import { someOf } from '../kernel/some-of.ts'
import { counted, isOverdue, isPending } from '../model/exit-code.ts'
import { blocks, type Finding } from '../model/finding.ts'
import type { DeviceOutcome, RunResult, TargetOutcome } from '../model/outcome.ts'

// What of drift people are told by default: a check that runs every night must be short where all is well.

type Kind = NonNullable<TargetOutcome['pendingKind']>

/** As the exit code has it: as asked, also while it waits for its proof. */
export function isAsAsked(device: DeviceOutcome): boolean {
  const { status, error } = device
  const well = status === 'verified' || status === 'compliant' || status === 'unproven'
  return well && error === undefined && !isPending(device) && !isOverdue(device)
}

function kindsOf({ targets }: DeviceOutcome): readonly Kind[] {
  return targets.flatMap(({ status, pendingKind = 'never-applied' }) =>
    status === 'pending' ? [pendingKind] : [],
  )
}

/** `drifted`, `drifted, unsaved`, `PROOF_OVERDUE`: why a device without an error is not as asked. */
export function driftCause(device: DeviceOutcome): string {
  const kinds: readonly string[] = [...new Set(kindsOf(device))]
  return (kinds.length === 0 && isOverdue(device) ? ['PROOF_OVERDUE'] : kinds).join(', ')
}

/** About setting something and saving it, which drift does not: there with -v, and told by plan. */
const ofPlans: readonly Finding['code'][] = ['UNSAVED_CHANGES', 'PROFILE_SHARED']

/** What is told of a device by default: what refuses and warns, and who changed it. */
export function isShort({ code, severity }: Finding): boolean {
  return code === 'LAST_CHANGE' || severity === 'block' || (severity === 'warn' && !ofPlans.includes(code))
}

interface Step {
  readonly holds: (device: DeviceOutcome) => boolean
  readonly text: (hosts: string) => string
}

const hasKind =
  (kind: Kind) =>
  (device: DeviceOutcome): boolean =>
    kindsOf(device).includes(kind)
const hasError =
  (code: string) =>
  ({ error }: DeviceOutcome): boolean =>
    error?.code === code

const holding: readonly Finding['code'][] = ['REMEDIATION_HELD', 'DRIFT_FOUGHT']

/** By what this run saw, no guard rail of the device itself would hold it. */
function isForRemediation({ findings, targets, error }: DeviceOutcome): boolean {
  const wrong = targets.some(({ status }) => ['failed', 'unknown', 'rolled-back'].includes(status))
  const held = findings.some((one) => blocks(one) || holding.includes(one.code) || isOfStandby(one))
  return error === undefined && !wrong && !held
}

/** What drifted on a standby unit alone is for the pair to settle. */
function isOfStandby({ code, target }: Finding): boolean {
  return code === 'FAILOVER_UNSYNCED' && target !== undefined
}

const steps: readonly Step[] = [
  {
    holds: hasError('PEER_LOST'),
    text: (hosts) =>
      `${hosts}: see whether the lost peer can start the tunnel; if it cannot, \`ikero rollback\` of the run that \`ikero runs\` lists takes the change back`,
  },
  {
    holds: hasError('ROLE_CONTRADICTED'),
    text: (hosts) => `${hosts}: find out what starts the tunnel there; \`ikero explain ROLE_CONTRADICTED\``,
  },
  {
    holds: isOverdue,
    text: (hosts) => `${hosts}: have each open peer start once, then \`ikero verify\` with this playbook`,
  },
  {
    holds: (device) => hasKind('drifted')(device) && device.findings.some(blocks),
    text: (hosts) =>
      `${hosts}: what blocks stands above; \`ikero apply\` sets again what drifted once it is gone`,
  },
  {
    holds: (device) => hasKind('drifted')(device) && isForRemediation(device),
    text: (hosts) =>
      `${hosts}: \`ikero apply\` with this playbook sets again what drifted, or \`ikero drift --remediate\` within its guard rails`,
  },
  {
    holds: (device) =>
      hasKind('drifted')(device) &&
      !isForRemediation(device) &&
      !device.findings.some((one) => blocks(one) || isOfStandby(one)),
    text: (hosts) => `${hosts}: \`ikero apply\` with this playbook sets again what drifted`,
  },
  {
    holds: (device) => hasKind('drifted')(device) && device.findings.some(isOfStandby),
    text: (hosts) =>
      `${hosts}: have the pair synchronise (\`write standby\` on the active unit), then \`ikero drift\` with this playbook`,
  },
  {
    holds: hasKind('unsaved'),
    text: (hosts) => `${hosts}: \`ikero apply\` with this playbook saves it, before a reload loses it`,
  },
  {
    holds: hasKind('never-applied'),
    text: (hosts) => `${hosts}: \`ikero plan\` with this playbook shows what was never applied`,
  },
]

/** What to do, once for each cause with the devices that it is about; worst first. Ready for print. */
export function driftSteps(result: RunResult): readonly string[] {
  const devices = counted(result)
  return steps.flatMap(({ holds, text }) => {
    const hosts = devices.filter(holds).map(({ host }) => printable(host))
    return hosts.length === 0 ? [] : [text(someOf(hosts, 6))]
  })
}

/** A check that sent nothing: there is no change to plan a proof for, and none to take back. */
export function onlyLooked({ command, devices }: Pick<RunResult, 'command' | 'devices'>): boolean {
  return command === 'drift' && !devices.some(({ targets }) => targets.some(({ sent }) => sent))
}

/** What has drifted, or was never set, or would be lost: in a few words each, for a page of its own. */
export function driftSentences(result: RunResult): readonly string[] {
  const devices = counted(result)
  const named = (kind: Kind, words: string): readonly string[] => {
    const hosts = devices.filter(hasKind(kind)).map(({ host }) => host)
    return hosts.length === 0 ? [] : [`${words}: ${someOf(hosts, 12)}.`]
  }
  const overdue = devices.filter(isOverdue).map(({ host }) => host)
  const all = [
    ...named('drifted', 'Set by a run, and not as asked any more'),
    ...named('unsaved', 'As asked in running only, and lost with the next reload'),
    ...named('never-applied', 'Never set'),
    ...(overdue.length === 0 ? [] : [`Unproven for too long: ${someOf(overdue, 12)}.`]),
  ]
  return all.length === 0 ? ['Nothing: every target that was read is as asked.'] : all
}

/** Who took settings away, as the devices tell. */
export function changedBy(result: RunResult): readonly string[] {
  const told = counted(result).flatMap(({ host, findings }) =>
    findings.flatMap(({ code, message }) => (code === 'LAST_CHANGE' ? [`${host}: ${message}.`] : [])),
  )
  return told.length <= 12 ? told : [...told.slice(0, 12), `And ${told.length - 12} more.`]
}
