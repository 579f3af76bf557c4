import { describe, expect, it } from 'vitest'
import { hub } from '../workflow/scenarios.ts'
import { device, profile } from '../workflow/world.ts'
import { type CrashLab, createCrashLab } from './killable.ts'

const archived = hub({ renew: '6s' }).replace(
  '      crypto isakmp policy 10\n',
  '      archive\n       path flash:before-\n      crypto isakmp policy 10\n',
)
const requests = [device('hub1', [profile('VPN')], { revertTimer: { minutes: 10 } })]
const timerMs = 600_000

function isSet(lab: CrashLab): boolean {
  const session = lab.world.built.devices[0]?.device.open()
  const typed = ['enable', 'lab', 'terminal length 0', 'show running-config']
  return typed
    .map((line) => session?.enter(line).output ?? '')
    .some((text) => /^ responder-only\r?$/m.test(text))
}

describe('a run under a revert timer that is killed', () => {
  it('is never told as finished by resume while the device may still take it back', async () => {
    const whole = createCrashLab(archived, requests)
    await whole.apply()
    const ends = new Set<string>()
    for (const nth of whole.steps.keys()) {
      const what = `after ${whole.steps[nth]}`
      const lab = createCrashLab(archived, requests)
      const { runId } = await lab.apply({ nth: nth + 1, when: 'after' })
      const [first] = (await lab.resume(runId)).result?.devices ?? []
      await lab.world.clock.advance(2 * timerMs)
      // The resume of a run that had come to its end has nothing to do.
      const status = first?.status ?? 'verified'
      expect(['verified', 'rolled-back', 'skipped'], what).toContain(status)
      expect(isSet(lab), what).toBe(status === 'verified')
      ends.add(status)
    }
    expect([...ends]).toContain('verified')
  }, 120_000)
})
