import { sameAddress } from '../model/address.ts'
import { blocks, type Finding } from '../model/finding.ts'
import type { Acceptance } from '../model/playbook.ts'

/** Marks the blocking findings that a named person takes on; they stay in every output. */
export function acceptFindings(
  findings: readonly Finding[],
  accept: readonly Acceptance[],
): readonly Finding[] {
  return findings.map((finding) => {
    const taken = blocks(finding) ? accept.find((one) => covers(one, finding)) : undefined
    if (taken === undefined) return finding
    const { by, until, reason } = taken
    return { ...finding, accepted: { by, until, reason } }
  })
}

/**
 * An acceptance that nothing needs is a leftover: it would cover something else one day. It is told once, on
 * the first of its devices, and only when every one of them was judged: of the others nobody knows.
 *
 * @param judged the findings of each device that was read and judged
 * @returns what is to be told, by device
 */
export function unusedAcceptances(
  accept: readonly Acceptance[],
  judged: ReadonlyMap<string, readonly Finding[]>,
): ReadonlyMap<string, readonly Finding[]> {
  const told = new Map<string, Finding[]>()
  for (const one of accept) {
    const [first] = one.hosts
    const found = one.hosts.map((host) => judged.get(host))
    const needed = found.some((findings) => findings === undefined || findings.some((f) => needs(f, one)))
    if (first === undefined || needed) continue
    told.set(first, [...(told.get(first) ?? []), unused(one)])
  }
  return told
}

function needs(finding: Finding, one: Acceptance): boolean {
  return finding.severity === 'block' && covers(one, finding)
}

function unused(one: Acceptance): Finding {
  const where = one.hosts.length === 1 ? 'here' : `on any of its ${one.hosts.length} devices`
  return {
    code: 'ACCEPT_UNUSED',
    severity: 'warn',
    message: `the playbook accepts ${one.code} on ${one.targets.join(', ')} (line ${one.at.line}), and no such finding blocks ${where}`,
    next: 'take the entry out of accept',
  }
}

/** By code, and by target or by every peer that the finding is about; `*` covers all. */
function covers(one: Acceptance, finding: Finding): boolean {
  if (one.code !== finding.code) return false
  const named = (name: string): boolean =>
    one.targets.some((text) => text === name || sameAddress(text, name))
  if (one.targets.includes('*') || (finding.target !== undefined && named(finding.target))) return true
  return finding.peers !== undefined && finding.peers.length > 0 && finding.peers.every(named)
}
