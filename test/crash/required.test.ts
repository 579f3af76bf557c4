import { expect, it } from 'vitest'
import { hub } from '../workflow/scenarios.ts'
import { device, profile } from '../workflow/world.ts'
import { createCrashLab } from './killable.ts'

it('a resume with required proof says that what it pushed and proved is not saved', async () => {
  const lab = createCrashLab(hub({ renew: '6s' }), [device('hub1', [profile('VPN')])])
  const { runId } = await lab.apply({ nth: 1, when: 'after' })
  const { result } = await lab.resume(runId, undefined, {
    proof: { withinMs: 60_000, lostAfterMs: 20_000, require: true },
  })
  const [outcome] = result?.devices ?? []
  expect(outcome).toMatchObject({ status: 'verified', saved: 'no' })
  expect(outcome?.findings.map(({ code }) => code)).toContain('NOT_SAVED')
})
