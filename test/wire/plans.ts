import type { PlanFile } from '../../src/model/plan-file.ts'
import { allAtOnce } from '../../src/model/rollout.ts'
import type { planFileText } from '../../src/wire/plan-file.ts'
import { version } from '../../src/wire/version.ts'
import { profileTarget } from '../names.ts'

type Content = Parameters<typeof planFileText>[0]

export const device: PlanFile['devices'][number] = {
  host: 'hub1',
  pins: {
    address: '192.0.2.1',
    port: 22,
    platform: 'ios',
    via: ['bastion (198.51.100.7 port 22)'],
    credential: 'netops',
    hostKey: `SHA256:${'a'.repeat(43)}`,
  },
  change: {
    lines: ['crypto ipsec profile VPN', 'responder-only'],
    revert: ['crypto ipsec profile VPN', 'no responder-only'],
    clears: [],
  },
  spaces: [
    {
      identity: { hostname: 'hub1', serials: ['FTX1636849Z'] },
      software: { os: 'ios', version: '15.2(4)M6' },
      findings: [
        {
          code: 'PROOF_UNLIKELY',
          severity: 'warn',
          target: 'VPN',
          message: 'an é and a \u200b',
          next: 'look',
        },
      ],
      targets: [
        {
          name: 'VPN',
          target: profileTarget('VPN'),
          decision: 'change',
          before: 'bidirectional',
          wanted: 'responder-only',
          fingerprint: 'f'.repeat(64),
          lines: ['crypto ipsec profile VPN', 'responder-only'],
          revert: ['crypto ipsec profile VPN', 'no responder-only'],
          clears: [],
          usedBy: ['Tunnel1'],
          peers: { listed: ['203.0.113.11'], any: false },
          basis: ['crypto ipsec profile VPN', ' set transform-set AES', 'interface Tunnel1'],
        },
      ],
    },
  ],
}

/** What a plan file holds. */
export function content(more: Partial<Content> = {}): Content {
  return {
    createdAt: '2026-11-24T19:00:00.000Z',
    version,
    playbook: { name: 'hubs', path: '/srv/vpn/playbooks/hubs.yml', change: 'CHG1' },
    inventory: '/srv/vpn/inventory.yml',
    settings: {
      state: 'responder-only',
      rollout: allAtOnce(50),
      proof: { withinMs: 300_000, lostAfterMs: 90_000 },
      save: 'if-clean',
    },
    devices: [device],
    notPlanned: [{ host: 'hub2', status: 'unreachable', code: 'CONNECT_FAILED', reason: 'no answer' }],
    ...more,
  }
}
