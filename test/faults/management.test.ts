import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import { end } from '../workflow/scenarios.ts'
import { configLines, device, entry, profile } from '../workflow/world.ts'
import { apply, asa, asa1, hub, hub1 } from './runs.ts'

const exitOf = (outcome: DeviceOutcome): number =>
  exitCodeOf({
    command: 'apply',
    runId: 'run',
    playbook: 'p',
    startedAt: '',
    finishedAt: '',
    devices: [outcome],
    interrupted: false,
  })

const cutOff = (sessions: 'all' | 'new', line = '^responder-only'): string =>
  `{ cutOff: { while: "${line}", sessions: ${sessions} } }`

describe('management access that the change itself takes away', () => {
  it('row 51: from new sessions: it is taken back over the first', async () => {
    const { outcome, world } = await apply(hub(cutOff('new')))
    expect(outcome).toMatchObject({
      status: 'rolled-back',
      saved: 'not-needed',
      error: { code: 'SECOND_LOGIN_FAILED' },
      targets: [{ after: 'bidirectional' }],
    })
    expect(configLines(world, 'hub1').slice(-4)).toEqual([
      'configure terminal',
      'crypto ipsec profile VPN',
      'no responder-only',
      'end',
    ])
    expect(exitOf(outcome)).toBe(1)
  })

  it.each([
    ['a router', hub(cutOff('all')), hub1, ['crypto ipsec profile VPN', 'no responder-only']],
    [
      'a firewall',
      asa(cutOff('all', 'answer-only$')),
      { ...asa1, intent: { ...asa1.intent, targets: [entry('outside_map', 10)] } },
      [expect.stringContaining('crypto map outside_map 10 set connection-type')],
    ],
  ])('row 52: from every session, on %s: unknown, with the lines for the console', async (...row) => {
    const [, scenario, request, revert] = row
    const { outcome } = await apply(scenario, request)
    expect(outcome).toMatchObject({ status: 'unknown', change: { revert } })
    expect(outcome.error?.message).toMatch(/could not be read again/)
    expect(exitOf(outcome)).toBe(4)
  })

  it('row 53: from every session, under a revert timer: the device takes it back, and is read', async () => {
    const archived = hub(cutOff('all')).replace(
      '      crypto isakmp policy 10\n',
      '      archive\n       path flash:before-\n      crypto isakmp policy 10\n',
    )
    const timed = device('hub1', [profile('VPN')], { revertTimer: { minutes: 10 } })
    const { outcome, world } = await apply(archived, timed)
    expect(outcome).toMatchObject({ status: 'rolled-back', targets: [{ after: 'bidirectional' }] })
    expect(world.journal).toContainEqual(expect.objectContaining({ kind: 'revert-timer', step: 'fired' }))
    expect(exitOf(outcome)).toBe(1)
  })
})

describe('somebody else at work on the same target', () => {
  const removed = "types: [configure terminal, 'no crypto ipsec profile VPN', end]"

  it('row 54: between plan and push: nothing is sent', async () => {
    const edits = `    edits: [{ line: ^exit, ${removed} }]\n`
    const { outcome, world } = await apply(hub('{}', { knobs: edits }))
    expect(outcome.status).toBe('blocked')
    expect(outcome.findings.map(({ code }) => code)).toContain('PLAN_STALE')
    expect(configLines(world, 'hub1')).toEqual([])
  })

  it('row 55: while it is proven: a newer change is left alone', async () => {
    const edits = `    edits: [{ line: ^responder-only, after: 10s, ${removed} }]\n`
    const ends = [end('203.0.113.11', ', dies: 20s'), end('203.0.113.12', ', dies: 20s')]
    const { outcome, world } = await apply(hub('{}', { ends, lifetime: '30s', knobs: edits }), hub1, {
      proof: { withinMs: 120_000, lostAfterMs: 20_000 },
    })
    expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'REVERT_FAILED' } })
    expect(outcome.error?.message).toMatch(
      /VPN reads absent: somebody changed it since, and it was left alone/,
    )
    expect(world.received('hub1')).not.toContain('no responder-only')
    expect(exitOf(outcome)).toBe(4)
  })
})
