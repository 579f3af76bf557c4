import { describe, expect, it } from 'vitest'
import { hub } from '../workflow/scenarios.ts'
import { device, profile } from '../workflow/world.ts'
import { expectEnded, type Row, tableOf, valuesOf } from './checks.ts'
import { type CrashLab, createCrashLab, type Point, type Resumed } from './killable.ts'

const archive = `      archive
       path flash:before-
`
const archived = hub({ renew: '6s' }).replace(
  '      crypto isakmp policy 10\n',
  `${archive}      crypto isakmp policy 10\n`,
)
const timed = [device('hub1', [profile('VPN')], { revertTimer: { minutes: 10 } })]

/** Kills apply when the device has just taken this line. */
async function killedAt(step: string): Promise<{ readonly lab: CrashLab; readonly runId: string }> {
  const whole = createCrashLab(archived, timed)
  await whole.apply()
  const nth = whole.steps.indexOf(step) + 1
  expect(nth, whole.steps.join('\n')).toBeGreaterThan(0)
  const lab = createCrashLab(archived, timed)
  const { runId } = await lab.apply({ nth, when: 'after' })
  return { lab, runId }
}

const statusOf = ({ result }: Resumed): string | undefined => result?.devices[0]?.status
const timerSteps = (lab: CrashLab): readonly string[] =>
  lab.steps.filter((step) => /configure|revert-timer/.test(step))
const minutesOf = (lab: CrashLab): number => lab.world.clock.monotonicMs() / 60_000

describe('a run under a revert timer that is killed', () => {
  it('at every step, is finished by resume, or taken back by the device: never unseen', async () => {
    const whole = createCrashLab(archived, timed)
    expect((await whole.apply()).result?.devices[0]).toMatchObject({ status: 'verified' })
    const rows: Row[] = []
    for (const [index, what] of whole.steps.entries()) {
      for (const when of ['before', 'after'] as const) {
        const point: Point = { nth: index + 1, when }
        const lab = createCrashLab(archived, timed)
        const killed = await lab.apply(point)
        const first = await lab.resume(killed.runId)
        // Ended because nothing stood: the next one changes it.
        const last = statusOf(first) === 'skipped' ? await lab.resume(killed.runId) : first
        const about = `${when} ${what}`
        if (last.nothing !== true) expect(['verified', 'rolled-back'], about).toContain(statusOf(last))
        const ended = await expectEnded(lab, killed.runId, ['responder-only'])
        if (last.nothing !== true)
          expect(ended, about).toBe(statusOf(last) === 'verified' ? 'responder-only' : 'bidirectional')
        // Nothing takes it back later on.
        await lab.world.clock.advance(3_600_000)
        expect([...(await valuesOf(lab)).values()].join(', '), about).toBe(ended)
        rows.push({ point, what, ended })
      }
    }
    expect(rows.filter(({ ended }) => ended === 'responder-only').length).toBeGreaterThan(10)
    process.stdout.write(`${rows.length} points of a run under a timer:\n${tableOf(rows)}\n`)
  }, 180_000)

  it('when all of it stands, is confirmed by a new session, then saved and proven', async () => {
    const { lab, runId } = await killedAt('hub1 end')
    const resumed = await lab.resume(runId)
    expect(resumed.view?.spaces[0]?.targets[0]).toMatchObject({
      step: 'timer',
      why: 'reads responder-only, and the revert timer of 10 min that the run set is not over',
    })
    expect(resumed.result?.devices[0]).toMatchObject({ status: 'verified', saved: 'yes' })
    expect(timerSteps(lab)).toEqual([
      'journal revert-timer configure confirm',
      'hub1 configure confirm',
      'journal revert-timer',
    ])
    expect(minutesOf(lab)).toBeLessThan(10)
  })

  it('in the middle of its lines, is left to the timer: the device takes it back, and that is read', async () => {
    const { lab, runId } = await killedAt('hub1 responder-only')
    const resumed = await lab.resume(runId)
    expect(resumed.result?.devices[0]).toMatchObject({
      status: 'rolled-back',
      saved: 'not-needed',
      targets: [{ after: 'bidirectional' }],
      error: { code: 'REVERT_TIMER_FIRED' },
    })
    expect(lab.steps.filter((step) => step === 'hub1 configure confirm')).toEqual([])
    expect(minutesOf(lab)).toBeGreaterThanOrEqual(10)
  })

  it('asked for when nobody says yes: nothing is sent, the timer is not ended', async () => {
    const { lab, runId } = await killedAt('hub1 end')
    expect(statusOf(await lab.resume(runId, undefined, {}, false))).toBe('skipped')
    expect(lab.steps.filter((step) => !step.startsWith('journal'))).toEqual([])
    await lab.world.clock.advance(11 * 60_000)
    expect(await valuesOf(lab)).toEqual(new Map([['hub1 VPN', 'bidirectional']]))
  })

  it('refuses where another timer than the run’s is pending, and sends nothing', async () => {
    const { lab, runId } = await killedAt('hub1 write memory')
    const lines = ['enable', 'lab', 'configure terminal revert timer 30', 'end']
    lab.world.meddle('hub1', lines)
    const resumed = await lab.resume(runId)
    expect(statusOf(resumed)).toBe('blocked')
    expect(resumed.result?.devices[0]?.findings.map(({ code }) => code)).toContain('REVERT_TIMER_PENDING')
    expect(lab.steps.filter((step) => !step.startsWith('journal'))).toEqual([])
    await lab.world.clock.advance(31 * 60_000)
    expect(statusOf(await lab.resume(runId))).toBe('verified')
  })

  it('is changed anew once its timer has run out by itself', async () => {
    const { lab, runId } = await killedAt('hub1 responder-only')
    await lab.world.clock.advance(3_600_000)
    const resumed = await lab.resume(runId)
    expect(resumed.view?.spaces[0]?.targets[0]).toMatchObject({ step: 'push', value: 'bidirectional' })
    expect(statusOf(resumed)).toBe('verified')
    expect(timerSteps(lab)[0]).toMatch(/revert timer 10/)
  })
})
