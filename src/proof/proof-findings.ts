import { formatDuration } from '../kernel/duration.ts'
import { printable } from '../kernel/printable.ts'
import { someOf } from '../kernel/some-of.ts'
import type { Finding } from '../model/finding.ts'
import type { RoleRow } from '../model/outcome.ts'
import type { OwnStart } from './own-start.ts'
import type { PeerLife } from './peer-life.ts'

const startedElsewhere = 'look at the peer: let it start (traffic from its side) and read its own log'

/**
 * PEER_LOST: `block`; `warn` where an idle timeout explains it as well. The message is the same at every
 * judgement, so that it is told once; what may change from one to the next stands in the next step.
 */
export function peerLost(
  target: string,
  life: PeerLife,
  about: {
    readonly harmless: boolean
    readonly lostAfterMs: number
    /** Peers that vanished with it and belong to other tunnels. */
    readonly outsiders: readonly string[]
  },
): Finding {
  const peer = printable(life.peer)
  const since = `for ${formatDuration(about.lostAfterMs)} or longer`
  const gone = life.withoutIke
    ? `peer ${peer} was up by its IPsec SAs before the push and has had neither those nor an IKE SA ${since}`
    : `peer ${peer} had an established IKE SA before the push and has had none ${since}`
  const why =
    '; the loss came later than 10m after the push, so the session may have ended by its idle timeout'
  return {
    code: 'PEER_LOST',
    severity: about.harmless ? 'warn' : 'block',
    target,
    message: about.harmless ? `${gone}${why}` : gone,
    evidence: life.evidence,
    next: about.harmless
      ? `send traffic from the peer's side and run verify again`
      : about.outsiders.length > 0
        ? `not only this change: outside the targets ${somePeers(about.outsiders)} vanished at the same time; look at the path of this device to its peers`
        : startedElsewhere,
  }
}

function somePeers(peers: readonly string[]): string {
  return someOf(peers.map(printable), 5)
}

/** ROLE_CONTRADICTED, ROLE_REKEYED_HERE or ROLE_AMBIGUOUS for one fresh SA that this device started. */
export function ownStartFinding(
  target: string,
  start: Exclude<OwnStart, { readonly kind: 'shared' }>,
  row: RoleRow,
): Finding {
  const peer = printable(row.peer)
  const evidence = row.evidence === undefined ? {} : { evidence: row.evidence }
  if (start.kind === 'contradicts') {
    return {
      code: 'ROLE_CONTRADICTED',
      severity: 'block',
      target,
      message: `this device started a new IKE SA with ${peer} after the push, although none was up: two readings agree`,
      ...evidence,
      next: `check with show running-config that ${printable(target)} still has the setting, and what else on this device uses that peer`,
    }
  }
  if (start.kind === 'rekeyed') {
    return {
      code: 'ROLE_REKEYED_HERE',
      severity: 'warn',
      target,
      message: `this device started a new IKE SA with ${peer} beside or after a living one: a rekey, which proves neither role`,
      ...evidence,
      next: 'wait until the peer sets the tunnel up anew, then run verify',
    }
  }
  const why = start.kind === 'unconfirmed' ? 'only one reading shows it so far' : start.why
  return {
    code: 'ROLE_AMBIGUOUS',
    severity: 'warn',
    target,
    message: `this device is the initiator of a new IKE SA with ${peer}, which decides nothing: ${why}`,
    ...evidence,
    next: 'run verify again when that SA has ended',
  }
}

/** ROLE_AMBIGUOUS for peers whose fresh SAs cannot be told from those of another tunnel. */
export function sharedPeers(target: string, peers: readonly string[], tunnels: readonly string[]): Finding {
  return {
    code: 'ROLE_AMBIGUOUS',
    severity: 'warn',
    target,
    message: `new IKE SAs with ${somePeers(peers)} may belong to any of ${tunnels.map(printable).join(', ')}: they prove nothing for one of them`,
    next: 'judge these peers by the tunnels themselves, for example from the peer: no later verify can tell them apart',
  }
}
