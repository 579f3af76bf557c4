import { describe, expect, it } from 'vitest'
import type { TargetIntent } from '../../src/model/intent.ts'
import { contextName, mapName } from '../names.ts'
import { contexts } from '../workflow/scenarios.ts'
import { device } from '../workflow/world.ts'
import { expectEnded, type Row, tableOf } from './checks.ts'
import { createCrashLab, type Point } from './killable.ts'

const inContext = (name: string): TargetIntent => ({
  kind: 'crypto-map-entry',
  map: mapName('outside_map'),
  seq: 10,
  context: contextName(name),
})
const fw1 = [
  device('fw1', [inContext('customer-a'), inContext('customer-b')], {
    platform: 'asa',
    peers: [
      { key: '198.51.100.1', type: 'asa' },
      { key: '198.51.100.2', type: 'asa' },
    ],
  }),
]

describe('a run on two contexts of one ASA that is killed', () => {
  it('at every step, is finished by resume in both: as planned, saved, and no setting sent twice', async () => {
    const whole = createCrashLab(contexts(), fw1)
    expect((await whole.apply()).result?.devices[0]).toMatchObject({ status: 'verified', saved: 'yes' })
    const rows: Row[] = []
    for (const [index, what] of whole.steps.entries()) {
      for (const when of ['before', 'after'] as const) {
        const point: Point = { nth: index + 1, when }
        const lab = createCrashLab(contexts(), fw1)
        const killed = await lab.apply(point)
        const resumed = await lab.resume(killed.runId)
        const about = `${when} ${what}`
        if (resumed.nothing !== true)
          expect(resumed.result?.devices, about).toMatchObject([
            { host: 'fw1', status: 'verified', saved: 'yes' },
          ])
        const ended = await expectEnded(lab, killed.runId, ['answer-only'])
        expect(ended, about).toBe('answer-only, answer-only')
        rows.push({ point, what, ended })
      }
    }
    expect(new Set(rows.map(({ what }) => what)).size).toBeGreaterThan(10)
    process.stdout.write(`${rows.length} points of a run on two contexts:\n${tableOf(rows)}\n`)
  }, 180_000)
})
