import { describe, expect, it } from 'vitest'
import { hub } from '../workflow/scenarios.ts'
import { device, profile, type WorldOptions } from '../workflow/world.ts'
import { expectEnded, valuesOf } from './checks.ts'
import { type CrashLab, createCrashLab } from './killable.ts'
import { threeDevices, threeRequests } from './three-devices.ts'

/** Kills apply when a device has just taken this line. */
async function killedAt(
  make: () => CrashLab,
  step: string,
): Promise<{ readonly lab: CrashLab; readonly runId: string }> {
  const whole = make()
  await whole.apply()
  const nth = whole.steps.indexOf(step) + 1
  expect(nth, whole.steps.join('\n')).toBeGreaterThan(0)
  const lab = make()
  const { runId } = await lab.apply({ nth, when: 'after' })
  return { lab, runId }
}

describe('a run that can be resumed only in part', () => {
  it('leaves a begun device that cannot be reached open, finishes the others, and later that one too', async () => {
    let away = ''
    const refuse: WorldOptions['refuse'] = (host) =>
      host === away
        ? { code: 'CONNECT_FAILED', cause: 'network', message: 'no route to host', next: 'look' }
        : undefined
    const make = (): CrashLab => createCrashLab(threeDevices(), threeRequests, { refuse })
    const { lab, runId } = await killedAt(make, 'xe1 responder-only')
    away = 'xe1'
    const first = await lab.resume(runId)
    const ends = new Map(first.result?.devices.map((one) => [one.host, one]))
    expect(ends.get('xe1')).toMatchObject({ status: 'unreachable', error: { code: 'CONNECT_FAILED' } })
    expect(ends.get('hub1')?.status).toBe('verified')
    expect(ends.get('asa1')?.status).toBe('verified')
    expect(lab.steps.filter((one) => one.startsWith('xe1 '))).toEqual([])
    away = ''
    const second = await lab.resume(runId)
    expect(second.result?.devices.map(({ host, status }) => `${host} ${status}`)).toEqual(['xe1 verified'])
    await expectEnded(lab, runId, ['responder-only', 'answer-only'])
  })

  const both = [device('hub1', [profile('VPN'), profile('OTHER')])]
  const meddled = [
    'enable',
    'lab',
    'configure terminal',
    'crypto ipsec profile OTHER',
    'set pfs group14',
    'end',
    'write memory',
  ]
  const around = (onBlocked: 'device' | 'target') => ({
    around: { hosts: [], declared: [], accept: [], onBlocked, readPeers: false },
  })

  it('changes the targets that may be changed and leaves the one that moved, where onBlocked is target', async () => {
    const make = (): CrashLab => createCrashLab(hub({ renew: '6s' }), both)
    const { lab, runId } = await killedAt(make, 'hub1 crypto ipsec profile VPN')
    lab.world.meddle('hub1', meddled)
    const { result } = await lab.resume(runId, undefined, around('target'))
    expect(result?.devices[0]?.targets.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'VPN verified',
      'OTHER blocked',
    ])
    expect(result?.devices[0]?.findings).toContainEqual(
      expect.objectContaining({ code: 'PLAN_STALE', target: 'OTHER' }),
    )
    expect([...(await valuesOf(lab))]).toEqual([
      ['hub1 VPN', 'responder-only'],
      ['hub1 OTHER', 'bidirectional'],
    ])
  })

  it('changes nothing anew on a device of which one target moved, where onBlocked is device', async () => {
    const make = (): CrashLab => createCrashLab(hub({ renew: '6s' }), both)
    const { lab, runId } = await killedAt(make, 'hub1 crypto ipsec profile VPN')
    lab.world.meddle('hub1', meddled)
    const { result } = await lab.resume(runId, undefined, around('device'))
    expect(result?.devices[0]).toMatchObject({ status: 'blocked' })
    expect([...(await valuesOf(lab)).values()]).toEqual(['bidirectional', 'bidirectional'])
    expect(lab.steps.filter((one) => one.startsWith('hub1 '))).toEqual([])
  })
})
