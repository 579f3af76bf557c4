import { printable } from '../../kernel/printable.ts'
import type { OsFamily, SoftwareFacts } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import { softwareInWords } from '../../model/software-name.ts'

const unsupported: Readonly<Partial<Record<OsFamily, string>>> = {
  ftd: 'its configuration belongs to a manager and cannot be changed at the command line',
  nxos: 'it has no crypto map entries of this kind',
  iosxr: 'it has no crypto map entries of this kind',
  other: 'nothing is known of its command line',
}

/**
 * ASA and PIX 7.0 and later have `set connection-type` (sources: the responder-only tech note).
 */
export function gate(software: SoftwareFacts): readonly Finding[] {
  const { os } = software
  if (os === 'ios' || os === 'ios-xe') return [mismatch(software)]
  if (os !== 'asa' && os !== 'pix') return [notSupported(software)]
  const refused = [...judgeRelease(software), ...judgeContext(software)]
  return refused.length > 0 ? refused : judgeEvidence(software)
}

function mismatch(software: SoftwareFacts): Finding {
  return {
    code: 'PLATFORM_MISMATCH',
    severity: 'block',
    message: `the device runs ${softwareInWords(software)}, and the inventory calls it asa`,
    evidence: software.evidence,
    next: 'write platform: ios for this host in the inventory, and name it under routers in the playbook',
  }
}

function notSupported(software: SoftwareFacts): Finding {
  return {
    code: 'PLATFORM_UNSUPPORTED',
    severity: 'block',
    message: `the device runs ${softwareInWords(software)}: ${unsupported[software.os] ?? 'it is not an ASA'}`,
    evidence: software.evidence,
    next: 'take the host out of the playbook; ikero changes ASA, and PIX 7.0 and later, under asas',
  }
}

function judgeRelease(software: SoftwareFacts): readonly Finding[] {
  const { version } = software
  const major = version === undefined ? undefined : /^(\d{1,3})\.\d+/.exec(version)?.[1]
  if (version === undefined || major === undefined) {
    const said = version === undefined ? 'prints no version' : `calls its version ${printable(version)}`
    return [
      {
        code: 'RELEASE_UNKNOWN',
        severity: 'block',
        message: `the device ${said}, so it is not known whether it has set connection-type`,
        evidence: software.evidence,
        next: 'look at show version on the device; 7.0 and later have the command',
      },
    ]
  }
  if (Number(major) >= 7) return []
  return [
    {
      code: 'RELEASE_TOO_OLD',
      severity: 'block',
      message: `${softwareInWords(software)} has no set connection-type: it came with 7.0`,
      evidence: software.evidence,
      next: 'upgrade the device to 7.0 or later, or take it out of the playbook',
    },
  ]
}

/** VPN inside contexts came with 9.0(1) (release notes of 9.0, UNVERIFIED); before, multiple mode had none. */
function judgeContext(software: SoftwareFacts): readonly Finding[] {
  const major = Number(/^(\d{1,3})\./.exec(software.version ?? '')?.[1])
  if (software.contextMarker === undefined || major >= 9) return []
  return [
    {
      code: 'VPN_IN_CONTEXT_UNSUPPORTED',
      severity: 'block',
      message: `${softwareInWords(software)} is in multiple context mode, in which it has no VPN: that came with 9.0(1)`,
      evidence: software.evidence,
      next: 'take the host out of the playbook',
    },
  ]
}

/** PIX 7.x and 8.0 are known from documents and simulated devices only. */
function judgeEvidence(software: SoftwareFacts): readonly Finding[] {
  if (software.os !== 'pix') return []
  return [
    {
      code: 'EMULATED_ONLY',
      severity: 'warn',
      message: `${softwareInWords(software)} is known to ikero from documents only: it has never seen output of one`,
      evidence: software.evidence,
      next: 'begin with one such device, with somebody at its console, and look at the result by hand',
    },
  ]
}
