import { assertNever } from '../../kernel/never.ts'
import type { SoftwareFacts } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import { softwareInWords } from '../../model/software-name.ts'
import { support } from '../software/support.ts'
import { supportsResponderOnly } from './release.ts'

function unsupported(software: SoftwareFacts, message: string, next: string): readonly Finding[] {
  return [{ code: 'PLATFORM_UNSUPPORTED', severity: 'block', message, evidence: software.evidence, next }]
}

/**
 * Refusals that no further reading can lift. A release that ikero cannot judge passes here: its own
 * `show crypto ipsec profile` settles that in the checks.
 */
export function gate(software: SoftwareFacts): readonly Finding[] {
  switch (software.os) {
    case 'asa':
    case 'pix':
      return [
        {
          code: 'PLATFORM_MISMATCH',
          severity: 'block',
          message: `the inventory says ios and the device is ${softwareInWords(software)}: it has other commands`,
          evidence: software.evidence,
          next: 'set platform: asa for this host in the inventory and name it under asas in the playbook',
        },
      ]
    case 'ftd':
    case 'nxos':
    case 'iosxr':
    case 'other':
      return unsupported(
        software,
        `the device is ${softwareInWords(software)}: ikero changes IOS and IOS-XE routers here, and sends nothing to this one`,
        software.os === 'ftd'
          ? 'change it in its manager, and take the host out of the playbook'
          : 'check the address in the inventory, and take the host out of the playbook if it is right',
      )
    case 'ios':
    case 'ios-xe':
      return software.controllerManaged === true
        ? unsupported(
            software,
            'this IOS-XE is controller-managed: its controller owns the configuration and would undo a change',
            'make the change in the SD-WAN controller, and take the host out of the playbook',
          )
        : releaseGate(software)
    default:
      return assertNever(software.os)
  }
}

function emulated(software: SoftwareFacts): Finding {
  return {
    code: 'EMULATED_ONLY',
    severity: 'warn',
    message: `no output of ${softwareInWords(software)} or its family was ever seen: what ikero knows of it comes from documents and simulated devices`,
    evidence: software.evidence,
    next: 'begin with one device, with somebody at its console',
  }
}

function releaseGate(software: SoftwareFacts): readonly Finding[] {
  if (supportsResponderOnly(software) !== 'no')
    return support(software) === 'emulated' ? [emulated(software)] : []
  return [
    {
      code: 'RELEASE_TOO_OLD',
      severity: 'block',
      message: `${softwareInWords(software)} has no responder-only: it came with 12.4(24)T, and no mainline of 12.4 has it, whatever its number`,
      evidence: software.evidence,
      next: 'install 12.4(24)T or a later T, any 15.x M or T, or IOS-XE 16.3.1 or later; or take the host out of the playbook',
    },
  ]
}
