import type { DeviceFacts, SoftwareFacts } from '../../src/model/facts.ts'
import type { Finding } from '../../src/model/finding.ts'
import { type ContextName, configLine, type PlatformId } from '../../src/model/ids.ts'
import { type Target, targetName } from '../../src/model/intent.ts'
import type { Decision, DevicePlan, TargetPlan, TargetState } from '../../src/model/plan.ts'
import { deviceName, fingerprint } from '../names.ts'

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
    fingerprint: fingerprint('0'),
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
    readonly context?: ContextName
    readonly facts?: Partial<DeviceFacts>
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
    ...(part.context === undefined ? {} : { context: part.context }),
    ...part.facts,
  }
  return {
    host: deviceName(host),
    platform,
    wanted: 'responder-only',
    software,
    facts,
    targets,
    findings: part.findings ?? [],
  }
}
