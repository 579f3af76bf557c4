import type { IkeSa } from '../model/facts.ts'
import type { RoleRow } from '../model/outcome.ts'
import type { OwnStart } from './own-start.ts'

/** The row of one established SA. */
export function saRow(
  target: string,
  peer: string,
  sa: IkeSa,
  fresh: boolean,
  proof: RoleRow['proof'],
): RoleRow {
  return {
    target,
    peer,
    protocol: sa.version === 1 ? 'ikev1' : 'ikev2',
    reading: sa.role === 'unknown' ? 'unreadable' : sa.role,
    fresh,
    proof,
    ...(sa.ageSeconds === undefined ? {} : { ageSeconds: sa.ageSeconds }),
    ...(sa.remainingSeconds === undefined ? {} : { remainingSeconds: sa.remainingSeconds }),
    evidence: sa.evidence,
  }
}

/** The row of a peer without an established SA, or one that stands in a row that could not be read. */
export function bareRow(
  target: string,
  peer: string,
  reading: 'no-sa' | 'unreadable',
  proof: RoleRow['proof'],
  evidence: string | undefined,
): RoleRow {
  return {
    target,
    peer,
    protocol: 'none',
    reading,
    fresh: false,
    proof,
    ...(evidence === undefined ? {} : { evidence }),
  }
}

/** What one established SA proves, by who started it and whether it is fresh. */
export function proofOf(
  sa: IkeSa,
  fresh: boolean,
  start: OwnStart | undefined,
  sole: boolean,
): RoleRow['proof'] {
  if (sa.role === 'unknown' || !sole) return 'ambiguous'
  if (sa.role === 'responder') return fresh ? 'proven' : 'waiting'
  if (!fresh) return 'at-risk'
  return start?.kind === 'contradicts' ? 'contradicts' : 'ambiguous'
}
