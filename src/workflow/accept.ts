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

/** An acceptance that nothing needs is a leftover: it would cover something else one day. */
export function unusedAcceptances(
  findings: readonly Finding[],
  accept: readonly Acceptance[],
): readonly Finding[] {
  return accept
    .filter((one) => !findings.some((finding) => blocks(finding) && covers(one, finding)))
    .map((one) => ({
      code: 'ACCEPT_UNUSED',
      severity: 'warn',
      message: `the playbook accepts ${one.code} on ${one.targets.join(', ')} (line ${one.at.line}), and no such finding blocks here`,
      next: 'take the entry out of accept',
    }))
}

/** By code, and by target or by every peer that the finding is about; `*` covers all. */
function covers(one: Acceptance, finding: Finding): boolean {
  if (one.code !== finding.code) return false
  const named = (name: string): boolean =>
    one.targets.some((text) => text === name || sameAddress(text, name))
  if (one.targets.includes('*') || (finding.target !== undefined && named(finding.target))) return true
  return finding.peers !== undefined && finding.peers.length > 0 && finding.peers.every(named)
}
