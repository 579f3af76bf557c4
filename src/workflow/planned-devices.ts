import type { DeviceRequest } from '../model/device-request.ts'
import { blocks, type Finding } from '../model/finding.ts'
import { identityOf } from '../model/identity.ts'
import type { DeviceIntent } from '../model/intent.ts'
import type { InventoryHost, JumpHost } from '../model/inventory.ts'
import type { DeviceOutcome } from '../model/outcome.ts'
import { clearsOf, type DevicePlan, isToWrite, type TargetPlan } from '../model/plan.ts'
import type {
  DevicePins,
  NotPlanned,
  PlanFile,
  PlannedDevice,
  PlannedSpace,
  PlannedTarget,
} from '../model/plan-file.ts'
import { maskedPath } from '../platform/config-difference.ts'

/**
 * What a plan file says of the devices of a run. Those that were not reached, or that a check refuses as a
 * whole, are not planned, with the reason.
 *
 * @param plans one for each space that was read, with all that was found
 */
export function plannedDevices(
  requests: readonly DeviceRequest[],
  plans: readonly DevicePlan[],
  outcomes: readonly DeviceOutcome[],
): Pick<PlanFile, 'devices' | 'notPlanned'> {
  const devices: PlannedDevice[] = []
  const notPlanned: NotPlanned[] = []
  for (const outcome of outcomes) {
    const host = requests.find((one) => one.host.name === outcome.host)?.host
    const spaces = plans
      .filter((plan) => plan.host === outcome.host)
      .sort((a, b) => (a.facts.context ?? '').localeCompare(b.facts.context ?? '', 'en'))
    const refused = ['unknown', 'failed', 'unreachable', 'blocked'].includes(outcome.status)
    const none = spaces.every((plan) => plan.targets.length === 0)
    if (host === undefined || none || (refused && !spaces.some(isToWrite))) {
      notPlanned.push(leftAlone(outcome))
      continue
    }
    devices.push(deviceOf(host, spaces))
    const told = new Set(spaces.flatMap((plan) => plan.targets.map(({ name }) => name)))
    const unread = outcome.targets.filter(({ name }) => !told.has(name)).map(({ name }) => name)
    if (unread.length > 0) notPlanned.push({ ...leftAlone(outcome), targets: unread })
  }
  return { devices, notPlanned }
}

function leftAlone({ host, status, error, findings }: DeviceOutcome): NotPlanned {
  const why = error ?? findings.find(blocks)
  return {
    host,
    status,
    ...(why === undefined ? {} : { code: why.code }),
    reason: why?.message ?? 'nothing is set there',
  }
}

/** What of an inventory a plan is pinned to. */
export function pinsOf(host: InventoryHost): DevicePins {
  return {
    address: host.address,
    port: host.port,
    platform: host.platform,
    via: (host.via ?? []).map(jumpName),
    credential: host.credential.name,
  }
}

function jumpName({ name, address, port }: JumpHost): string {
  return `${name} (${address} port ${port})`
}

function deviceOf(host: InventoryHost, spaces: readonly DevicePlan[]): PlannedDevice {
  const planned = spaces.map(spaceOf)
  const hostKey = spaces.find((plan) => plan.hostKey !== undefined)?.hostKey
  return {
    host: host.name,
    pins: { ...pinsOf(host), ...(hostKey === undefined ? {} : { hostKey }) },
    change: changeOf(planned),
    spaces: planned,
  }
}

/** All lines of a device's targets, in their order. */
export function changeOf(spaces: readonly Pick<PlannedSpace, 'targets'>[]): PlannedDevice['change'] {
  const targets = spaces.flatMap((space) => space.targets)
  return {
    lines: targets.flatMap((target) => target.lines),
    revert: targets.flatMap((target) => target.revert),
    clears: targets.flatMap((target) => target.clears.flatMap((clear) => clear.lines)),
  }
}

function spaceOf(plan: DevicePlan): PlannedSpace {
  const { os, version, model, serial } = plan.software
  return {
    ...(plan.facts.context === undefined ? {} : { context: plan.facts.context }),
    identity: identityOf(plan.facts),
    software: {
      os,
      ...(version === undefined ? {} : { version }),
      ...(model === undefined ? {} : { model }),
      ...(serial === undefined ? {} : { serial }),
    },
    findings: plan.findings.map(withoutSecrets),
    ...(plan.revertTimer === undefined ? {} : { revertTimer: plan.revertTimer }),
    targets: plan.targets.map((target) => targetOf(plan, target)),
  }
}

function withoutSecrets(finding: Finding): Finding {
  if (finding.evidence === undefined) return finding
  return { ...finding, evidence: maskedPath(finding.evidence.split('\n')).join('\n') }
}

function targetOf(plan: DevicePlan, { name, state, fingerprint, decision }: TargetPlan): PlannedTarget {
  const change = decision.kind === 'change' ? decision.change : { lines: [], revert: [] }
  return {
    name,
    target: state.target,
    decision: decision.kind,
    ...(decision.kind === 'skipped' ? { reason: decision.reason } : {}),
    before: state.before,
    wanted: state.wanted,
    fingerprint,
    lines: change.lines.map((step) => step.line),
    revert: change.revert.map((step) => step.line),
    clears: clearsOf(plan)
      .filter((clear) => clear.target === name)
      .map(({ peer, lines }) => ({ peer, lines })),
    usedBy: state.usedBy,
    peers: { listed: state.peers.listed, any: state.peers.any },
    basis: maskedPath(state.basis),
  }
}

/** A device of a plan as a run asks it again: exactly the targets that the plan has. */
export function requestFor(
  host: InventoryHost,
  planned: Pick<PlannedDevice, 'spaces'>,
  { state, peers, revertTimer }: Pick<DeviceIntent, 'state' | 'peers' | 'revertTimer'>,
): DeviceRequest {
  const targets = planned.spaces.flatMap((space) => space.targets.map(({ target }) => target))
  const { name, platform, endpoints } = host
  const timer = revertTimer === undefined ? {} : { revertTimer }
  return { host, intent: { host: name, platform, state, targets, peers, endpoints, ...timer } }
}
