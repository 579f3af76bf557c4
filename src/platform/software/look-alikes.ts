import type { SoftwareFacts } from '../../model/facts.ts'
import { firstOf, headLine, shown } from '../text.ts'

/** NX-OS. Source: captures of 6.1 and 10.4; older images print `system:` for `NXOS:`. */
export function nxosSoftware(lines: readonly string[]): SoftwareFacts | undefined {
  const line = headLine(lines, /^Cisco Nexus Operating System \(NX-OS\) Software|^Software\s*\(NX-OS\)/)
  if (line === undefined) return undefined
  return {
    os: 'nxos',
    evidence: line.input,
    ...shown({
      version: firstOf(lines, /^\s*(?:NXOS|system):\s+version (\S+)/i),
      hostname: firstOf(lines, /^\s*Device name:\s*(\S+)/),
      uptime: firstOf(lines, /^\s*(?:Kernel|System) uptime is (.*\S)/),
      model: firstOf(lines, /^\s*cisco (\S.*?)(?: Chassis.*)?$/),
      serial: firstOf(lines, /^\s*Processor Board ID (\S+)/i),
    }),
  }
}

// Lines near the top that other makers' and product lines' boxes answer with. A box that fits none of
// them, and no family above, did not answer `show version` at all.
const otherProducts: readonly RegExp[] = [
  /^(?:SW|Software|Firmware|Boot|HW|Runtime|Active-image)\s+version\s*:?\s+(?<version>\d\S*)/i,
  /^(?:Software image|System image|OS|Kernel|sw-|Image)\s*version\s*:?\s+(?<version>\S+)/i,
  /^Linux(?: version)? (?<version>\S+)/,
  /^(?:Junos|JUNOS [^:]*?):?\s*\[?(?<version>\d[\w.-]+)/,
  /^Version\s*:\s+(?!Ours\b)(?<version>\S.*)$/,
  /^(?:FWSM Firewall|Cisco (?:Controller|NCS|AireOS|Small Business|VPN 3000)\S*|HPE? Comware|Huawei).*Version (?<version>[^\s,]+)/i,
  /^VRP \(R\) software, Version (?<version>[^\s,]+)/,
  /^WS-C\S+ Software, Version \w+:? (?<version>\S+)/,
  /^Cisco (?:Firepower Extensible|FX)\S* .*(?<version>\d+\.\d\S*)/,
]

/** A box of another kind that answered with a version: it is named in the refusal, and never written to. */
export function otherSoftware(lines: readonly string[]): SoftwareFacts | undefined {
  for (const pattern of otherProducts) {
    const line = headLine(lines, pattern)
    if (line === undefined) continue
    return { os: 'other', evidence: line.input, ...shown({ version: line.groups?.version }) }
  }
  return undefined
}
