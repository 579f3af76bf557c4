import { describe, expect, it } from 'vitest'
import { expectEnded, type Row, tableOf } from './checks.ts'
import { createCrashLab } from './killable.ts'
import { threeDevices, threeRequests } from './three-devices.ts'

describe('a run that is interrupted twice', () => {
  it('sends nothing after the lines in hand, closes its journal, and is finished by resume', async () => {
    const whole = createCrashLab(threeDevices(), threeRequests)
    await whole.apply()
    const rows: Row[] = []
    for (const nth of whole.steps.keys()) {
      const point = { nth: nth + 1, when: 'halt' } as const
      const lab = createCrashLab(threeDevices(), threeRequests)
      const { runId, result } = await lab.apply(point)
      const what = lab.steps[nth] ?? ''
      const later = lab.steps.slice(nth + 1).filter((step) => !step.startsWith('journal '))
      expect(later, `lines begun after ${what}`).toEqual([])
      const ends = (result?.devices ?? []).map(({ host, status }) => `${host} ${status}`)
      expect(ends).toHaveLength(3)
      expect(ends.filter((end) => /failed|unreachable|rolled-back|blocked/.test(end))).toEqual([])
      const stored = await lab.store.read(runId)
      if (stored.kind === 'err') throw new Error(stored.error)
      const outcomes = stored.value.steps.filter(({ entry }) => entry.kind === 'device-outcome')
      expect(outcomes).toHaveLength(3)
      const resumed = await lab.resume(runId)
      for (const { host, status } of resumed.result?.devices ?? [])
        expect(`${host} ${status}`, `resumed after ${what}`).toBe(`${host} verified`)
      await expectEnded(lab, runId, ['responder-only', 'answer-only'])
      rows.push({ point, what, ended: ends.join(', ') })
    }
    process.stdout.write(`${rows.length} points of a run that is halted; before resume:\n${tableOf(rows)}\n`)
  }, 180_000)
})
