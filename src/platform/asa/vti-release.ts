import type { DeviceFacts, SoftwareFacts } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import type { DeviceIntent } from '../../model/intent.ts'
import { softwareInWords } from '../../model/software-name.ts'

/** Engineering builds count from here on: `98.1(1)86`, `100.8(40)`. */
const engineering = 90

/**
 * Whether a release has `responder-only` under an IPsec profile. VTI came with 9.7(1), and which of 9.7 and
 * 9.8 has the line is UNVERIFIED; PIX has no VTI.
 */
export function hasVtiResponderOnly({ os, version }: SoftwareFacts): 'yes' | 'no' | 'unknown' {
  if (os === 'pix') return 'no'
  const [, majorText, minorText] = /^(\d{1,3})\.(\d{1,3})\D/.exec(`${version ?? ''} `) ?? []
  if (majorText === undefined || minorText === undefined) return 'unknown'
  const [major, minor] = [Number(majorText), Number(minorText)]
  if (major >= engineering) return 'unknown'
  if (major !== 9) return major > 9 ? 'yes' : 'no'
  if (minor === 7) return 'unknown'
  return minor > 7 ? 'yes' : 'no'
}

/** What the release and the mode of the device mean for its VTI profiles; on each target, since entries go on. */
export function vtiRelease(
  facts: DeviceFacts,
  target: string,
  wanted: DeviceIntent['state'],
): readonly Finding[] {
  const { software } = facts
  const common = { target, evidence: software.evidence }
  if (software.contextMarker !== undefined) {
    return [
      {
        ...common,
        code: 'VPN_IN_CONTEXT_UNSUPPORTED',
        severity: 'block',
        message: 'the device is in multiple context mode, in which an ASA has no VTI',
        next: 'take its vtiProfiles out of the playbook; crypto map entries of a context can be named with context',
      },
    ]
  }
  const has = hasVtiResponderOnly(software)
  const name = softwareInWords(software)
  if (has === 'yes') return []
  if (has === 'no') {
    return [
      {
        ...common,
        code: 'RELEASE_TOO_OLD',
        severity: 'block',
        message: `${name} has no responder-only for IPsec profiles: VTI came with ASA 9.7(1)`,
        next: 'upgrade the device to 9.8 or later, or take its vtiProfiles out of the playbook',
      },
    ]
  }
  const settled = facts.responderOnlyShown === true || wanted === 'bidirectional'
  return [
    {
      ...common,
      code: 'RELEASE_UNKNOWN',
      severity: settled ? 'info' : 'block',
      message: settled
        ? `${name} is no release that ikero can place, and the device itself shows that it knows responder-only`
        : `it is not known whether ${name} has responder-only for IPsec profiles; 9.8 and later have it`,
      next: settled
        ? 'nothing to do'
        : 'look whether crypto ipsec profile offers responder-only on a spare device of that release, or upgrade to 9.8 or later',
    },
  ]
}
