import type { PlatformId } from '../model/ids.ts'
import type { DeviceOutcome, TargetOutcome } from '../model/outcome.ts'
import type { TargetState } from '../model/plan.ts'

/** What the setting promises; it is not the same everywhere, and a reader must not assume the stronger one. */
export type PromiseKind = 'ios-profile' | 'asa-entry' | 'asa-profile'

const texts: Readonly<Record<PromiseKind, string>> = {
  'ios-profile':
    'IOS IPsec profile: starts and rekeys neither IKE nor IPsec SAs (documented for IKEv1; for IKEv2 the role is read from real output, rekey suppression is unverified).',
  'asa-entry':
    'ASA crypto map entry: does not start the first exchange; later rekeys and phase 2 may still start here.',
  'asa-profile': 'ASA IPsec profile: as on IOS, unverified in detail.',
}

const answering: readonly string[] = ['responder-only', 'answer-only']

/** Which promise a kind of target makes on a platform. */
export function promiseOf(platform: PlatformId, kind: TargetOutcome['kind']): PromiseKind {
  if (kind === 'crypto-map-entry') return 'asa-entry'
  return platform === 'asa' ? 'asa-profile' : 'ios-profile'
}

function promises(target: TargetOutcome): boolean {
  switch (target.status) {
    case 'pending':
      // Unsaved targets are as asked already; the others are on their way to the opposite of what stands there.
      return target.pendingKind === 'unsaved' || !answering.includes(target.before)
    case 'verified':
    case 'unproven':
    case 'compliant':
      return answering.includes(target.after ?? target.before)
    default:
      return false
  }
}

/** The promises that a report has to name: one sentence per kind of target that answers, or would. */
export function promisesOf(devices: readonly DeviceOutcome[]): readonly string[] {
  return sentences(
    devices.flatMap((device) =>
      device.targets.filter(promises).map((target) => promiseOf(device.platform, target.kind)),
    ),
  )
}

/** The same for targets that a plan would change. */
export function promisesOfPlans(
  targets: readonly { readonly platform: PlatformId; readonly state: TargetState }[],
): readonly string[] {
  return sentences(
    targets.flatMap(({ platform, state }) =>
      answering.includes(state.wanted) ? [promiseOf(platform, state.target.kind)] : [],
    ),
  )
}

function sentences(found: readonly PromiseKind[]): readonly string[] {
  const order: readonly PromiseKind[] = ['ios-profile', 'asa-entry', 'asa-profile']
  return order.filter((kind) => found.includes(kind)).map((kind) => texts[kind])
}
