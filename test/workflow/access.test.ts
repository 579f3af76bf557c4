import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'
import { type Ended, openScenario, type ScenarioRun } from './scenario-run.ts'
import { configLines } from './world.ts'

function open(name: string): ScenarioRun {
  const text = readFileSync(join(root, 'mocks', 'scenarios', 'access', `${name}.yml`), 'utf8')
  const lines = text.split('\n').filter((line) => line.startsWith('#   '))
  return openScenario(text, `${lines.map((line) => line.slice(4)).join('\n')}\n`)
}

function statusesOf({ devices }: Ended): Readonly<Record<string, string>> {
  return Object.fromEntries(devices.map((device) => [device.host, device.status]))
}

const codesOf = ({ devices }: Ended, host: string): readonly string[] =>
  devices.find((one) => one.host === host)?.findings.map(({ code }) => code) ?? []

describe('the scenarios of management access', () => {
  it('timer-fires: the device takes the change back by itself', async () => {
    const run = open('timer-fires')
    const ended = await run.apply()
    expect([statusesOf(ended), ended.exitCode]).toEqual([{ hub1: 'rolled-back' }, 1])
    expect(ended.devices[0]).toMatchObject({ saved: 'not-needed', change: { revertTimer: { minutes: 10 } } })
    expect(ended.devices[0]?.error?.message).toMatch(/the device took the change back by itself/)
    // As if nothing had been: the next plan is the first again.
    expect(statusesOf(await run.plan())).toEqual({ hub1: 'pending' })
  })

  it('timer-confirmed: the session through the tunnel is guarded, and a second login confirms', async () => {
    const run = open('timer-confirmed')
    expect((await run.plan()).devices[0]?.change.revertTimer).toEqual({ minutes: 8 })
    const ended = await run.apply()
    expect([statusesOf(ended), ended.exitCode]).toEqual([{ hub1: 'verified' }, 0])
    const sent = run.world.received('hub1').filter((line) => /^conf|^write|^end/.test(line))
    expect(sent).toEqual(['configure terminal revert timer 8', 'end', 'configure confirm', 'write memory'])
  })

  it.each(['plan', 'apply'] as const)(
    'timer-refused: %s refuses each device, with the reason',
    async (how) => {
      const run = open('timer-refused')
      const ended = await run[how]()
      const blocked = { hub1: 'blocked', hub2: 'blocked', fw1: 'blocked' }
      expect([statusesOf(ended), ended.exitCode]).toEqual([blocked, 1])
      expect(codesOf(ended, 'hub1')).toEqual(
        expect.arrayContaining(['REVERT_TIMER_PENDING', 'REVERT_TIMER_TOO_SHORT']),
      )
      expect(codesOf(ended, 'hub2')).toContain('REVERT_TIMER_UNAVAILABLE')
      expect(codesOf(ended, 'fw1')).toContain('REVERT_TIMER_UNAVAILABLE')
      for (const host of Object.keys(blocked)) expect(configLines(run.world, host)).toEqual([])
    },
  )

  it('access-lost: taken back where a session is left, else unknown, with the lines for the console', async () => {
    const ended = await open('access-lost').apply()
    const statuses = { hub1: 'rolled-back', hub2: 'unknown', fw1: 'unknown' }
    expect([statusesOf(ended), ended.exitCode]).toEqual([statuses, 4])
    const of = (host: string) => ended.devices.find((one) => one.host === host)
    expect(of('hub1')?.error?.code).toBe('SECOND_LOGIN_FAILED')
    expect(of('hub2')?.change.revert).toEqual(['crypto ipsec profile VPN', 'no responder-only'])
    expect(of('fw1')?.change.revert).toEqual([
      expect.stringMatching(/^(?:no )?crypto map outside_map 10 set connection-type/),
    ])
  })

  it('edited: nothing is sent on a plan of yesterday, and a newer change is left alone', async () => {
    const run = open('edited')
    const ended = await run.apply()
    expect([statusesOf(ended), ended.exitCode]).toEqual([{ hub1: 'blocked', fw1: 'unknown' }, 4])
    expect(codesOf(ended, 'hub1')).toContain('PLAN_STALE')
    expect(configLines(run.world, 'hub1')).toEqual([])
    const firewall = ended.devices.find((one) => one.host === 'fw1')
    expect(firewall?.error).toMatchObject({
      code: 'REVERT_FAILED',
      message: expect.stringContaining(
        'reads originate-only: somebody changed it since, and it was left alone',
      ),
    })
    expect(run.world.received('fw1').filter((line) => line.includes('connection-type'))).toEqual([
      'crypto map outside_map 10 set connection-type answer-only',
    ])
  })
})
