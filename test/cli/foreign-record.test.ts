import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../src/model/record.ts'
import { profileTarget } from '../names.ts'
import { outcome, record, storeIn, tempFolder } from '../runs/build.ts'
import { ikeroHere } from './in-process.ts'

const push: readonly JournalEntry[] = [
  {
    kind: 'push-intent',
    host: 'hub1',
    targets: [
      {
        name: 'VPN',
        target: profileTarget('VPN'),
        before: 'bidirectional',
        wanted: 'responder-only',
        lines: ['a'],
        revert: ['b'],
        fingerprint: '0',
      },
    ],
    readingBefore: { sas: [], unreadable: [] },
  },
  { kind: 'line-sending', host: 'hub1', target: 'VPN', line: 'a', purpose: 'change' },
  outcome('hub1', 'VPN', 'unproven'),
]

const covered = { peers: 1, proven: 0, waiting: 1, atRisk: 0, idle: 0, lost: 0 }

/** A result as whoever made the record wrote it: no run of ikero has such times or such a coverage. */
function written(finishedAt: string, coverage: unknown): JournalEntry {
  const entry: unknown = {
    kind: 'run-finished',
    exitCode: 3,
    interrupted: false,
    result: {
      command: 'apply',
      runId: '20261124T193012-000001',
      playbook: 'hubs',
      startedAt: '2026-11-24T19:30:12.000Z',
      finishedAt,
      interrupted: false,
      devices: [
        {
          host: 'hub1',
          platform: 'ios',
          status: 'unproven',
          saved: 'yes',
          findings: [],
          change: { lines: [], revert: [], clears: [] },
          roundTrips: 1,
          targets: [
            {
              kind: 'ipsec-profile',
              name: 'VPN',
              before: 'bidirectional',
              status: 'unproven',
              sent: true,
              usedBy: [],
              coverage,
            },
          ],
          roles: [
            {
              target: 'VPN',
              peer: '203.0.113.11',
              protocol: 'ikev2',
              reading: 'responder',
              fresh: false,
              proof: 'waiting',
              remainingSeconds: 1e300,
            },
          ],
        },
      ],
    },
  }
  return entry as never
}

describe('a recorded run that somebody else wrote', () => {
  it.each([
    ['an SA without an end', '2026-11-24T19:40:12.000Z', covered],
    ['an end that is no time', 'never', covered],
    ['no coverage', '2026-11-24T19:40:12.000Z', null],
    ['a coverage of other words', '2026-11-24T19:40:12.000Z', { kind: 'x' }],
  ])('with %s is listed, shown and reported or refused; nothing breaks', async (_, finishedAt, coverage) => {
    const dir = tempFolder()
    const { folder } = await record(storeIn(dir), [...push, written(finishedAt, coverage)])
    const ask = (...args: readonly string[]) => ikeroHere(args, { cwd: dir })
    for (const args of [
      ['runs', '--state-dir', dir],
      ['show', folder],
      ['show', folder, '--json'],
    ]) {
      const ran = await ask(...args)
      expect([ran.code, ran.stderr]).toEqual([0, ''])
      expect(ran.stdout).toContain('hub')
    }
    const reported = await ask('report', folder)
    const usable = coverage === covered
    expect(reported.code).toBe(usable ? 0 : 64)
    expect(reported.stderr).toBe(usable ? '' : reported.stderr.replace(/INTERNAL/, ''))
  })
})
