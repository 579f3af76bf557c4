import type { FindingCode } from '../../src/model/codes.ts'
import type { Severity } from '../../src/model/finding.ts'
import type { Status } from '../../src/model/outcome.ts'

/** How one of the twenty ways ends: what tells or stops it, the status of each device, the exit code. */
export interface TwentyRow {
  /** In mocks/scenarios/twenty; its number is the row of docs/twenty.md. */
  readonly file: string
  readonly command: 'plan' | 'apply'
  /** Replaces a part of the playbook that stands at the scenario's head. */
  readonly instead?: readonly [string, string]
  readonly findings: readonly (readonly [host: string, Severity, FindingCode, target?: string])[]
  readonly statuses: Readonly<Record<string, Status>>
  readonly exitCode: number
  /** Said somewhere in the messages and next steps of these findings. */
  readonly says?: readonly string[]
}

const blocked: Pick<TwentyRow, 'command' | 'exitCode'> = { command: 'plan', exitCode: 1 }

export const twentyRows: readonly TwentyRow[] = [
  {
    ...blocked,
    file: '01-both-ends.yml',
    findings: [['hub1', 'block', 'BOTH_ENDS_RESPONDER', 'VPN']],
    statuses: { hub1: 'blocked' },
    says: ['203.0.113.11 (site1) is responder-only already'],
  },
  {
    ...blocked,
    file: '02-only-we-start.yml',
    findings: [['hub1', 'block', 'SOLE_INITIATOR', 'VPN']],
    statuses: { hub1: 'blocked' },
  },
  {
    command: 'apply',
    file: '03-no-traffic.yml',
    findings: [['fw1', 'warn', 'PROOF_UNLIKELY', 'outside_map/10']],
    statuses: { fw1: 'unproven' },
    exitCode: 3,
  },
  {
    ...blocked,
    file: '04-dmvpn-spoke.yml',
    findings: [['spoke1', 'block', 'DMVPN_SPOKE', 'VPN']],
    statuses: { spoke1: 'blocked' },
  },
  {
    command: 'plan',
    file: '05-shared-profile.yml',
    findings: [['hub1', 'warn', 'PROFILE_SHARED', 'VPN']],
    statuses: { hub1: 'pending' },
    exitCode: 2,
    says: ['Virtual-Template1, Tunnel1, Tunnel2'],
  },
  {
    ...blocked,
    file: '06-profile-typo.yml',
    findings: [['hub1', 'block', 'PROFILE_MISSING', 'VPM']],
    statuses: { hub1: 'blocked' },
    says: ['VPN'],
  },
  {
    ...blocked,
    file: '07-entry-missing.yml',
    findings: [
      ['fw1', 'block', 'ENTRY_MISSING', 'outside_map/15'],
      ['fw1', 'block', 'ENTRY_INCOMPLETE', 'outside_map/20'],
    ],
    statuses: { fw1: 'blocked' },
  },
  {
    ...blocked,
    file: '08-dynamic-and-unbound.yml',
    findings: [
      ['fw1', 'block', 'ENTRY_DYNAMIC', 'outside_map/65535'],
      ['fw1', 'block', 'MAP_UNBOUND', 'spare_map/10'],
    ],
    statuses: { fw1: 'blocked' },
  },
  {
    ...blocked,
    file: '09-ios-crypto-map.yml',
    findings: [['hub1', 'block', 'CRYPTO_MAP_UNSUPPORTED', 'CM/10']],
    statuses: { hub1: 'blocked' },
  },
  {
    command: 'plan',
    file: '09-ios-crypto-map.yml',
    instead: ['    cryptoMaps: [{ map: CM, entries: static }]\n', ''],
    findings: [['hub1', 'info', 'STILL_INITIATES']],
    statuses: { hub1: 'pending' },
    exitCode: 2,
    says: ['CM'],
  },
  {
    ...blocked,
    file: '10-release-too-old.yml',
    findings: [
      ['old1', 'block', 'RELEASE_TOO_OLD'],
      ['pix6', 'block', 'RELEASE_TOO_OLD'],
    ],
    statuses: { old1: 'blocked', pix6: 'blocked' },
    says: ['IOS 12.4(25)', 'PIX 6.3(5)'],
  },
  {
    ...blocked,
    file: '11-peer-type.yml',
    findings: [
      ['fw1', 'block', 'PEER_TYPE_UNSUPPORTED', 'outside_map/10'],
      ['fw1', 'block', 'PEER_VERSION_TOO_OLD', 'outside_map/20'],
      ['fw1', 'block', 'PEER_TYPE_UNKNOWN', 'outside_map/30'],
    ],
    statuses: { fw1: 'blocked' },
  },
  {
    ...blocked,
    file: '12-lifetime-shorter.yml',
    findings: [['hub1', 'block', 'LIFETIME_SHORTER', 'VPN']],
    statuses: { hub1: 'blocked' },
    says: ['1800 s here, 86400 s at 203.0.113.11'],
  },
  {
    command: 'apply',
    file: '13-old-sas.yml',
    findings: [],
    statuses: { hub1: 'unproven' },
    exitCode: 3,
  },
  {
    command: 'apply',
    file: '14-cleared.yml',
    findings: [['hub1', 'block', 'PEER_LOST', 'VPN']],
    statuses: { hub1: 'rolled-back' },
    exitCode: 1,
    says: ['203.0.113.11'],
  },
  {
    ...blocked,
    file: '15-standby.yml',
    findings: [['fw2', 'block', 'FAILOVER_STANDBY']],
    statuses: { fw2: 'blocked' },
    says: ['the active unit has the address 203.0.113.3'],
  },
  {
    command: 'apply',
    file: '15-standby.yml',
    instead: ['hosts: fw2', 'hosts: [fw2, fw1]'],
    findings: [['fw2', 'info', 'FAILOVER_STANDBY']],
    statuses: { fw1: 'unproven', fw2: 'skipped' },
    exitCode: 1,
    says: ['its active mate fw1 is in this run'],
  },
  {
    ...blocked,
    file: '16-wrong-context.yml',
    findings: [
      ['fw1', 'block', 'ENTRY_MISSING', 'customer-b:outside_map/10'],
      ['fw1', 'block', 'CONTEXT_MISSING'],
    ],
    statuses: { fw1: 'blocked' },
    says: ['there is no context customer-c'],
  },
  {
    command: 'apply',
    file: '17-not-saved.yml',
    findings: [
      ['hub1', 'warn', 'UNSAVED_CHANGES'],
      ['hub1', 'warn', 'NOT_SAVED'],
      ['hub2', 'warn', 'NOT_SAVED'],
    ],
    statuses: { hub1: 'verified', hub2: 'verified' },
    exitCode: 3,
    says: ["3 lines of somebody else's unsaved work"],
  },
  {
    ...blocked,
    file: '17-not-saved.yml',
    instead: ['save: if-clean', 'save: always'],
    findings: [['hub1', 'block', 'UNSAVED_CHANGES']],
    statuses: { hub1: 'blocked', hub2: 'pending' },
  },
  {
    ...blocked,
    file: '19-own-tunnel.yml',
    findings: [['fw1', 'block', 'MANAGEMENT_THROUGH_TUNNEL', 'outside_map/10']],
    statuses: { fw1: 'blocked' },
  },
  {
    ...blocked,
    file: '20-one-of-a-pair.yml',
    findings: [
      ['hub1', 'warn', 'HA_PARTNER_MISSING'],
      ['fw1', 'block', 'MULTI_PEER', 'outside_map/10'],
    ],
    statuses: { hub1: 'pending', fw1: 'blocked' },
    says: ['hub2'],
  },
]
