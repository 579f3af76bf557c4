import { printable } from '../kernel/printable.ts'
import { sameAddress } from '../model/address.ts'
import type { Finding } from '../model/finding.ts'
import type { TargetVerdict } from './judge.ts'

/**
 * The verdict on a target whose peer was cleared and stayed away for `lostAfterMs`: it is lost, and nothing
 * else explains it, neither an idle timeout nor what other tunnels did.
 */
export function clearedLost(verdict: TargetVerdict, peer: string, lostAfterMs: number): TargetVerdict {
  const known = verdict.lost.some((other) => sameAddress(other, peer))
  const { coverage } = verdict
  return {
    ...verdict,
    verdict: 'lost',
    // A peer that is missing is counted at risk until it is lost.
    coverage: known
      ? coverage
      : { ...coverage, atRisk: Math.max(0, coverage.atRisk - 1), lost: coverage.lost + 1 },
    roles: verdict.roles.map((row) =>
      row.proof === 'missing' && sameAddress(row.peer, peer) ? { ...row, proof: 'lost' } : row,
    ),
    missing: verdict.missing.filter((other) => !sameAddress(other, peer)),
    lost: known ? verdict.lost : [...verdict.lost, peer],
    outsidersLost: [],
    findings: [
      ...verdict.findings.filter((finding) => finding.code !== 'PEER_LOST'),
      lostFinding(verdict.name, peer, lostAfterMs),
    ],
  }
}

function lostFinding(target: string, peer: string, lostAfterMs: number): Finding {
  return {
    code: 'PEER_LOST',
    severity: 'block',
    target,
    message: `the SA with ${printable(peer)} was cleared, and for ${Math.round(lostAfterMs / 1000)}s the peer has not called`,
    next: 'find out why this peer does not start by itself, although there was evidence that it does',
  }
}
