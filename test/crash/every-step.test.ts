import { describe, expect, it } from 'vitest'
import { end, hub } from '../workflow/scenarios.ts'
import { device, profile } from '../workflow/world.ts'
import { expectEnded, type Row, tableOf } from './checks.ts'
import { createCrashLab, type Point } from './killable.ts'
import { threeDevices, threeRequests } from './three-devices.ts'

const hub1 = [device('hub1', [profile('VPN')])]
/** A peer that only answers: the change takes its tunnel away, and the proof takes the change back. */
const losing = hub({ renew: '6s', ends: [end('203.0.113.11'), end('203.0.113.12', ', starts: false')] })

/**
 * Before every step, and after those that a device took while the run did not hear of it. After a record that
 * is on disk comes the next step, so that being killed between them is being killed before that one.
 */
function pointsOf(steps: readonly string[]): readonly Point[] {
  return steps.flatMap((what, index): readonly Point[] => {
    const before: Point = { nth: index + 1, when: 'before' }
    const atDevice = !what.startsWith('journal ') || index === steps.length - 1
    return atDevice ? [before, { ...before, when: 'after' }] : [before]
  })
}

describe('a run that is killed', () => {
  it('on three devices, at every step, is finished by resume: all as planned, and no setting sent twice', async () => {
    const whole = createCrashLab(threeDevices(), threeRequests)
    const { result } = await whole.apply()
    expect(result?.devices.map(({ host, status }) => [host, status])).toEqual([
      ['hub1', 'verified'],
      ['xe1', 'verified'],
      ['asa1', 'verified'],
    ])
    const rows: Row[] = []
    for (const point of pointsOf(whole.steps)) {
      const lab = createCrashLab(threeDevices(), threeRequests)
      const killed = await lab.apply(point)
      expect(killed.result).toBeUndefined()
      const what = lab.steps.at(point.nth - 1) ?? ''
      const resumed = await lab.resume(killed.runId)
      const ends = (resumed.result?.devices ?? []).map(({ host, status, saved, error }) => [
        host,
        status,
        saved,
        error?.message,
      ])
      expect(ends, `${point.when} ${what}`).toEqual(
        ends.map(([host]) => [host, 'verified', 'yes', undefined]),
      )
      const ended = await expectEnded(lab, killed.runId, ['responder-only', 'answer-only'])
      expect(ended).not.toContain('bidirectional')
      rows.push({ point, what, ended: ends.map(([host]) => host).join(' ') })
    }
    process.stdout.write(
      `${rows.length} points of a run on three devices; finished by resume:\n${tableOf(rows)}\n`,
    )
  }, 180_000)

  it('while it takes a change back, at every step, ends as before', async () => {
    const whole = createCrashLab(losing, hub1)
    const { result } = await whole.apply()
    expect(result?.devices[0]).toMatchObject({ status: 'rolled-back' })
    const rows: Row[] = []
    for (const point of pointsOf(whole.steps)) {
      const lab = createCrashLab(losing, hub1)
      const killed = await lab.apply(point)
      const what = lab.steps.at(point.nth - 1) ?? ''
      const resumed = await lab.resume(killed.runId)
      const status = resumed.result?.devices[0]?.status
      const over = resumed.nothing === true && /^journal (?:device-)?outcome/.test(what)
      expect(over ? 'rolled-back' : status, `${point.nth} ${point.when} ${what}`).toBe('rolled-back')
      expect(await expectEnded(lab, killed.runId, [])).toBe('bidirectional')
      rows.push({ point, what, ended: 'bidirectional' })
    }
    process.stdout.write(`${rows.length} points of a run that takes its change back:\n${tableOf(rows)}\n`)
  }, 180_000)

  it('and whose resume is killed at every step, is finished by the next resume', async () => {
    const half: Point = { nth: 7, when: 'after' }
    const first = createCrashLab(losing, hub1)
    const killed = await first.apply(half)
    expect(first.steps.at(half.nth - 1)).toBe('hub1 responder-only')
    expect((await first.resume(killed.runId)).result?.devices[0]).toMatchObject({ status: 'rolled-back' })
    const rows: Row[] = []
    for (const point of pointsOf(first.steps)) {
      const lab = createCrashLab(losing, hub1)
      const { runId } = await lab.apply(half)
      await lab.resume(runId, point)
      const what = lab.steps.at(point.nth - 1) ?? ''
      const again = await lab.resume(runId)
      const over = again.nothing === true && /^journal (?:device-)?outcome/.test(what)
      const status = over ? 'rolled-back' : again.result?.devices[0]?.status
      expect(status, `${point.nth} ${point.when} ${what}`).toBe('rolled-back')
      expect(await expectEnded(lab, runId, [])).toBe('bidirectional')
      rows.push({ point, what, ended: 'bidirectional' })
    }
    process.stdout.write(`${rows.length} points of a resume:\n${tableOf(rows)}\n`)
  }, 180_000)
})
