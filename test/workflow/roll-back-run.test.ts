import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import type { JournalEntry } from '../../src/model/record.ts'
import { asa, end, hub } from './scenarios.ts'
import { applied, applyIn, only, stepsOf, takeBackIn } from './take-back.ts'
import { configLines, createWorld, device, entry, profile, type World } from './world.ts'

const vpn = device('hub1', [profile('VPN')])
const hubVpn = 'crypto ipsec profile VPN'
const codes = ({ findings }: DeviceOutcome): readonly string[] => findings.map(({ code }) => code)
const reverts = (journal: readonly JournalEntry[]): readonly string[] =>
  journal.flatMap((one) => (one.kind === 'line-sending' ? [`${one.purpose} ${one.line}`] : []))
const exitOf = (devices: readonly DeviceOutcome[]): number =>
  exitCodeOf({
    command: 'rollback',
    runId: 'r',
    playbook: 'p',
    startedAt: '',
    finishedAt: '',
    devices,
    interrupted: false,
  })

async function appliedHub(options: Parameters<typeof hub>[0] = {}, save = 'always' as const): Promise<World> {
  const world = createWorld(hub({ renew: '6s', ...options }))
  expect(only(await applyIn(world, [vpn], { save })).status).toBe('verified')
  return world
}

/** Lines in configuration mode and the save, since the run. */
function since(world: World, before: readonly string[]): readonly string[] {
  return configLines(world, 'hub1').slice(before.length)
}

describe('taking a run back', () => {
  it('sends the recorded lines back, reads them back, saves because the run had, and watches for a minute', async () => {
    const world = await appliedHub()
    const before = configLines(world, 'hub1')
    const startedMs = world.clock.monotonicMs()
    const { devices, question, journal } = await takeBackIn(world, [vpn])
    const outcome = only(devices)
    expect(outcome).toMatchObject({
      status: 'rolled-back',
      saved: 'yes',
      targets: [
        { name: 'VPN', before: 'responder-only', after: 'bidirectional', status: 'rolled-back', sent: true },
      ],
      change: { lines: [hubVpn, 'no responder-only'], revert: [hubVpn, 'responder-only'] },
      coverageText: '2 of 2 peers that had an SA have one',
    })
    expect(since(world, before)).toEqual([
      'configure terminal',
      hubVpn,
      'no responder-only',
      'end',
      'write memory',
    ])
    expect(question).toMatchObject({ of: applied, unreachable: [], leftAlone: [], saves: ['hub1'] })
    expect(journal.map((one) => one.kind).filter((kind) => kind !== 'sa-reading')).toEqual([
      'push-intent',
      'line-sending',
      'line-replied',
      'line-sending',
      'line-replied',
      'read-back',
      'saved',
      'outcome',
      'device-outcome',
    ])
    expect(reverts(journal)).toEqual([`revert ${hubVpn}`, 'revert no responder-only'])
    expect(exitOf(devices)).toBe(0)
    const tookMs = world.clock.monotonicMs() - startedMs
    expect(tookMs).toBeGreaterThanOrEqual(60_000)
    expect(tookMs).toBeLessThan(75_000)
    expect(world.clock.pending).toBe(0)
  })

  it('gives a crypto map entry its type back, in the words of the device', async () => {
    const world = createWorld(asa({ renew: '6s' }))
    const request = device('asa1', [entry('outside_map', 10)], {
      platform: 'asa',
      peers: [{ key: '203.0.113.20', type: 'asa' }],
    })
    expect(only(await applyIn(world, [request])).status).toBe('verified')
    const { devices, journal } = await takeBackIn(world, [request])
    expect(only(devices)).toMatchObject({ status: 'rolled-back', saved: 'yes' })
    expect(reverts(journal)).toEqual(['revert crypto map outside_map 10 set connection-type bidirectional'])
  })

  it('sends nothing where the value is as before already, and says that the change is over', async () => {
    const world = await appliedHub()
    await takeBackIn(world, [vpn])
    const before = configLines(world, 'hub1')
    const run = stepsOf(world.journal).slice(
      0,
      world.journal.findIndex((one) => one.kind === 'device-outcome'),
    )
    const { devices, question, journal } = await takeBackIn(world, [vpn], { steps: run })
    expect(only(devices)).toMatchObject({ status: 'compliant', saved: 'not-needed' })
    expect(since(world, before)).toEqual([])
    expect(question).toBeUndefined()
    expect(exitOf(devices)).toBe(0)
    expect(journal.flatMap((one) => (one.kind === 'outcome' ? [one.status] : []))).toEqual([
      'compliant',
      'rolled-back',
    ])
  })
})
