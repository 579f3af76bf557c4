import type { RunResult } from '../../src/model/outcome.ts'
import { device, finding, profile, role, run, unreachable } from '../report/builders.ts'

/** A drift check with one of everything that is counted. */
export const drifted: RunResult = run(
  [
    device('hub1', 'compliant', {
      targets: [profile('VPN', 'compliant')],
      roles: [role('192.0.2.9', 'VPN')],
    }),
    device('hub2', 'pending', {
      targets: [
        profile('VPN', 'pending', { pendingKind: 'unsaved' }),
        profile('BRANCH', 'pending', { pendingKind: 'drifted' }),
      ],
      roles: [
        role('192.0.2.9', 'VPN', { reading: 'initiator' }),
        role('192.0.2.8', 'VPN', { reading: 'no-sa' }),
      ],
    }),
    device('hub3', 'failed', {
      targets: [profile('VPN', 'failed')],
      findings: [
        finding('ROLE_CONTRADICTED', 'block'),
        finding('ROLE_CONTRADICTED', 'block'),
        finding('PEER_LOST', 'block', { accepted: { by: 'noc', until: '2027-01-01', reason: 'r' } }),
      ],
    }),
    {
      ...unreachable('site1', 'network', { code: 'CONNECT_FAILED', message: 'm', next: 'n' }),
      known: { reason: 'line ordered', until: '2027-01-31' },
    },
    unreachable('site2', 'authentication', { code: 'AUTHENTICATION_FAILED', message: 'm', next: 'n' }),
  ],
  { command: 'drift' },
)
