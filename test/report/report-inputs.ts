import type { PeerImpact, RunBasis, TargetImpact } from '../../src/model/impact.ts'
import type { RunResult } from '../../src/model/outcome.ts'
import type { RunStep } from '../../src/model/run-view.ts'
import type { ReportInput } from '../../src/report/change-report.ts'
import {
  coverage,
  device,
  entry,
  finding,
  profile,
  profileLines,
  role,
  run,
  unreachable,
} from './builders.ts'

export function peerImpact(address: string, part: Partial<PeerImpact> = {}): PeerImpact {
  return {
    address,
    type: 'ios',
    typeBasis: 'declared',
    typeSource: `inventory, peers ${address}; partner NOC`,
    startedBy: 'peer',
    canStart: { answer: 'yes', why: 'an SA that it started is up now' },
    lifetimes: { ikeSeconds: 28_800, ipsecSeconds: 3_600 },
    remainingSeconds: 3_600,
    evidence: [`203.0.113.1     ${address}     QM_IDLE           1001 ACTIVE`],
    ...part,
  }
}

export function impact(peers: readonly PeerImpact[], part: Partial<TargetImpact> = {}): TargetImpact {
  return {
    readAt: '2026-11-24T19:30:20.000Z',
    wanted: 'responder-only',
    anyPeer: false,
    peers,
    morePeers: 0,
    lifetimes: { ikeSeconds: 86_400 },
    config: {
      before: ['crypto ipsec profile VPN', ' set transform-set AES256'],
      after: ['crypto ipsec profile VPN', ' set transform-set AES256', ' responder-only'],
    },
    lines: profileLines.lines,
    revert: profileLines.revert,
    ...part,
  }
}

export const basis: RunBasis = {
  wanted: 'responder-only',
  playbookSha256: '0'.repeat(64),
  inventorySha256: '1'.repeat(64),
  by: 'netops',
  account: 'svc-ikero',
  machine: 'jump1',
  version: '0.1.0',
  proof: { withinSeconds: 300, lostAfterSeconds: 90, renegotiate: 'never' },
  save: 'if-clean',
}

export function input(result: RunResult, part: Partial<ReportInput> = {}): ReportInput {
  return { result, exitCode: 2, steps: [], open: [], damage: 0, ...part }
}

/** A plan for a board: one device to change, one refused, one with an accepted risk, one not read. */
export const boardPlan: ReportInput = input(
  run(
    [
      device('hub1', 'pending', {
        targets: [
          profile('VPN', 'pending', {
            sent: false,
            after: 'bidirectional',
            pendingKind: 'never-applied',
            impact: impact([
              peerImpact('203.0.113.12', {
                startedBy: 'this-device',
                remainingSeconds: 82_800,
                canStart: {
                  answer: 'not-known',
                  why: 'no SA that it started is up or on record, and nothing is declared',
                },
              }),
              peerImpact('203.0.113.11', { name: 'spoke1' }),
              peerImpact('203.0.113.13', { startedBy: 'nobody', evidence: [] }),
            ]),
          }),
        ],
        change: profileLines,
        roles: [
          role('203.0.113.11', 'VPN', { fresh: false, proof: 'not-on-record', evidence: 'QM_IDLE 1001' }),
        ],
        findings: [
          finding('SOLE_INITIATOR', 'block', {
            target: 'VPN',
            accepted: { by: 'noc', until: '2027-03-31', reason: 'the partner will call: mail of 2 May' },
          }),
        ],
      }),
      device('asa-hq', 'blocked', {
        platform: 'asa',
        targets: [
          entry('outside_map/20', 'blocked', {
            sent: false,
            after: 'bidirectional',
            impact: impact(
              [
                peerImpact('203.0.113.21', {
                  type: 'aws',
                  startedBy: 'both',
                  canStart: {
                    answer: 'no',
                    why: 'it is an AWS gateway, which by default waits to be called',
                  },
                }),
              ],
              { wanted: 'answer-only', lines: [], revert: [] },
            ),
          }),
        ],
        findings: [
          finding('PEER_TYPE_UNSUPPORTED', 'block', {
            target: 'outside_map/20',
            evidence: 'crypto map outside_map 20 set peer 203.0.113.21',
          }),
        ],
      }),
      unreachable('hub9', 'network', {
        code: 'CONNECT_FAILED',
        message: 'nothing listens on 192.0.2.9 port 22',
        next: 'check the address',
      }),
    ],
    { command: 'plan', change: 'CHG0012345', basis },
  ),
  { exitCode: 1 },
)

const at = '2026-11-24T19:30:21.000Z'

/** An apply that ended with its proof outstanding, with its journal. */
export const boardApply: ReportInput = input(
  run(
    [
      device('hub1', 'unproven', {
        saved: 'yes',
        targets: [
          profile('VPN', 'unproven', {
            coverage: coverage({ proven: 1, waiting: 1 }),
            impact: impact([peerImpact('203.0.113.11'), peerImpact('203.0.113.12')]),
          }),
        ],
        change: profileLines,
        roles: [
          role('203.0.113.11', 'VPN', { evidence: 'IKE Peer: 203.0.113.11\nRole : responder' }),
          role('203.0.113.12', 'VPN', { fresh: false, proof: 'waiting' }),
        ],
        coverageText: '1 of 2 peers proven, 1 waiting, 0 at risk, 0 idle; complete by 20:30 at the latest',
      }),
    ],
    { change: 'CHG0012345', basis },
  ),
  {
    exitCode: 3,
    steps: [
      {
        at,
        entry: {
          kind: 'line-sending',
          host: 'hub1',
          target: 'VPN',
          line: 'responder-only',
          purpose: 'change',
        },
      },
      {
        at,
        entry: {
          kind: 'line-replied',
          host: 'hub1',
          target: 'VPN',
          line: 'responder-only',
          reply: 'accepted',
          said: '',
        },
      },
      {
        at,
        entry: { kind: 'read-back', host: 'hub1', target: 'VPN', value: 'responder-only', asWanted: true },
      },
      { at, entry: { kind: 'saved', host: 'hub1', ok: true, said: '[OK]' } },
    ],
  },
)

/**
 * A report in which every text that a device, a file or the environment may fill is what `text` gives, with
 * devices of three statuses, so that every part of every report is drawn.
 */
export function filledWith(text: () => string): ReportInput {
  const lines = (): readonly string[] => [text(), text()]
  const peers = (['yes', 'no', 'not-known'] as const).map((answer) =>
    peerImpact(text(), {
      name: text(),
      description: text(),
      typeSource: text(),
      canStart: { answer, why: text() },
      evidence: lines(),
    }),
  )
  const devices = (['unknown', 'pending', 'verified'] as const).map((status) =>
    device(text(), status, {
      software: { os: 'ios', version: text(), model: text(), serial: text(), evidence: text() },
      saved: 'yes',
      findings: (['block', 'warn', 'info'] as const).flatMap((severity) => [
        finding('PEER_TYPE_UNKNOWN', severity, {
          target: text(),
          message: text(),
          evidence: text(),
          peers: lines(),
          next: text(),
        }),
        finding('MULTI_PEER', severity, { accepted: { by: text(), until: text(), reason: text() } }),
      ]),
      targets: [
        profile(text(), status, {
          before: text(),
          after: text(),
          usedBy: lines(),
          reason: text(),
          coverage: coverage({ lost: 1 }),
          impact: impact(peers, {
            readAt: text(),
            wanted: text(),
            config: { before: lines(), after: lines() },
          }),
        }),
      ],
      change: { lines: lines(), revert: lines(), clears: lines() },
      spaces: [{ context: text(), lines: lines(), revert: lines(), clears: lines() }],
      roles: [role(text(), text(), { evidence: text() }), role(text(), text(), { proof: 'lost' })],
      coverageText: text(),
      known: { reason: text(), until: text() },
      error: { code: 'LINE_REFUSED', message: text(), line: text(), reply: text(), next: text() },
    }),
  )
  const steps: readonly RunStep[] = [
    {
      at: text(),
      entry: { kind: 'line-sending', host: text(), target: text(), line: text(), purpose: 'change' },
    },
    { at: text(), entry: { kind: 'saved', host: text(), ok: false, said: text(), context: text() } },
    { at: text(), entry: { kind: 'device-outcome', host: text(), status: 'failed', error: text() } },
    { at: text(), entry: { kind: 'wave-started', wave: 1, of: 2, canary: true, hosts: lines() } },
    { at: text(), entry: { kind: 'rollout-stopped', reason: text() } },
    {
      at: text(),
      entry: { kind: 'read-back', host: text(), target: text(), value: text(), asWanted: false },
    },
    {
      at: text(),
      entry: { kind: 'second-login', host: text(), ok: false, message: text(), context: text() },
    },
    {
      at: text(),
      entry: { kind: 'outcome', host: text(), target: text(), status: 'failed', reason: text() },
    },
  ]
  const result = run(devices, {
    playbook: text(),
    runId: text(),
    change: text(),
    startedAt: text(),
    interrupted: true,
    planFile: { path: text(), contentHash: text(), signedBy: text() },
    of: text(),
    window: {
      from: text(),
      to: text(),
      timezone: text(),
      state: { open: false, opensAtMs: 0 },
      ignored: text(),
    },
    rollout: {
      waves: [],
      stopped: { reason: text(), changed: 1, notBegun: 1, split: lines(), next: text() },
    },
    remediation: {
      due: [text(), text()],
      begun: [text()],
      held: [{ host: text(), why: 'breaker', reason: text(), next: text() }],
    },
    basis: {
      ...basis,
      by: text(),
      account: text(),
      machine: text(),
      version: text(),
      playbookSha256: text(),
      inventorySha256: text(),
      planMadeAt: text(),
    },
  })
  const open = [
    { runId: text(), host: text(), target: text(), status: 'unproven', changedAt: text(), text: text() },
  ] as const
  return { result, exitCode: 4, steps, open, damage: 1 }
}
