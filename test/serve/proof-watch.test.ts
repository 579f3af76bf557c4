import { describe, expect, it } from 'vitest'
import type { OpenTarget } from '../../src/model/run-view.ts'
import { device, run } from '../report/builders.ts'
import { createWorld, dayMs, hourMs, linesOf, minuteMs, schedule, schedulesOf, type World } from './world.ts'

const never = schedulesOf(schedule('never', '0 0 31 2 *'))

function target(runId: string, part: Partial<OpenTarget> = {}): OpenTarget {
  return {
    runId,
    host: 'hub1',
    target: 'VPN',
    status: 'unproven',
    changedAt: '2026-11-23T20:00:00.000Z',
    ...part,
  }
}

/** When each look at a proof was begun, as far as the minute. */
async function looks(world: World, forMs: number): Promise<readonly string[]> {
  const seen: string[] = []
  for (let passed = 0; passed < forMs; passed += minuteMs / 2) {
    const before = world.calls.length
    await world.clock.advance(minuteMs / 2)
    for (const call of world.calls.slice(before))
      seen.push(`${new Date(world.wallMs()).toISOString().slice(5, 19)} ${call}`)
  }
  return seen
}

describe('an open run', () => {
  it('is looked at once when its last old SA must have ended, and no more when it is proven', async () => {
    const world = createWorld()
    let open = [
      target('run-a', { completeBy: '2026-11-24T03:41:00.000Z' }),
      target('run-a', { target: 'VPN2', completeBy: '2026-11-24T02:00:00.000Z' }),
    ]
    world.script.open = async () => open
    world.script.verify = (runId) => {
      open = []
      return {
        kind: 'ended',
        exitCode: 0,
        result: run([device('hub1', 'verified')], { command: 'verify', runId: `v-${runId}` }),
      }
    }
    const serve = world.start(never)
    await world.clock.advance(minuteMs)
    expect(serve.view().open).toEqual(open)
    expect(await looks(world, dayMs)).toEqual(['11-24T03:41:30 verify run-a'])
    expect(serve.view().open).toEqual([])
    expect(linesOf(world.told)).toContain('11-24 03:42 proof run-a 0')
    await serve.stop()
    expect(world.clock.pending).toBe(0)
  })

  it('that stays open is looked at later, and later each time, up to a day; a new end counts more', async () => {
    const world = createWorld()
    let open = [target('run-a', { completeBy: '2026-11-23T23:00:00.000Z' })]
    world.script.open = async () => open
    const serve = world.start(never)
    // It was over when serve began. A look takes a minute.
    expect(await looks(world, 4 * dayMs)).toEqual([
      '11-24T00:00:30 verify run-a',
      '11-24T01:01:00 verify run-a',
      '11-24T03:02:00 verify run-a',
      '11-24T07:03:00 verify run-a',
      '11-24T15:04:00 verify run-a',
      '11-25T07:05:00 verify run-a',
      '11-26T07:06:00 verify run-a',
      '11-27T07:07:00 verify run-a',
    ])
    open = [target('run-a', { completeBy: '2026-11-28T12:00:00.000Z' })]
    expect(await looks(world, dayMs)).toEqual([
      '11-28T07:08:00 verify run-a',
      '11-28T12:00:30 verify run-a',
      '11-28T13:01:30 verify run-a',
      '11-28T15:02:30 verify run-a',
      '11-28T19:03:30 verify run-a',
    ])
    await serve.stop()
  })

  it('whose end nobody knows is looked at all the same; one that a person must settle is not', async () => {
    const world = createWorld()
    world.script.open = async () => [
      target('run-a'),
      target('run-b', { status: 'unknown', completeBy: '2026-11-24T01:00:00.000Z' }),
    ]
    const serve = world.start(never)
    expect(await looks(world, 4 * hourMs)).toEqual([
      '11-24T01:00:00 verify run-a',
      '11-24T03:01:00 verify run-a',
    ])
    await serve.stop()
  })

  it('is looked at alone, and never while a schedule is at work', async () => {
    const world = createWorld()
    const completeBy = '2026-11-24T01:10:00.000Z'
    world.script.open = async () => [target('run-a', { completeBy }), target('run-b', { completeBy })]
    world.script.runMs = () => 30 * minuteMs
    const serve = world.start(schedulesOf(schedule('hubs', '0 1 * * *')))
    expect(await looks(world, 2 * hourMs)).toEqual([
      '11-24T01:00:00 begin hubs',
      '11-24T01:30:00 end hubs',
      '11-24T01:30:00 verify run-a',
      '11-24T01:31:00 verify run-b',
    ])
    await serve.stop()
  })

  it('is seen when the run that made it has ended', async () => {
    const world = createWorld()
    let open: readonly OpenTarget[] = []
    world.script.open = async () => open
    const serve = world.start(schedulesOf(schedule('hubs', '0 1 * * *')))
    world.script.answer = () => {
      open = [target('run-1', { completeBy: '2026-11-24T02:00:00.000Z' })]
      return { kind: 'ended', exitCode: 3, result: run([device('hub1', 'unproven')], { runId: 'run-1' }) }
    }
    expect(await looks(world, 2.5 * hourMs)).toEqual([
      '11-24T01:00:00 begin hubs',
      '11-24T01:05:00 end hubs',
      '11-24T02:00:30 verify run-1',
    ])
    await serve.stop()
  })

  it('that cannot be looked at, or read, is a warning and is tried again', async () => {
    const world = createWorld()
    const open = [target('run-a', { completeBy: '2026-11-23T23:00:00.000Z' })]
    world.script.open = async () => {
      throw new Error('EACCES')
    }
    const serve = world.start(never)
    await world.clock.advance(minuteMs)
    expect(serve.view().warnings).toEqual(['open changes cannot be read: EACCES'])
    world.script.open = async () => open
    world.script.verify = () => {
      throw new Error('no \u001b[1mkey')
    }
    expect(await looks(world, 10 * minuteMs)).toEqual(['11-24T00:05:00 verify run-a'])
    expect(serve.view().warnings).toEqual(['the proof of run run-a cannot be looked at: no \\x1b[1mkey'])
    world.script.verify = () => ({ kind: 'ended', exitCode: 3, result: run([], { runId: 'v' }) })
    await world.clock.advance(hourMs)
    expect(serve.view().warnings).toEqual([])
    await serve.stop()
  })

  it('that is being looked at when serve stops is waited for', async () => {
    const world = createWorld()
    world.script.open = async () => [target('run-a', { completeBy: '2026-11-23T23:00:00.000Z' })]
    const serve = world.start(never)
    await world.clock.advance(1000)
    await serve.stop()
    expect(linesOf(world.told).slice(-2)).toEqual(['11-24 00:00 stopping', '11-24 00:00 proof run-a 0'])
    expect(world.clock.pending).toBe(0)
  })
})
