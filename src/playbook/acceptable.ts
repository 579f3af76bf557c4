import type { FindingCode } from '../model/codes.ts'

/**
 * What `accept` may do about a code.
 *
 * - `yes`: it refuses a target, and a person may take it on.
 * - `no`: it refuses always; nobody can take on what cannot work.
 * - `harmless`: it refuses nothing, so there is nothing to take on.
 */
export type Acceptability = 'yes' | 'no' | 'harmless'

/** The codes that refuse, by whether that may be accepted; source: ikero's rules of severity. */
export const acceptability: Readonly<Record<FindingCode, Acceptability>> = {
  PLATFORM_UNSUPPORTED: 'no',
  IDENTITY_CHANGED: 'no',
  PLATFORM_MISMATCH: 'no',
  RELEASE_TOO_OLD: 'no',
  PRIVILEGE_INSUFFICIENT: 'no',
  CONFIG_LOCKED: 'no',
  PROFILE_MISSING: 'no',
  CRYPTO_MAP_UNSUPPORTED: 'no',
  ENTRY_MISSING: 'no',
  ENTRY_INCOMPLETE: 'no',
  FAILOVER_STANDBY: 'no',
  CONTEXT_MISSING: 'no',
  VPN_IN_CONTEXT_UNSUPPORTED: 'no',
  PLAN_STALE: 'no',
  REVERT_TIMER_UNAVAILABLE: 'no',
  REVERT_TIMER_PENDING: 'no',
  REVERT_TIMER_TOO_SHORT: 'no',
  PEER_LOST: 'no',
  NEWER_CHANGE: 'no',
  RECORD_REFUSED: 'no',
  ROLE_CONTRADICTED: 'no',
  RELEASE_UNKNOWN: 'yes',
  UNSAVED_CHANGES: 'yes',
  PROFILE_UNUSED: 'yes',
  TUNNEL_INITIATES: 'yes',
  DMVPN_SPOKE: 'yes',
  ENTRY_DYNAMIC: 'yes',
  ENTRY_ORIGINATE_ONLY: 'yes',
  MAP_UNBOUND: 'yes',
  PEER_TYPE_UNSUPPORTED: 'yes',
  PEER_TYPE_UNKNOWN: 'yes',
  PEER_VERSION_TOO_OLD: 'yes',
  MULTI_PEER: 'yes',
  BOTH_ENDS_RESPONDER: 'yes',
  SOLE_INITIATOR: 'yes',
  LIFETIME_SHORTER: 'yes',
  MANAGEMENT_THROUGH_TUNNEL: 'yes',
  HOSTNAME_MISMATCH: 'harmless',
  NOT_SAVED: 'harmless',
  DUPLICATE_SAS: 'harmless',
  ROLE_REKEYED_HERE: 'harmless',
  ROLE_AMBIGUOUS: 'harmless',
  PROOF_UNLIKELY: 'harmless',
  PROOF_OVERDUE: 'harmless',
  EMULATED_ONLY: 'harmless',
  PROFILE_SHARED: 'harmless',
  STILL_INITIATES: 'harmless',
  FAILOVER_UNSYNCED: 'harmless',
  HA_PARTNER_MISSING: 'harmless',
  ACCEPT_UNUSED: 'harmless',
  NOT_RENEGOTIATED: 'harmless',
  PEER_DOWN: 'harmless',
  SA_DROPPED: 'harmless',
  LAST_CHANGE: 'harmless',
  REMEDIATION_HELD: 'harmless',
  DRIFT_FOUGHT: 'harmless',
}

/** By its text; undefined for what is no code of a finding. Prototype names are none. */
export function acceptabilityOf(code: string): Acceptability | undefined {
  return Object.entries(acceptability).find(([known]) => known === code)?.[1]
}

/** The codes that `accept` may name. */
export function acceptableCodes(): readonly string[] {
  return Object.entries(acceptability).flatMap(([code, may]) => (may === 'yes' ? [code] : []))
}
