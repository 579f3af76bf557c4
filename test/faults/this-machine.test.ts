import { existsSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as ikero from '../../src/index.ts'
import { applyFleet } from '../../src/workflow/fleet.ts'
import { createWorld, expectNothingSent } from '../workflow/world.ts'
import { hubs, threeHubsPlaybook, withLab } from './over-ssh.ts'
import { hub, hub1 } from './runs.ts'

function signalled(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { given, give: () => give() }
}

/** One refused device does not stop the others. */
const withoutCanary = `${threeHubsPlaybook}rollout: { canary: 0, stopAfter: { failed: 2 } }\n`

describe('faults of this machine', () => {
  it('row 56: the second of two runs at the same time sends nothing to the device that the first one has', {
    timeout: 60_000,
  }, async () => {
    await withLab(
      hubs('{ lines: [{ line: ^responder-only, waits: 3s }] }'),
      { playbook: withoutCanary },
      async ({ lab, apply, written }) => {
        // The second run has read the devices when the first one begins, and goes on once that has sent a line: the
        // device keeps it at its prompt for 3 s.
        const read = signalled()
        const sending = signalled()
        const second = apply({
          limit: 'hub1,hub2',
          approve: async () => {
            read.give()
            await sending.given
            return true
          },
        })
        await read.given
        const first = await apply({
          limit: 'hub1',
          onEvent: ({ kind }) => kind === 'line-sent' && sending.give(),
        })
        const devices = await second
        expect(first).toMatchObject([{ host: 'hub1', status: 'verified' }])
        expect(devices).toMatchObject([
          { host: 'hub1', status: 'failed', error: { code: 'DEVICE_LEASED' } },
          { host: 'hub2', status: 'verified' },
        ])
        expect(written('hub1')).toEqual(['crypto ipsec profile VPN', 'responder-only', 'end'])
        expect(existsSync(join(lab.dir, 'state', 'leases', 'hub1.json'))).toBe(false)
      },
    )
  })

  it('row 57: a disk that is full when the first line is to be recorded', async () => {
    const world = createWorld(hub(), { journalFails: (entry) => entry.kind === 'push-intent' })
    const { devices } = await world.clock.settle(applyFleet(world.request([hub1]), world.ports))
    expect(devices).toMatchObject([{ status: 'failed', error: { code: 'JOURNAL_FAILED' } }])
    expectNothingSent(world, 'hub1')
  })

  it('row 58: a state directory that cannot be written', { timeout: 60_000 }, async () => {
    await withLab(hubs('{}'), {}, async ({ lab, apply }) => {
      await expect(apply({ stateDir: '/proc/ikero/state' })).rejects.toMatchObject({
        code: 'JOURNAL_FAILED',
        message: expect.stringContaining('/proc/ikero/state'),
      })
      expect(lab.lines()).toEqual([])
    })
  })

  it('row 59: a journal that was torn, by a crash in the middle of a write', {
    timeout: 60_000,
  }, async () => {
    await withLab(hubs('{}'), {}, async ({ lab, apply }) => {
      await apply({ limit: 'hub1' })
      const options = { stateDir: join(lab.dir, 'state'), env: {}, cwd: '/' }
      const listed = await ikero.listRuns(options)
      const runId = listed.kind === 'done' ? (listed.runs[0]?.runId ?? '') : ''
      const path = join(lab.dir, 'state', 'runs', runId, 'journal.ndjson')
      truncateSync(path, readFileSync(path, 'utf8').indexOf('"kind":"device-outcome"'))
      expect(await ikero.showRun(runId, options)).toMatchObject({
        view: {
          damage: [{ reason: 'it was cut off while it was written' }],
          changes: [{ host: 'hub1', target: 'VPN', status: 'verified' }],
        },
      })
      expect(await ikero.listRuns(options)).toMatchObject({ runs: [{ runId, damaged: 1 }] })
    })
  })
})
