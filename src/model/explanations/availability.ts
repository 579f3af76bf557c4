import type { FindingCode } from '../codes.ts'
import { type Explanation, severities } from './explanation.ts'

type Code = Extract<
  FindingCode,
  | 'FAILOVER_STANDBY'
  | 'FAILOVER_UNSYNCED'
  | 'HA_PARTNER_MISSING'
  | 'CONTEXT_MISSING'
  | 'VPN_IN_CONTEXT_UNSUPPORTED'
  | 'MANAGEMENT_THROUGH_TUNNEL'
>

/** Pairs, contexts, and the way that the session itself takes. */
export const availabilityExplanations: Readonly<Record<Code, Explanation>> = {
  FAILOVER_STANDBY: {
    title: 'this unit is the standby of its pair',
    severity: `${severities.never}; info where its active mate is in the same run: plan and apply skip the unit then, verify and drift look at it beside its mate`,
    meaning: 'show failover says that this host, or its failover group, is not the active one.',
    wouldBreak:
      'A line on the standby is taken, not replicated to the active unit, and overwritten at the next synchronisation.',
    todo: 'Use the address of the active unit; the message names it where the device does.',
    source:
      'ASA warning "Configuration Replication is NOT performed from Standby unit to Active unit"; show failover in public tests',
    since: 'now',
  },
  FAILOVER_UNSYNCED: {
    title: 'the mate may not have this configuration',
    severity: severities.warn,
    meaning:
      'Failover is on, and the mate is failed, not ready or not in sync; or both units were read, and a target differs.',
    wouldBreak: 'After a takeover the tunnels would be set as before, and start IKE again.',
    todo: 'Bring the pair into sync, then look at the entry on both units.',
    source: 'show failover and show failover state in public captures',
    since: 'now',
  },
  HA_PARTNER_MISSING: {
    title: 'one of a pair is not in the playbook',
    severity: severities.warn,
    meaning:
      'The inventory pairs this device with another one by a label that the playbook keeps apart, and the playbook does not name the other.',
    wouldBreak:
      'After a takeover the tunnels are set as before: both ends start again, or, in a dual hub, half of the network differs.',
    todo: 'Name both; they are changed one after the other.',
    source: "operators' experience",
    since: 'now',
  },
  CONTEXT_MISSING: {
    title: 'there is no such security context',
    severity: severities.never,
    meaning:
      'The ASA has no context of this name, or it is in single mode while the playbook names one (or the other way round).',
    wouldBreak:
      'The lines would go to another context, where a map of the same name may belong to another customer.',
    todo: 'Correct context in the playbook; show context lists them.',
    source: 'show context and changeto in the public tests of genieparser and unicon',
    since: 'now',
  },
  VPN_IN_CONTEXT_UNSUPPORTED: {
    title: 'this ASA has no VPN in contexts',
    severity: severities.never,
    meaning: 'In multiple mode site-to-site VPN exists from 9.0 on, and VTI in single mode only.',
    wouldBreak: 'There is nothing to set: the lines would be refused.',
    todo: 'Take the host out of the playbook, or upgrade it.',
    source:
      'ASA 9.0 release notes (recalled, not verified); ASA 9.16 VPN guide on VTI: routed mode, single context',
    since: 'now',
  },
  MANAGEMENT_THROUGH_TUNNEL: {
    title: 'this session runs through the tunnel to be changed',
    severity:
      'block unless the playbook accepts it, where a route or an access list shows it; info where it cannot be told; only info with state: bidirectional',
    meaning: 'The address that this session comes from is reached through the tunnel.',
    wouldBreak: 'If the tunnel drops, the way to take the change back drops with it.',
    todo: 'Come from another way: out of band, or another host.',
    source: "operators' experience",
    since: 'now',
  },
}
