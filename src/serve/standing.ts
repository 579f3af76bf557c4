import { isPending } from '../model/exit-code.ts'
import { blocks, type Finding } from '../model/finding.ts'
import type { Coverage, DeviceOutcome, RoleRow, TargetOutcome } from '../model/outcome.ts'
import type { DeviceStanding, DeviceState } from '../model/serve-state.ts'

// How a device stands, from what one run says of it: what a status page, a metric and a notice go by. Pure.

type Kind = NonNullable<DeviceStanding['kind']>

/** Kinds of pending, worst first. */
const kinds: readonly Kind[] = ['drifted', 'unsaved', 'never-applied']

/** Codes that stand before all others, whatever their severity: what a person should hear first. */
const foremost: readonly string[] = [
  'HOST_KEY_CHANGED',
  'IDENTITY_CHANGED',
  'ROLE_CONTRADICTED',
  'PEER_LOST',
  'DRIFT_FOUGHT',
  'PROOF_OVERDUE',
]

/** A device as the result of a run has it. */
export function standingOf(device: DeviceOutcome): DeviceStanding {
  const status = statusOf(device)
  const kind = status === 'pending' ? kindOf(device) : undefined
  return {
    status,
    ...(kind === undefined ? {} : { kind }),
    codes: codesOf(device),
    ...wordsOf(device, kind),
    ...(device.known === undefined ? {} : { known: true }),
  }
}

/** Whether two standings are the same for whoever waits for a change: sentences hold counts and times, and vary. */
export function sameStanding(a: DeviceStanding, b: DeviceStanding): boolean {
  const key = ({ status, kind, codes, known }: DeviceStanding): string =>
    JSON.stringify([status, kind ?? '', codes.toSorted(), known === true])
  return key(a) === key(b)
}

/** A device is called by its worst target: one that waits for its proof is well, and hides none that is to do. */
function statusOf(device: DeviceOutcome): DeviceStanding['status'] {
  return device.status === 'unproven' && isPending(device) ? 'pending' : device.status
}

function kindOf({ targets }: DeviceOutcome): Kind | undefined {
  const present = targets.filter((target) => target.status === 'pending').map(pendingKind)
  return kinds.find((kind) => present.includes(kind))
}

function pendingKind({ pendingKind: kind }: TargetOutcome): Kind {
  return kind ?? 'never-applied'
}

/** What is wrong, then what deserves a word; what a person has taken on is neither. */
function worded(findings: readonly Finding[]): readonly Finding[] {
  const rank = ({ code }: Finding): number =>
    (foremost.indexOf(code) + foremost.length + 1) % (foremost.length + 1)
  return [...findings.filter(blocks), ...findings.filter(({ severity }) => severity === 'warn')].toSorted(
    (a, b) => rank(a) - rank(b),
  )
}

function codesOf({ error, findings }: DeviceOutcome): readonly string[] {
  return [
    ...new Set([...(error === undefined ? [] : [error.code]), ...worded(findings).map(({ code }) => code)]),
  ]
}

/** The worst of it in one sentence, and what to do. */
function wordsOf(device: DeviceOutcome, kind: Kind | undefined): Pick<DeviceStanding, 'message' | 'next'> {
  const { error } = device
  if (error !== undefined) return { message: error.message, next: error.next }
  const findings = worded(device.findings)
  const first = findings.find((finding) => blocks(finding) || foremost.includes(finding.code))
  if (first !== undefined) return { message: first.message, next: first.next }
  if (kind !== undefined) return pendingWords(device, kind)
  if (device.reason !== undefined) return { message: `not contacted: ${device.reason}` }
  const warning = findings[0]
  if (warning !== undefined) return { message: warning.message, next: warning.next }
  return device.status === 'unproven' && device.coverageText !== undefined
    ? { message: device.coverageText }
    : {}
}

function pendingWords(device: DeviceOutcome, kind: Kind): Required<Pick<DeviceStanding, 'message' | 'next'>> {
  const concerned = device.targets.filter(
    (target) => target.status === 'pending' && pendingKind(target) === kind,
  )
  const [first, ...others] = concerned
  const name = `${first?.name ?? 'a target'}${others.length === 0 ? '' : ` and ${others.length} more`}`
  const value = first?.after ?? first?.before ?? 'absent'
  const now = value === 'absent' ? 'no longer set' : `now ${value}`
  switch (kind) {
    case 'drifted':
      return {
        message: `${name} has drifted: ${others.length === 0 ? `it is ${now}` : 'they are not as an earlier run set them'}`,
        next: 'ask who changed it; apply sets it again, as does drift --remediate',
      }
    case 'unsaved':
      return {
        message: `${name}: as asked, but not in the startup configuration: a reload would lose it`,
        next: 'save the configuration, or apply the playbook again',
      }
    case 'never-applied':
      return {
        message: `${name}: no run has set it yet`,
        next: 'apply the playbook: drift never sets what was never applied',
      }
  }
}

/** What the targets' peers are proven of, in all; undefined where no target says. */
export function coverageOf({ targets }: DeviceOutcome): Coverage | undefined {
  const all = targets.flatMap(({ coverage }) => coverage ?? [])
  if (all.length === 0) return undefined
  const sum = (key: keyof Coverage): number =>
    all.reduce((total, coverage) => total + (coverage[key] ?? 0), 0)
  const ambiguous = sum('ambiguous')
  return {
    peers: sum('peers'),
    proven: sum('proven'),
    waiting: sum('waiting'),
    atRisk: sum('atRisk'),
    idle: sum('idle'),
    lost: sum('lost'),
    ...(ambiguous === 0 ? {} : { ambiguous }),
  }
}

/** SAs by what they say of this device. */
export function rolesOf(roles: readonly RoleRow[]): DeviceState['roles'] {
  const counts: Partial<Record<RoleRow['reading'], number>> = {}
  for (const { reading } of roles) counts[reading] = (counts[reading] ?? 0) + 1
  return counts
}
