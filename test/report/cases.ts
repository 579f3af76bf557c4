import type { RoleRow, RunResult } from '../../src/model/outcome.ts'
import {
  coverage,
  device,
  entry,
  finding,
  lostPeer,
  profile,
  profileLines,
  role,
  run,
  unreachable,
} from './builders.ts'

const asa = {
  os: 'asa',
  version: '9.16(3)19',
  model: 'ASA5516',
  serial: 'JAD1111A003',
  evidence: 'Cisco Adaptive Security Appliance Software Version 9.16(3)19',
} as const

/** Two hubs and an ASA, all verified. */
export const verified: RunResult = run(
  [
    device('hub1', 'verified', {
      saved: 'yes',
      targets: [profile('VPN', 'verified', { coverage: coverage() })],
      change: profileLines,
      roles: [
        role('203.0.113.11', 'VPN'),
        role('203.0.113.12', 'VPN', { ageSeconds: 2, remainingSeconds: 58 }),
      ],
      coverageText: '2 of 2 peers proven, 0 waiting, 0 at risk, 0 idle; the last old SA ended at 19:30:24',
      findings: [
        finding('DUPLICATE_SAS', 'info', {
          target: 'VPN',
          message: '2 peers had an SA in each direction before the change, none has now',
          next: 'nothing: this is the effect that was asked for',
        }),
      ],
    }),
    device('hub2', 'verified', {
      software: {
        os: 'ios-xe',
        version: '17.9.4a',
        model: 'C8300-1N1S-4T2X',
        serial: 'FLM1111A002',
        evidence: 'Cisco IOS XE Software, Version 17.09.04a',
      },
      saved: 'yes',
      targets: [
        profile('VPN', 'verified', { usedBy: ['Tunnel0'], coverage: coverage() }),
        profile('BRANCH', 'verified', { usedBy: ['Tunnel5'], coverage: coverage({ peers: 1, proven: 1 }) }),
      ],
      change: {
        lines: [
          'crypto ipsec profile VPN',
          'responder-only',
          'crypto ipsec profile BRANCH',
          'responder-only',
        ],
        revert: [
          'crypto ipsec profile VPN',
          'no responder-only',
          'crypto ipsec profile BRANCH',
          'no responder-only',
        ],
        clears: [],
      },
      roles: [
        role('203.0.113.13', 'VPN'),
        role('203.0.113.14', 'VPN', { ageSeconds: 1, remainingSeconds: 59 }),
        role('203.0.113.15', 'BRANCH', { protocol: 'ikev2', ageSeconds: 5, remainingSeconds: 55 }),
      ],
      coverageText: '3 of 3 peers proven, 0 waiting, 0 at risk, 0 idle; the last old SA ended at 19:30:25',
    }),
    device('asa-hq', 'verified', {
      platform: 'asa',
      software: asa,
      saved: 'yes',
      targets: [
        entry('outside_map/10', 'verified', { coverage: coverage({ peers: 1, proven: 1 }) }),
        entry('outside_map/20', 'verified', { coverage: coverage({ peers: 1, proven: 1 }) }),
      ],
      change: {
        lines: [
          'crypto map outside_map 10 set connection-type answer-only',
          'crypto map outside_map 20 set connection-type answer-only',
        ],
        revert: [
          'crypto map outside_map 10 set connection-type bidirectional',
          'crypto map outside_map 20 set connection-type bidirectional',
        ],
        clears: [],
      },
      roles: [
        role('203.0.113.20', 'outside_map/10'),
        role('203.0.113.21', 'outside_map/20', { protocol: 'ikev2' }),
      ],
      coverageText: '2 of 2 peers proven, 0 waiting, 0 at risk, 0 idle; the last old SA ended at 19:30:24',
      findings: [
        finding('ENTRY_DYNAMIC', 'info', {
          target: 'outside_map/65535',
          message: 'a dynamic entry answers by nature: there is nothing to set',
          evidence: 'crypto map outside_map 65535 ipsec-isakmp dynamic outside_dyn',
          next: 'nothing',
        }),
      ],
    }),
  ],
  { change: 'CHG0012345' },
)

/** A router whose release lacks the setting. */
export const blocked: RunResult = run(
  [
    device('old1', 'blocked', {
      software: { os: 'ios', version: '12.4(25)', model: '2811', evidence: 'Version 12.4(25)' },
      targets: [profile('VPN', 'blocked', { sent: false, after: 'bidirectional', usedBy: ['Tunnel1'] })],
      findings: [
        finding('RELEASE_TOO_OLD', 'block', {
          message:
            'IOS 12.4(25) has no `responder-only` in an IPsec profile: the mainline train never got it, whatever its number; it came with 12.4(24)T',
          evidence:
            'Cisco IOS Software, 2800 Software (C2800NM-ADVSECURITYK9-M), Version 12.4(25), RELEASE SOFTWARE (fc1)',
          next: 'upgrade to 12.4(24)T or 15.0 and later, or take old1 out of the playbook',
        }),
      ],
    }),
  ],
  { command: 'plan', playbook: 'legacy hub' },
)

/** One device of each reason for having no session, beside one that went well. */
export const unreachables: RunResult = run([
  device('hub1', 'verified', {
    saved: 'yes',
    targets: [profile('VPN', 'verified', { coverage: coverage() })],
    change: profileLines,
    coverageText: '2 of 2 peers proven, 0 waiting, 0 at risk, 0 idle; complete',
  }),
  unreachable('r-refused', 'network', {
    code: 'CONNECT_FAILED',
    message: 'nothing listens on 192.0.2.5 port 22: the connection was refused',
    next: 'check the address and that `ip ssh` is on',
  }),
  unreachable('r-hangs', 'network', {
    code: 'TIMED_OUT',
    message: 'no prompt within 30s after login',
    line: 'show version',
    reply: '',
    next: 'log in by hand; raise commandTimeout if the device is only slow',
  }),
  unreachable('r-changed-key', 'host-key', {
    code: 'HOST_KEY_CHANGED',
    message:
      '192.0.2.7 shows ssh-ed25519 SHA256:bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU, known_hosts line 12 has SHA256:b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2w',
    next: 'if the device was replaced, check the fingerprint at its console, then correct known_hosts',
  }),
  unreachable('r-new-key', 'host-key', {
    code: 'HOST_KEY_UNKNOWN',
    message: '192.0.2.8 is not in known_hosts; it shows SHA256:bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU',
    next: 'check the fingerprint at the console, then add the key to known_hosts',
  }),
  unreachable(
    'fw-password',
    'authentication',
    {
      code: 'AUTHENTICATION_FAILED',
      message: 'user netops was refused (password)',
      next: 'check credential netops; it was tried once and will not be tried again in this run',
    },
    'asa',
  ),
  unreachable('r-busy', 'session-limit', {
    code: 'SESSION_LIMIT',
    message: 'the device closed the connection before login: its vty lines may be in use',
    next: 'free a line (`show users`) and run again',
  }),
])

/** A plan for the lab. */
function noSa(peer: string, part: Partial<RoleRow>): RoleRow {
  const bare = {
    peer,
    target: 'VPN',
    protocol: 'none',
    reading: 'no-sa',
    proof: 'idle',
    fresh: false,
  } as const
  return { ...bare, ...part }
}

export const planned: RunResult = run(
  [
    device('hub1', 'pending', {
      targets: [
        profile('VPN', 'pending', {
          sent: false,
          after: 'bidirectional',
          pendingKind: 'never-applied',
        }),
      ],
      change: profileLines,
      roles: [
        role('203.0.113.11', 'VPN', { fresh: false, proof: 'not-on-record', ageSeconds: 310 }),
        role('203.0.113.12', 'VPN', {
          fresh: false,
          proof: 'not-on-record',
          reading: 'initiator',
          remainingSeconds: 83_000,
        }),
        noSa('203.0.113.13', {}),
        noSa('203.0.113.14', { proof: 'not-on-record' }),
        noSa('203.0.113.15', { reading: 'unreadable', proof: 'not-on-record' }),
      ],
    }),
    device('asa-hq', 'pending', {
      platform: 'asa',
      software: asa,
      targets: [
        entry('outside_map/10', 'compliant', { sent: false, before: 'answer-only' }),
        entry('outside_map/20', 'pending', {
          sent: false,
          after: 'bidirectional',
          pendingKind: 'never-applied',
        }),
      ],
      change: {
        lines: ['crypto map outside_map 20 set connection-type answer-only'],
        revert: ['crypto map outside_map 20 set connection-type bidirectional'],
        clears: [],
      },
      findings: [
        finding('PEER_TYPE_UNKNOWN', 'warn', {
          target: 'outside_map/20',
          message:
            'nothing says what 203.0.113.21 is: only an ASA, a PIX or a VPN 3000 may stand behind this entry',
          evidence: 'crypto map outside_map 20 set peer 203.0.113.21',
          next: '`ikero plan --write-peers FILE` writes the block to fill in',
        }),
      ],
    }),
    device('hub3', 'compliant', {
      targets: [profile('VPN', 'compliant', { sent: false, before: 'responder-only' })],
    }),
  ],
  { command: 'plan' },
)

/** What a night can bring: a refused line, a lost peer taken back, an open proof, a configuration not saved. */
export const troubled: RunResult = run(
  [
    device('hub4', 'failed', {
      saved: 'no',
      targets: [profile('VPN', 'failed', { after: 'bidirectional' })],
      change: profileLines,
      error: {
        code: 'LINE_REFUSED',
        message: 'the device refused a line of VPN; the lines before it were taken back',
        line: 'responder-only',
        reply: "                ^\n% Invalid input detected at '^' marker.\n",
        next: 'check `show version`: this image may lack the feature',
      },
    }),
    device('hub5', 'unknown', {
      saved: 'no',
      targets: [profile('VPN', 'unknown', { coverage: coverage({ proven: 1, lost: 1 }) })],
      change: profileLines,
      roles: [role('203.0.113.11', 'VPN'), lostPeer('203.0.113.12')],
      coverageText: '1 of 2 peers proven, 0 waiting, 0 at risk, 0 idle, 1 lost',
      error: {
        code: 'PEER_LOST',
        message:
          '203.0.113.12 had an SA before the push and has had none for 1m 30s; it is not back 5m after the lines were taken back',
        next: 'look at 203.0.113.12 now: it does not set its tunnel up',
      },
    }),
    device('hub6', 'unproven', {
      saved: 'yes',
      targets: [
        profile('VPN', 'unproven', { coverage: coverage({ peers: 80, proven: 2, waiting: 66, atRisk: 12 }) }),
      ],
      change: profileLines,
      roles: Array.from({ length: 80 }, (_, index) =>
        role(`10.0.0.${index + 1}`, 'VPN', {
          fresh: index < 2,
          proof: index < 2 ? 'proven' : index < 68 ? 'waiting' : 'at-risk',
          reading: index < 68 ? 'responder' : 'initiator',
          ageSeconds: 4000 + index,
          remainingSeconds: 82_400 - index,
        }),
      ),
      coverageText: '2 of 80 peers proven, 66 waiting, 12 at risk, 0 idle; complete by 03:41 at the latest',
    }),
    device('hub7', 'verified', {
      saved: 'no',
      targets: [profile('VPN', 'verified', { coverage: coverage() })],
      change: profileLines,
      findings: [
        finding('NOT_SAVED', 'warn', {
          message: 'the configuration was not saved: the device did not answer [OK]',
          evidence: '% Error writing startup-config',
          next: '`write memory` on the device',
        }),
      ],
    }),
  ],
  { interrupted: true },
)

/** A thousand hubs of which most went well. */
export const thousand: RunResult = run(
  Array.from({ length: 1000 }, (_, index) => {
    const host = `site-${index + 1}`
    if (index % 25 === 7) {
      return unreachable(host, 'network', {
        code: 'CONNECT_FAILED',
        message: `no answer from 10.1.${index >> 8}.${index & 255} port 22 within 10s`,
        next: 'check the path to the device',
      })
    }
    if (index % 200 === 11) {
      return device(host, 'blocked', {
        targets: [profile('VPN', 'blocked', { sent: false, after: 'bidirectional' })],
        findings: [
          finding('PROFILE_UNUSED', 'block', {
            target: 'VPN',
            message: 'no tunnel uses profile VPN',
            next: 'take it out of the playbook',
          }),
        ],
      })
    }
    return device(host, 'verified', {
      saved: 'yes',
      targets: [profile('VPN', 'verified', { coverage: coverage() })],
      change: profileLines,
    })
  }),
)

/** The same fleet, planned. */
export const thousandPlanned: RunResult = run(
  Array.from({ length: 1000 }, (_, index) =>
    device(`site-${index + 1}`, 'pending', {
      targets: [
        profile('VPN', 'pending', { sent: false, after: 'bidirectional', pendingKind: 'never-applied' }),
      ],
      change: profileLines,
    }),
  ),
  { command: 'plan' },
)
