import { describe, expect, it } from 'vitest'
import { asa, end, hub } from '../workflow/scenarios.ts'
import { device, entry, profile } from '../workflow/world.ts'
import { type CrashLab, createCrashLab, type Resumed } from './killable.ts'

const hub1 = [device('hub1', [profile('VPN')])]
const asa1 = [
  device('asa1', [entry('outside_map', 10)], {
    platform: 'asa',
    peers: [{ key: '203.0.113.20', type: 'asa', initiates: 'always' }],
  }),
]

/** Kills apply when the device has just taken this line. */
async function killedAt(
  scenario: string,
  requests: CrashLab['requests'],
  step: string,
): Promise<{ readonly lab: CrashLab; readonly runId: string }> {
  const whole = createCrashLab(scenario, requests)
  await whole.apply()
  const nth = whole.steps.indexOf(step) + 1
  expect(nth).toBeGreaterThan(0)
  const lab = createCrashLab(scenario, requests)
  const { runId } = await lab.apply({ nth, when: 'after' })
  return { lab, runId }
}

const deviceOf = ({ result }: Resumed): object => result?.devices[0] ?? {}

describe('what happened to a device since its run was killed', () => {
  it('another device answers there: IDENTITY_CHANGED, and nothing is sent', async () => {
    const { lab, runId } = await killedAt(hub({ renew: '6s' }), hub1, 'hub1 responder-only')
    lab.world.meddle('hub1', ['enable', 'lab', 'configure terminal', 'hostname hub9', 'end'])
    const resumed = await lab.resume(runId)
    expect(deviceOf(resumed)).toMatchObject({
      status: 'blocked',
      targets: [{ status: 'blocked', sent: false }],
    })
    expect(resumed.result?.devices[0]?.findings[0]).toMatchObject({
      code: 'IDENTITY_CHANGED',
      message: expect.stringContaining('host name: hub1, now hub9'),
    })
    expect(lab.steps.filter((step) => !step.startsWith('journal'))).toEqual([])
    expect(await lab.store.unsettled()).toMatchObject([{ status: 'unknown' }])
  })

  it('somebody set another value: named, left alone, and no longer open', async () => {
    const line = 'crypto map outside_map 10 set connection-type answer-only'
    const { lab, runId } = await killedAt(asa(), asa1, `asa1 ${line}`)
    const theirs = line.replace('answer', 'originate')
    lab.world.meddle('asa1', ['enable', 'lab', 'configure terminal', theirs, 'end'])
    expect(deviceOf(await lab.resume(runId))).toMatchObject({
      status: 'failed',
      targets: [{ after: 'originate-only', sent: false }],
      error: { code: 'PLAN_STALE', message: expect.stringContaining('somebody changed it since') },
    })
    expect(lab.steps.filter((step) => !step.startsWith('journal'))).toEqual([])
    expect(await lab.store.unsettled()).toEqual([])
    expect(await lab.resume(runId)).toMatchObject({ nothing: true })
  })

  it('what the target rests on moved: PLAN_STALE, and nothing is sent', async () => {
    const { lab, runId } = await killedAt(hub({ renew: '6s' }), hub1, 'hub1 crypto ipsec profile VPN')
    const lines = ['configure terminal', 'crypto ipsec profile VPN', 'set pfs group14', 'end']
    lab.world.meddle('hub1', ['enable', 'lab', ...lines])
    const resumed = await lab.resume(runId)
    expect(deviceOf(resumed)).toMatchObject({ status: 'blocked', targets: [{ after: 'bidirectional' }] })
    expect(resumed.result?.devices[0]?.findings.map(({ code }) => code)).toContain('PLAN_STALE')
    expect(lab.steps.filter((step) => !step.startsWith('journal'))).toEqual([])
  })

  it('a peer is gone since: its target is taken back', async () => {
    const losing = hub({ renew: '6s', ends: [end('203.0.113.11'), end('203.0.113.12', ', starts: false')] })
    const { lab, runId } = await killedAt(losing, hub1, 'hub1 responder-only')
    await lab.world.clock.advance(3_600_000)
    expect(deviceOf(await lab.resume(runId))).toMatchObject({
      status: 'rolled-back',
      targets: [{ after: 'bidirectional', sent: true }],
      error: { code: 'PEER_LOST' },
    })
  })

  it('a newer run changed it: left to that run', async () => {
    const { lab, runId } = await killedAt(hub({ renew: '6s' }), hub1, 'hub1 crypto ipsec profile VPN')
    await lab.world.clock.advance(60_000)
    const newer = await lab.apply()
    expect(newer.result?.devices[0]).toMatchObject({ status: 'verified' })
    await lab.world.clock.advance(60_000)
    const resumed = await lab.resume(runId)
    expect(deviceOf(resumed)).toMatchObject({ status: 'compliant' })
    expect(resumed.view?.spaces[0]?.targets[0]?.why).toContain(newer.runId)
    expect(lab.steps.filter((step) => !step.startsWith('journal'))).toEqual([])
  })

  it('nobody agreed to finish it: nothing is sent, and it can be resumed again', async () => {
    const { lab, runId } = await killedAt(hub({ renew: '6s' }), hub1, 'hub1 responder-only')
    const refused = await lab.resume(runId, undefined, {}, false)
    expect(deviceOf(refused)).toMatchObject({ status: 'skipped' })
    expect(lab.steps.filter((step) => !step.startsWith('journal'))).toEqual([])
    expect(deviceOf(await lab.resume(runId))).toMatchObject({ status: 'verified', saved: 'yes' })
  })

  it('keeps somebody’s unsaved lines out of startup, as the playbook says', async () => {
    const { lab, runId } = await killedAt(hub({ renew: '6s' }), hub1, 'hub1 responder-only')
    const lines = ['configure terminal', 'crypto ipsec profile OTHER', 'set pfs group14', 'end']
    lab.world.meddle('hub1', ['enable', 'lab', ...lines])
    expect(deviceOf(await lab.resume(runId, undefined, { save: 'if-clean' }))).toMatchObject({
      status: 'verified',
      saved: 'no',
      foreignUnsaved: 1,
    })
    expect(lab.steps.filter((step) => step.includes('write memory'))).toEqual([])
  })
})
