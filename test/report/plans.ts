import type { DeviceFacts, SoftwareFacts } from '../../src/model/facts.ts'
import type { Finding } from '../../src/model/finding.ts'
import {
  configLine,
  type DeviceName,
  type PlatformId,
  parseDeviceName,
  parseFingerprint,
  parseMapName,
  parseProfileName,
} from '../../src/model/ids.ts'
import { type Target, targetName } from '../../src/model/intent.ts'
import type { Decision, DevicePlan, TargetPlan, TargetState } from '../../src/model/plan.ts'

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a builder was given a text that no name may have')
  return value
}

export const name = (text: string): DeviceName => must(parseDeviceName(text))
export const profileTarget = (text: string): Target => ({
  kind: 'ipsec-profile',
  profile: must(parseProfileName(text)),
})
export const entryTarget = (map: string, seq: number): Target => ({
  kind: 'crypto-map-entry',
  map: must(parseMapName(map)),
  seq,
})

/** A change as the platforms plan it. */
export function changeOf(lines: readonly string[], revert: readonly string[]): Decision {
  const steps = (texts: readonly string[]) => texts.map((text) => ({ line: configLine(text), opens: false }))
  return { kind: 'change', change: { lines: steps(lines), revert: steps(revert) } }
}

export function targetPlan(
  target: Target,
  decision: Decision,
  part: { readonly [K in keyof TargetState]?: TargetState[K] } = {},
): TargetPlan {
  return {
    name: targetName(target),
    fingerprint: must(parseFingerprint('0'.repeat(64))),
    decision,
    state: {
      target,
      before: 'bidirectional',
      wanted: target.kind === 'ipsec-profile' ? 'responder-only' : 'answer-only',
      usedBy: ['Tunnel1'],
      peers: { listed: ['203.0.113.11'], any: false },
      findings: [],
      basis: [],
      ...part,
    },
  }
}

export function plan(
  host: string,
  targets: readonly TargetPlan[],
  part: {
    readonly platform?: PlatformId
    readonly software?: SoftwareFacts
    readonly findings?: readonly Finding[]
  } = {},
): DevicePlan {
  const platform = part.platform ?? 'ios'
  const software: SoftwareFacts = part.software ?? {
    os: 'ios',
    version: '15.2(4)M6',
    evidence: 'Version 15.2(4)M6',
  }
  const facts: DeviceFacts = {
    platform,
    software,
    hostname: host,
    privileged: true,
    configComplete: true,
    profiles: [],
    profilesUsedButNotDefined: [],
    tunnels: [],
    cryptoMaps: [],
    tunnelGroups: [],
    peerDescriptions: {},
    ownAddresses: [],
    reading: { sas: [], unreadable: [] },
  }
  return {
    host: name(host),
    platform,
    wanted: 'responder-only',
    software,
    facts,
    targets,
    findings: part.findings ?? [],
  }
}
