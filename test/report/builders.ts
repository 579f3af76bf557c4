import type { Finding } from '../../src/model/finding.ts'
import type { PlatformId } from '../../src/model/ids.ts'
import type {
  Coverage,
  DeviceError,
  DeviceOutcome,
  RoleRow,
  RunResult,
  Status,
  TargetOutcome,
  UnreachableCause,
} from '../../src/model/outcome.ts'

type Part<T> = { readonly [K in keyof T]?: T[K] }

export function run(devices: readonly DeviceOutcome[], part: Part<RunResult> = {}): RunResult {
  return {
    command: 'apply',
    runId: '20261124T193012-4f1c9a',
    playbook: 'hubs answer only',
    startedAt: '2026-11-24T19:30:12.000Z',
    finishedAt: '2026-11-24T19:30:26.400Z',
    devices,
    interrupted: false,
    ...part,
  }
}

export function device(host: string, status: Status, part: Part<DeviceOutcome> = {}): DeviceOutcome {
  return {
    host,
    platform: 'ios',
    software: {
      os: 'ios',
      version: '15.2(4)M6',
      model: 'CISCO2911/K9',
      serial: 'FTX1111A001',
      evidence: 'Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.2(4)M6',
    },
    status,
    saved: 'not-needed',
    findings: [],
    targets: [],
    change: { lines: [], revert: [], clears: [] },
    roles: [],
    roundTrips: 14,
    ...part,
  }
}

export function coverage(part: Part<Coverage> = {}): Coverage {
  return { peers: 2, proven: 2, waiting: 0, atRisk: 0, idle: 0, lost: 0, ...part }
}

export function profile(name: string, status: Status, part: Part<TargetOutcome> = {}): TargetOutcome {
  return {
    kind: 'ipsec-profile',
    name,
    before: 'bidirectional',
    after: 'responder-only',
    status,
    sent: true,
    usedBy: ['Tunnel1', 'Tunnel2'],
    ...part,
  }
}

export function entry(name: string, status: Status, part: Part<TargetOutcome> = {}): TargetOutcome {
  return {
    kind: 'crypto-map-entry',
    name,
    before: 'bidirectional',
    after: 'answer-only',
    status,
    sent: true,
    usedBy: ['outside'],
    ...part,
  }
}

export function role(peer: string, target: string, part: Part<RoleRow> = {}): RoleRow {
  return {
    target,
    peer,
    protocol: 'ikev1',
    reading: 'responder',
    fresh: true,
    proof: 'proven',
    ageSeconds: 3,
    remainingSeconds: 57,
    ...part,
  }
}

export function finding(
  code: Finding['code'],
  severity: Finding['severity'],
  part: Part<Finding> = {},
): Finding {
  return { code, severity, message: 'what is, and why it matters', next: 'what to do', ...part }
}

export const profileLines: DeviceOutcome['change'] = {
  lines: ['crypto ipsec profile VPN', 'responder-only'],
  revert: ['crypto ipsec profile VPN', 'no responder-only'],
  clears: [],
}

export function unreachable(
  host: string,
  cause: UnreachableCause,
  error: Omit<DeviceError, 'cause'>,
  platform: PlatformId = 'ios',
): DeviceOutcome {
  const { software: _, ...bare } = device(host, 'unreachable', {
    platform,
    roundTrips: 0,
    error: { ...error, cause },
  })
  return bare
}

export function lostPeer(peer: string): RoleRow {
  return { target: 'VPN', peer, protocol: 'ikev1', reading: 'no-sa', fresh: false, proof: 'lost' }
}
