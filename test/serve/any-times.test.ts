import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Schedule } from '../../src/model/schedules.ts'
import { nextAfter } from '../../src/serve/times.ts'
import { createWorld, hourMs, minuteMs, schedule, schedulesOf, type World } from './world.ts'

/** All times of a schedule after `from`, up to `to`. */
function timesOf(line: Schedule, fromMs: number, toMs: number): readonly string[] {
  const times: string[] = []
  for (let ms = nextAfter(line, fromMs); ms !== undefined && ms <= toMs; ms = nextAfter(line, ms))
    times.push(new Date(ms).toISOString())
  return times
}

/** What was told of a schedule: each time that was begun, counted as missed, and begun and then killed. */
function accountOf(
  { told }: World,
  line: Schedule,
): Record<'begun' | 'missed' | 'killed' | 'waiting', string[]> {
  const account: ReturnType<typeof accountOf> = { begun: [], missed: [], killed: [], waiting: [] }
  let running: string | undefined
  for (const { event } of told) {
    if (event.kind === 'started') account.waiting = []
    if (!('schedule' in event) || event.schedule !== line.name) continue
    if (event.kind === 'run-due') account.waiting.push(event.dueAt)
    if (event.kind === 'run-begun') {
      account.waiting = []
      running = event.catchUp === true ? undefined : event.dueAt
      if (event.catchUp !== true) account.begun.push(event.dueAt)
    }
    if (event.kind === 'interrupted-run' && running !== undefined) account.killed.push(running)
    if (event.kind === 'missed') {
      const between = timesOf(line, Date.parse(event.first) - 1, Date.parse(event.last))
      expect(event).toMatchObject({ count: between.length, first: between[0], last: between.at(-1) })
      account.missed.push(...between)
    }
  }
  return account
}

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('wait'), minutes: fc.integer({ min: 1, max: 200 }) }),
  },
  fc.record({ kind: fc.constantFrom('stop', 'kill', 'reload'), minutes: fc.integer({ min: 0, max: 180 }) }),
  fc.record({ kind: fc.constant('clock'), minutes: fc.integer({ min: -180, max: 180 }) }),
)
const line = fc.record({
  cron: fc.constantFrom('*/10 * * * *', '7 * * * *', '0 */3 * * *', '30 2 * * *', '0,45 1-4 * * *'),
  timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe'),
  jitterMs: fc.constantFrom(0, 0, 9 * minuteMs),
  runMinutes: fc.integer({ min: 0, max: 200 }),
})

it('of any schedules, through whatever happens, each time is begun once or counted as missed once', async () => {
  await fc.assert(
    fc.asyncProperty(
      // The clocks of both zones change within the first hours of some of these days.
      fc.constantFrom('2027-03-27T22:00:00.000Z', '2027-10-30T22:30:10.000Z', '2027-04-03T12:00:00.000Z'),
      fc.array(line, { minLength: 1, maxLength: 3 }),
      fc.array(step, { maxLength: 6 }),
      fc.integer({ min: 0, max: 99 }),
      async (from, lines, steps, drawn) => {
        const world = createWorld(from)
        const all = lines.map(({ cron, timezone, jitterMs }, nth) =>
          schedule(`s${nth}`, cron, { timezone, jitterMs }),
        )
        world.script.runMs = ({ name }) => (lines[Number(name.slice(1))]?.runMinutes ?? 0) * minuteMs
        world.script.random = () => drawn / 100
        world.script.settleMs = (drawn % 3) * 10 * minuteMs
        const fromMs = world.wallMs()
        let newestMs = fromMs
        let serve = world.start(schedulesOf(...all))
        for (const { kind, minutes } of steps) {
          // A serve that is killed before its first state is on disk was never there.
          await world.clock.advance(0)
          if (kind === 'clock') world.setClock(minutes * minuteMs)
          else if (kind === 'reload') serve.replace(schedulesOf(...all))
          if (kind === 'stop') await serve.stop()
          if (kind === 'kill') world.kill()
          // Only a clock that is looked at counts: what it shows while nobody is here is not known.
          if (kind === 'stop' || kind === 'kill') {
            expect(world.clock.pending).toBe(0)
            await world.clock.advance(minutes * minuteMs)
            serve = world.start(schedulesOf(...all))
          } else await world.clock.advance(Math.abs(minutes) * minuteMs)
          newestMs = Math.max(newestMs, world.wallMs())
        }
        // Until a clock that was set back shows what it has shown before, and what was killed is settled.
        await world.clock.advance(newestMs - world.wallMs() + hourMs)
        const toMs = world.wallMs()
        for (const one of all) {
          const { begun, missed, killed, waiting } = accountOf(world, one)
          const counted = [
            ...begun.filter((time) => !killed.includes(time)),
            ...missed,
            ...waiting,
          ].toSorted()
          expect(counted).toEqual(timesOf(one, fromMs, toMs))
          expect(new Set(begun).size).toBe(begun.length)
        }
        expect(world.mostAtOnce).toBeLessThanOrEqual(1)
        await serve.stop()
        expect(world.clock.pending).toBe(0)
      },
    ),
    { endOnFailure: true },
  )
}, 240_000)
