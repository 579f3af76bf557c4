import { addressKey, sameAddress } from '../model/address.ts'
import type { SaReading } from '../model/facts.ts'
import type { RoleRow } from '../model/outcome.ts'
import { attributor, namesOf, type ProofTarget } from './attribute.ts'
import { upWithoutIkeEvidence } from './peer-life.ts'
import { bareRow, saRow } from './rows.ts'
import { endsIn, rowsOf } from './unreadable.ts'

/**
 * Who started the SAs of these targets where no change is on record: every SA is old, and proves nothing.
 * One row per established SA, and one per listed peer without any.
 */
export function rolesBefore(reading: SaReading, targets: readonly ProofTarget[]): readonly RoleRow[] {
  const attribute = attributor(targets)
  const unreadable = endsIn(reading.unreadable)
  const up = reading.sas.flatMap((sa) =>
    sa.established && sa.peer !== undefined
      ? [{ sa, peer: sa.peer, names: namesOf(attribute(sa.peer, sa.local)) }]
      : [],
  )
  const peersUp = new Set(up.map((seen) => addressKey(seen.peer)))
  return targets.flatMap((target) => {
    const rows = up
      .filter((seen) => seen.names.includes(target.name))
      .map((seen) => saRow(target.name, seen.peer, seen.sa, false, 'not-on-record'))
    const without = target.peers.listed.filter((peer) => !peersUp.has(addressKey(peer)))
    return [...rows, ...without.map((peer) => rowWithout(reading, target.name, peer, unreadable))]
  })
}

function rowWithout(
  reading: SaReading,
  target: string,
  peer: string,
  unreadable: ReadonlySet<string>,
): RoleRow {
  if (unreadable.has(addressKey(peer))) {
    const rows = rowsOf(reading.unreadable, peer)
    return bareRow(target, peer, 'unreadable', 'not-on-record', rows.join('\n'))
  }
  const session = reading.upWithoutIke?.some((up) => sameAddress(up, peer))
  return session === true
    ? bareRow(target, peer, 'no-sa', 'not-on-record', upWithoutIkeEvidence)
    : bareRow(target, peer, 'no-sa', 'idle', undefined)
}
