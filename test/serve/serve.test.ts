import { describe, expect, it } from 'vitest'
import type { ServeEvent } from '../../src/model/serve-event.ts'
import { createWorld, dayMs, hourMs, linesOf, minuteMs, schedule, schedulesOf } from './world.ts'

const ofKind = <Kind extends ServeEvent['kind']>(
  told: readonly { readonly event: ServeEvent }[],
  kind: Kind,
): readonly Extract<ServeEvent, { kind: Kind }>[] =>
  told.flatMap(({ event }) => (isKind(event, kind) ? [event] : []))

function isKind<Kind extends ServeEvent['kind']>(
  event: ServeEvent,
  kind: Kind,
): event is Extract<ServeEvent, { kind: Kind }> {
  return event.kind === kind
}

/** The lines without the record of each run. */
const story = (world: { readonly told: Parameters<typeof linesOf>[0] }): readonly string[] =>
  linesOf(world.told).filter((line) => !line.endsWith('run-recorded'))

describe('a schedule', () => {
  it('is begun at its time, again and again, and is remembered', async () => {
    const world = createWorld('2026-11-24T01:00:00.000Z')
    const serve = world.start(schedulesOf(schedule('hubs', '15 2 * * *', { timezone: 'UTC' })))
    expect(serve.view().schedules[0]).toMatchObject({ name: 'hubs', nextAt: '2026-11-24T02:15:00.000Z' })
    await world.clock.advance(2 * dayMs)
    expect(story(world)).toEqual([
      '11-24 01:00 started hubs',
      '11-24 02:15 begun hubs 02:15',
      '11-24 02:20 ended hubs 02:15 with 0',
      '11-25 02:15 begun hubs 02:15',
      '11-25 02:20 ended hubs 02:15 with 0',
    ])
    expect(serve.view()).toMatchObject({
      schedules: [
        {
          nextAt: '2026-11-26T02:15:00.000Z',
          state: { runs: 2, missed: 0, lastGood: { runId: 'run-2', durationMs: 5 * minuteMs, exitCode: 0 } },
        },
      ],
      devices: [{ schedule: 'hubs', host: 'hub1', since: '2026-11-24T02:20:00.000Z', runId: 'run-2' }],
      warnings: [],
    })
    await serve.stop()
    expect(world.clock.pending).toBe(0)
    expect(JSON.parse(world.disk ?? '')).toEqual(serve.state())
  })

  it('is begun up to its jitter later, as it was drawn', async () => {
    const world = createWorld('2026-11-24T02:00:00.000Z')
    const serve = world.start(schedulesOf(schedule('hubs', '15 * * * *', { jitterMs: 10 * minuteMs })))
    await world.clock.advance(30 * minuteMs)
    world.script.random = () => 0
    await world.clock.advance(hourMs)
    expect(story(world).slice(1)).toEqual([
      '11-24 02:15 due hubs 02:15 starts 02:20',
      '11-24 02:20 begun hubs 02:15',
      '11-24 02:25 ended hubs 02:15 with 0',
      '11-24 03:15 begun hubs 03:15',
      '11-24 03:20 ended hubs 03:15 with 0',
    ])
    await serve.stop()
  })

  it('waits for its jitter no longer than that where the clock is set back meanwhile', async () => {
    const world = createWorld('2026-11-24T02:00:00.000Z')
    const serve = world.start(schedulesOf(schedule('hubs', '15 * * * *', { jitterMs: 10 * minuteMs })))
    await world.clock.advance(16 * minuteMs)
    world.setClock(-10 * hourMs)
    await world.clock.advance(5 * minuteMs)
    expect(story(world).at(-1)).toBe('11-23 16:20 begun hubs 02:15')
    await serve.stop()
  })

  it('is not begun while its run before is at work: that is missed, and counted', async () => {
    const world = createWorld('2026-11-24T01:30:00.000Z')
    world.script.runMs = () => 150 * minuteMs
    const serve = world.start(schedulesOf(schedule('hubs', '0 * * * *')))
    await world.clock.advance(4 * hourMs)
    expect(story(world).slice(1)).toEqual([
      '11-24 02:00 begun hubs 02:00',
      '11-24 03:00 missed hubs busy 1 03:00-03:00',
      '11-24 04:00 missed hubs busy 1 04:00-04:00',
      '11-24 04:30 ended hubs 02:00 with 0',
      '11-24 05:00 begun hubs 05:00',
    ])
    expect(serve.view().schedules[0]?.state).toMatchObject({
      missed: 2,
      lastMissedAt: '2026-11-24T04:00:00.000Z',
    })
    expect(world.mostAtOnce).toBe(1)
    await serve.stop()
  })

  it('goes on after a run that throws, and one whose files are wrong', async () => {
    const world = createWorld('2026-11-24T01:30:00.000Z')
    world.script.answer = () => {
      throw new Error('out of memory')
    }
    const serve = world.start(schedulesOf(schedule('hubs', '0 * * * *')))
    await world.clock.advance(hourMs)
    expect(serve.view().schedules[0]?.state).toMatchObject({
      runs: 1,
      broken: { code: 'INTERNAL', message: 'out of memory' },
    })
    world.script.answer = () => ({
      kind: 'broken',
      code: 'UNKNOWN_KEY',
      message: 'p.yml:3:1',
      next: 'mend it',
    })
    await world.clock.advance(hourMs)
    expect(story(world).slice(1)).toEqual([
      '11-24 02:00 begun hubs 02:00',
      '11-24 02:05 broken hubs 02:00 INTERNAL',
      '11-24 03:00 begun hubs 03:00',
      '11-24 03:05 broken hubs 03:00 UNKNOWN_KEY',
    ])
    expect(serve.state().schedules.hubs?.running).toBeUndefined()
    await serve.stop()
  })

  it('is begun once on the day that clocks go forward, and once on the day that they go back', async () => {
    for (const [from, due] of [
      ['2027-03-27T12:00:00.000Z', ['03-28 01:00', '03-29 00:30']],
      ['2027-10-30T12:00:00.000Z', ['10-31 00:30', '11-01 01:30']],
    ] as const) {
      const world = createWorld(from)
      const serve = world.start(schedulesOf(schedule('hubs', '30 2 * * *', { timezone: 'Europe/Berlin' })))
      await world.clock.advance(2 * dayMs)
      const begun = story(world).filter((line) => line.includes('begun'))
      expect(begun.map((line) => line.slice(0, 11))).toEqual(due)
      expect(ofKind(world.told, 'missed')).toEqual([])
      await serve.stop()
    }
  })

  it('is not begun where its line names no time any more', async () => {
    const world = createWorld()
    const serve = world.start(schedulesOf(schedule('never', '0 0 31 2 *')))
    await world.clock.advance(dayMs)
    expect(serve.view().schedules[0]).not.toHaveProperty('nextAt')
    await serve.stop()
    expect(world.clock.pending).toBe(0)
  })
})

describe('the clock of the machine', () => {
  it('may be set back without a time that comes twice', async () => {
    const world = createWorld('2026-11-24T01:30:00.000Z')
    const serve = world.start(schedulesOf(schedule('hubs', '0 * * * *')))
    await world.clock.advance(2 * hourMs)
    world.setClock(-3 * hourMs)
    await world.clock.advance(4 * hourMs)
    expect(ofKind(world.told, 'run-begun').map(({ dueAt }) => dueAt.slice(11, 16))).toEqual([
      '02:00',
      '03:00',
      '04:00',
    ])
    expect(ofKind(world.told, 'missed')).toEqual([])
    await serve.stop()
  })

  it('may jump over times: they are told and counted once, and one run is begun in their place', async () => {
    const world = createWorld('2026-11-24T01:30:00.000Z')
    const serve = world.start(schedulesOf(schedule('hubs', '0 * * * *')))
    await world.clock.advance(10 * minuteMs)
    world.setClock(5 * hourMs)
    await world.clock.advance(hourMs)
    expect(story(world).slice(1)).toEqual([
      // It is noticed when the minute is over.
      '11-24 06:41 missed hubs down 5 02:00-06:00',
      '11-24 06:41 begun hubs 06:00 in place',
      '11-24 06:46 ended hubs 06:00 with 0',
      '11-24 07:00 begun hubs 07:00',
      '11-24 07:05 ended hubs 07:00 with 0',
    ])
    await serve.stop()
  })

  it('that showed a year too much for a while does not stop a schedule for a year, nor after a restart', async () => {
    const world = createWorld('2026-11-24T01:30:00.000Z')
    const hourly = schedulesOf(schedule('hubs', '0 * * * *'))
    const serve = world.start(hourly)
    world.setClock(365 * dayMs)
    await world.clock.advance(30 * minuteMs)
    expect(ofKind(world.told, 'missed')).toMatchObject([{ count: 1000, more: true }])
    world.setClock(-365 * dayMs)
    await world.clock.advance(hourMs + 10 * minuteMs)
    expect(story(world).at(-1)).toBe('11-24 03:05 ended hubs 03:00 with 0')
    await serve.stop()
    await world.clock.advance(3 * hourMs)
    const again = world.start(hourly)
    await world.clock.advance(minuteMs)
    expect(story(world).at(-2)).toBe('11-24 06:10 missed hubs down 3 04:00-06:00')
    await again.stop()
  })
})

describe('a restart', () => {
  it('tells what was missed meanwhile, begins one run in its place, and the next on time', async () => {
    const world = createWorld('2026-11-24T01:30:00.000Z')
    const hourly = schedulesOf(schedule('hubs', '0 * * * *'))
    await world.start(hourly).stop()
    await world.clock.advance(3 * hourMs)
    const serve = world.start(hourly)
    await world.clock.advance(31 * minuteMs)
    expect(story(world)).toEqual([
      '11-24 01:30 started hubs',
      '11-24 01:30 stopping',
      '11-24 04:30 started hubs',
      '11-24 04:30 missed hubs down 3 02:00-04:00',
      '11-24 04:30 begun hubs 04:00 in place',
      '11-24 04:35 ended hubs 04:00 with 0',
      '11-24 05:00 begun hubs 05:00',
    ])
    await serve.stop()
  })

  it('within a minute of a time has missed nothing', async () => {
    const world = createWorld('2026-11-24T01:30:00.000Z')
    const hourly = schedulesOf(schedule('hubs', '0 * * * *'))
    await world.start(hourly).stop()
    await world.clock.advance(30 * minuteMs + 40_000)
    const serve = world.start(hourly)
    await world.clock.advance(1000)
    expect(story(world).slice(3)).toEqual(['11-24 02:00 begun hubs 02:00'])
    await serve.stop()
  })

  it('has missed nothing of a schedule that is new, or whose times are others now', async () => {
    const world = createWorld('2026-11-24T01:30:00.000Z')
    await world.start(schedulesOf(schedule('hubs', '0 * * * *'))).stop()
    await world.clock.advance(dayMs)
    const serve = world.start(schedulesOf(schedule('hubs', '10 * * * *'), schedule('new', '0 * * * *')))
    await world.clock.advance(minuteMs)
    expect(ofKind(world.told, 'missed')).toEqual([])
    await serve.stop()
  })

  it('begins in place of the one that waited for its jitter', async () => {
    const world = createWorld('2026-11-24T01:59:00.000Z')
    const hourly = schedulesOf(schedule('hubs', '0 * * * *', { jitterMs: 20 * minuteMs }))
    const first = world.start(hourly)
    await world.clock.advance(3 * minuteMs)
    await first.stop()
    const serve = world.start(hourly)
    await world.clock.advance(minuteMs)
    expect(story(world).slice(1)).toEqual([
      '11-24 02:00 due hubs 02:00 starts 02:10',
      '11-24 02:02 stopping',
      '11-24 02:02 started hubs',
      '11-24 02:02 missed hubs down 1 02:00-02:00',
      '11-24 02:02 begun hubs 02:00 in place',
    ])
    await serve.stop()
  })

  it('after it was killed settles the run in hand before anything else of its schedule, and only of its', async () => {
    const world = createWorld('2026-11-24T01:59:00.000Z')
    const both = schedulesOf(schedule('hubs', '0 * * * *'), schedule('spokes', '30 * * * *'))
    world.start(both)
    await world.clock.advance(2 * minuteMs)
    world.kill()
    expect(world.clock.pending).toBe(0)
    await world.clock.advance(dayMs)
    world.script.settleMs = 90 * minuteMs
    world.script.settle = () => ({ what: 'resumed', message: 'put back', next: 'nothing' })
    const serve = world.start(both)
    await world.clock.advance(2 * hourMs)
    expect(story(world).slice(2)).toEqual([
      '11-25 02:01 started hubs,spokes',
      '11-25 02:01 missed spokes down 24 02:30-01:30',
      '11-25 02:01 begun spokes 01:30 in place',
      '11-25 02:06 ended spokes 01:30 with 0',
      '11-25 02:30 begun spokes 02:30',
      '11-25 02:35 ended spokes 02:30 with 0',
      '11-25 03:30 begun spokes 03:30',
      '11-25 03:31 interrupted hubs run-1 resumed',
      '11-25 03:31 missed hubs down 1 02:00-02:00',
      '11-25 03:31 missed hubs down 25 03:00-03:00',
      '11-25 03:31 begun hubs 03:00 in place',
      '11-25 03:35 ended spokes 03:30 with 0',
      '11-25 03:36 ended hubs 03:00 with 0',
      '11-25 04:00 begun hubs 04:00',
    ])
    expect(world.calls).toContain('settle run-1 of hubs')
    await serve.stop()
    expect(world.clock.pending).toBe(0)
  })

  it('that is stopped before the killed run is settled leaves it to the next', async () => {
    const world = createWorld('2026-11-24T01:59:00.000Z')
    const hourly = schedulesOf(schedule('hubs', '0 * * * *'))
    world.start(hourly)
    await world.clock.advance(2 * minuteMs)
    world.kill()
    world.script.settleMs = hourMs
    world.script.settle = () => ({ what: 'left', message: 'not yet', next: 'resume it' })
    const second = world.start(hourly)
    await world.clock.advance(minuteMs)
    await second.stop()
    expect(ofKind(world.told, 'interrupted-run')).toEqual([])
    world.script.settleMs = 0
    const third = world.start(hourly)
    await world.clock.advance(minuteMs)
    expect(story(world).slice(-3)).toEqual([
      '11-24 02:02 interrupted hubs run-1 left',
      '11-24 02:02 missed hubs down 1 02:00-02:00',
      '11-24 02:02 begun hubs 02:00 in place',
    ])
    await third.stop()
  })

  it('counts the times once that a killed run stood in place of, and begins another in their place', async () => {
    const world = createWorld('2026-11-24T01:30:00.000Z')
    const hourly = schedulesOf(schedule('hubs', '0 * * * *'))
    await world.start(hourly).stop()
    await world.clock.advance(2 * hourMs)
    world.start(hourly)
    await world.clock.advance(minuteMs)
    world.kill()
    const serve = world.start(hourly)
    await world.clock.advance(minuteMs)
    expect(story(world).slice(3)).toEqual([
      '11-24 03:30 missed hubs down 2 02:00-03:00',
      '11-24 03:30 begun hubs 03:00 in place',
      '11-24 03:31 started hubs',
      '11-24 03:31 interrupted hubs run-1 nothing-open',
      '11-24 03:31 begun hubs 03:00 in place',
    ])
    await serve.stop()
  })

  it('settles a killed run also where its schedule is gone, and where that throws', async () => {
    const world = createWorld('2026-11-24T01:59:00.000Z')
    world.start(schedulesOf(schedule('hubs', '0 * * * *')))
    await world.clock.advance(2 * minuteMs)
    world.kill()
    world.script.settle = () => {
      throw new Error('no such run')
    }
    const serve = world.start(schedulesOf(schedule('other', '0 0 1 1 *')))
    await world.clock.advance(minuteMs)
    expect(ofKind(world.told, 'interrupted-run')).toEqual([
      {
        kind: 'interrupted-run',
        schedule: 'hubs',
        runId: 'run-1',
        what: 'left',
        message: 'it could not be settled: no such run',
        next: 'resume it: ikero resume run-1',
      },
    ])
    expect(serve.state().schedules.hubs).not.toHaveProperty('running')
    expect(serve.view().schedules.map(({ name }) => name)).toEqual(['other'])
    await serve.stop()
  })
})

describe('another file', () => {
  it('takes effect at once; what has the same times goes on, and a run in hand is finished', async () => {
    const world = createWorld('2026-11-24T01:50:00.000Z')
    world.script.runMs = ({ name }) => (name === 'long' ? 3 * hourMs : minuteMs)
    const same = schedule('same', '0 * * * *', { jitterMs: 20 * minuteMs })
    const serve = world.start(
      schedulesOf(
        same,
        schedule('long', '55 * * * *'),
        schedule('moved', '30 4 * * *'),
        schedule('gone', '5 * * * *'),
      ),
    )
    await world.clock.advance(11 * minuteMs)
    serve.replace(
      schedulesOf(
        { ...same, playbook: 'other.yml' },
        schedule('moved', '3 * * * *'),
        schedule('added', '4 * * * *'),
      ),
    )
    expect(
      serve.view().schedules.map(({ name, nextAt, playbook }) => [name, nextAt?.slice(11, 16), playbook]),
    ).toEqual([
      ['same', '02:10', 'other.yml'],
      ['moved', '02:03', 'moved.yml'],
      ['added', '02:04', 'added.yml'],
    ])
    await world.clock.advance(15 * minuteMs)
    expect(story(world).slice(1)).toEqual([
      '11-24 01:55 begun long 01:55',
      '11-24 02:00 due same 02:00 starts 02:10',
      '11-24 02:01 reloaded same,moved,added',
      '11-24 02:03 begun moved 02:03',
      '11-24 02:04 begun added 02:04',
      '11-24 02:04 ended moved 02:03 with 0',
      '11-24 02:05 ended added 02:04 with 0',
      '11-24 02:10 begun same 02:00',
      '11-24 02:11 ended same 02:00 with 0',
    ])
    // It comes back while its run is at work.
    serve.replace(schedulesOf(schedule('long', '20 * * * *')))
    await world.clock.advance(3 * hourMs)
    expect(story(world).filter((line) => line.includes(' long'))).toEqual([
      '11-24 01:55 begun long 01:55',
      '11-24 02:16 reloaded long',
      '11-24 02:20 missed long busy 1 02:20-02:20',
      '11-24 03:20 missed long busy 1 03:20-03:20',
      '11-24 04:20 missed long busy 1 04:20-04:20',
      '11-24 04:55 ended long 01:55 with 0',
    ])
    expect(world.mostAtOnce).toBe(1)
    await serve.stop()
  })

  it('keeps what is known of a schedule that is gone for 30 days, should it come back', async () => {
    const world = createWorld('2026-11-24T01:59:00.000Z')
    const hubs = schedulesOf(schedule('hubs', '0 2 * * *'))
    const other = schedulesOf(schedule('other', '0 0 1 6 *'))
    const serve = world.start(hubs)
    await world.clock.advance(hourMs)
    serve.replace(other)
    expect(serve.view().devices).toEqual([])
    await world.clock.advance(20 * dayMs)
    serve.replace(hubs)
    expect(serve.view()).toMatchObject({
      devices: [{ host: 'hub1' }],
      schedules: [{ state: { runs: 1, missed: 0 } }],
    })
    serve.replace(other)
    await world.clock.advance(31 * dayMs)
    serve.replace(other)
    expect(serve.state().schedules).not.toHaveProperty('hubs')
    expect(serve.state().devices).toEqual([])
    await serve.stop()
  })

  it('that was refused is told until one is taken', async () => {
    const world = createWorld()
    const hubs = schedulesOf(schedule('hubs', '0 2 * * *'))
    const serve = world.start(hubs)
    serve.tell({ kind: 'reload-refused', problems: ['s.yml:3:1 unknown key \u001b[31m"x"', 's.yml:4:1 y'] })
    expect(serve.view().warnings).toEqual([
      'the schedules file was refused, and the one before stays in force: s.yml:3:1 unknown key \\x1b[31m"x", and 1 more',
    ])
    serve.replace(hubs, ['a word'])
    expect(serve.view().warnings).toEqual(['a word'])
    await serve.stop()
  })
})

describe('a stop', () => {
  it('begins nothing more, ends what is at work, and resolves when that is saved', async () => {
    const world = createWorld('2026-11-24T01:59:00.000Z')
    world.script.runMs = () => dayMs
    const serve = world.start(
      schedulesOf(schedule('hubs', '0 * * * *'), schedule('late', '1 * * * *', { jitterMs: hourMs })),
    )
    await world.clock.advance(2 * minuteMs)
    const stopped = serve.stop()
    expect(serve.view().notReady).toBe('it is being stopped')
    expect(serve.stop()).toBe(stopped)
    await stopped
    expect(story(world).slice(-3)).toEqual([
      '11-24 02:01 due late 02:01 starts 02:31',
      '11-24 02:01 stopping',
      '11-24 02:01 ended hubs 02:00 with 130',
    ])
    expect(world.clock.pending).toBe(0)
    await world.clock.advance(dayMs)
    expect(story(world).at(-1)).toBe('11-24 02:01 ended hubs 02:00 with 130')
    expect(JSON.parse(world.disk ?? '')).toMatchObject({
      schedules: { hubs: { lastRun: { exitCode: 130 } } },
    })
  })

  it('before the start is no mistake', async () => {
    const world = createWorld()
    const serve = world.start(schedulesOf(schedule('hubs', '0 * * * *')))
    await serve.stop()
    serve.replace(schedulesOf())
    expect(serve.view().schedules).toHaveLength(1)
  })
})

describe('the state', () => {
  it('that cannot be saved stops no run, is told once, and is tried until it is saved', async () => {
    const world = createWorld('2026-11-24T01:59:00.000Z')
    let tries = 0
    world.script.save = async () => {
      tries += 1
      throw new Error('no space left')
    }
    const serve = world.start(schedulesOf(schedule('hubs', '0 * * * *')))
    await world.clock.advance(3 * hourMs)
    expect(ofKind(world.told, 'run-ended')).toHaveLength(3)
    expect(ofKind(world.told, 'save-failed')).toMatchObject([{ message: 'no space left' }])
    expect(serve.view().warnings).toEqual(['the state is not saved: no space left'])
    // Once a minute, and after each event.
    expect(tries).toBeLessThan(250)
    expect(world.disk).toBeUndefined()
    world.script.save = async () => undefined
    await world.clock.advance(minuteMs)
    expect(serve.view().warnings).toEqual([])
    expect(JSON.parse(world.disk ?? '')).toEqual(serve.state())
    world.script.save = async () => {
      throw new Error('no space left')
    }
    await serve.stop()
    expect(world.clock.pending).toBe(0)
  })

  it('is saved one after the other, and never an older one last', async () => {
    const world = createWorld('2026-11-24T01:59:00.000Z')
    let saving = 0
    let most = 0
    let saves = 0
    world.script.save = async () => {
      saving += 1
      saves += 1
      most = Math.max(most, saving)
      await Promise.resolve()
      saving -= 1
    }
    const serve = world.start(schedulesOf(schedule('hubs', '0 * * * *')))
    await world.clock.advance(minuteMs)
    const before = saves
    for (let nth = 0; nth < 50; nth += 1)
      serve.change((state) => ({
        ...state,
        told: [{ channel: 'c', subject: 's', key: String(nth), at: '2026-11-24T02:00:00.000Z' }],
      }))
    await world.clock.advance(0)
    expect(JSON.parse(world.disk ?? '')).toMatchObject({ told: [{ key: '49' }] })
    expect(saves - before).toBe(1)
    expect(most).toBe(1)
    await serve.stop()
  })

  it('is on disk before a run is begun', async () => {
    const world = createWorld('2026-11-24T01:59:00.000Z')
    let seen: unknown
    world.script.runMs = () => {
      seen = JSON.parse(world.disk ?? '')
      return minuteMs
    }
    const serve = world.start(schedulesOf(schedule('hubs', '0 * * * *')))
    await world.clock.advance(minuteMs)
    expect(seen).toMatchObject({ schedules: { hubs: { running: { dueAt: '2026-11-24T02:00:00.000Z' } } } })
    await serve.stop()
  })

  it('goes on where a listener throws', async () => {
    const world = createWorld('2026-11-24T01:59:00.000Z')
    const serve = world.start(schedulesOf(schedule('hubs', '0 * * * *')))
    const end = serve.on(() => {
      throw new Error('broken pipe')
    })
    await world.clock.advance(hourMs)
    expect(ofKind(world.told, 'run-ended')).toHaveLength(1)
    expect(serve.view().warnings).toEqual(['run-ended could not be told to all: broken pipe'])
    end()
    await serve.stop()
  })
})

describe('notices', () => {
  it('that wait long and that are lost are shown', async () => {
    const world = createWorld()
    const serve = world.start(schedulesOf(schedule('hubs', '0 0 1 1 *')))
    const at = new Date(world.wallMs()).toISOString()
    const notice = { id: 'n', channel: 'noc', madeAt: at, attempts: 3, nextAt: at, body: { text: 'x' } }
    serve.change((state) => ({ ...state, queue: [notice] }))
    serve.tell({ kind: 'notice-failed', channel: 'noc', attempts: 9, message: '410', retried: false })
    serve.tell({ kind: 'notice-failed', channel: 'noc', attempts: 1, message: '503', retried: true })
    expect(serve.view()).toMatchObject({ notices: { waiting: 1, lost: 1 }, warnings: [] })
    await world.clock.advance(2 * hourMs)
    expect(serve.view().warnings).toEqual(['notices cannot be delivered: the oldest waits for 2h'])
    await serve.stop()
  })
})
