import { expect, it } from 'vitest'
import { createWorld, dayMs, hourMs, linesOf, minuteMs, schedule, schedulesOf } from './world.ts'

// Ten days around the night on which clocks go forward in Berlin (2027-03-28), with everything that happens to a machine.
it('ten days of two schedules, told from the first to the last', async () => {
  const world = createWorld('2027-03-25T12:00:00.000Z')
  const timezone = 'Europe/Berlin'
  const hubs = schedule('hubs', '30 2 * * *', { timezone, jitterMs: 20 * minuteMs })
  const spokes = schedule('spokes', '0 */6 * * *', { timezone })
  world.script.runMs = ({ name }) => (name === 'hubs' ? hourMs : 10 * minuteMs)
  const heading = async (text: string): Promise<void> => {
    await world.clock.advance(0)
    story.push(`-- ${text}`, ...linesOf(world.told).slice(seen))
    seen = world.told.length
  }
  const story: string[] = []
  let seen = 0

  let serve = world.start(schedulesOf(hubs, spokes))
  await world.clock.advance(dayMs)
  await heading('a day')
  world.script.runMs = () => 13 * hourMs
  await world.clock.advance(dayMs)
  world.script.runMs = () => 10 * minuteMs
  await heading('a day of slow runs')
  await world.clock.advance(dayMs)
  await heading('the night without an hour')
  await serve.stop()
  await world.clock.advance(dayMs)
  serve = world.start(schedulesOf(hubs, spokes))
  await world.clock.advance(hourMs)
  await heading('a day without serve')
  world.setClock(-2 * hourMs)
  await world.clock.advance(5 * hourMs)
  world.setClock(7 * hourMs)
  await world.clock.advance(hourMs)
  await heading('two hours back, then seven on')
  world.script.answer = () => {
    throw new Error('no memory')
  }
  world.script.save = async () => {
    throw new Error('disk full')
  }
  await world.clock.advance(4 * hourMs)
  await heading('a run that throws, and no room for the state')
  world.script.answer = () => ({ kind: 'broken', code: 'FILE_UNREADABLE', message: 'p.yml', next: 'mend it' })
  world.script.save = async () => undefined
  await world.clock.advance(5 * minuteMs)
  serve.replace(schedulesOf(hubs, schedule('spokes', '0 12 * * *')))
  await world.clock.advance(dayMs)
  await heading('another file in the middle of a run')
  world.script.runMs = () => hourMs
  await world.clock.advance(8 * hourMs + 30 * minuteMs)
  world.kill()
  await world.clock.advance(2 * dayMs)
  serve = world.start(schedulesOf(hubs, schedule('spokes', '0 12 * * *')))
  await world.clock.advance(2 * hourMs)
  await heading('killed in the middle of a run, and two days later begun again')
  await world.clock.advance(10 * hourMs + 30 * minuteMs)
  await serve.stop()
  await heading('stopped in the middle of a run')

  expect(story.filter((line) => !line.endsWith('run-recorded'))).toMatchInlineSnapshot(`
    [
      "-- a day",
      "03-25 12:00 started hubs,spokes",
      "03-25 17:00 begun spokes 17:00",
      "03-25 17:10 ended spokes 17:00 with 0",
      "03-25 23:00 begun spokes 23:00",
      "03-25 23:10 ended spokes 23:00 with 0",
      "03-26 01:30 due hubs 01:30 starts 01:40",
      "03-26 01:40 begun hubs 01:30",
      "03-26 02:40 ended hubs 01:30 with 0",
      "03-26 05:00 begun spokes 05:00",
      "03-26 05:10 ended spokes 05:00 with 0",
      "03-26 11:00 begun spokes 11:00",
      "03-26 11:10 ended spokes 11:00 with 0",
      "-- a day of slow runs",
      "03-26 17:00 begun spokes 17:00",
      "03-26 23:00 missed spokes busy 1 23:00-23:00",
      "03-27 01:30 due hubs 01:30 starts 01:40",
      "03-27 01:40 begun hubs 01:30",
      "03-27 05:00 missed spokes busy 1 05:00-05:00",
      "03-27 06:00 ended spokes 17:00 with 0",
      "03-27 11:00 begun spokes 11:00",
      "-- the night without an hour",
      "03-27 14:40 ended hubs 01:30 with 0",
      "03-27 17:00 missed spokes busy 1 17:00-17:00",
      "03-27 23:00 missed spokes busy 1 23:00-23:00",
      "03-28 00:00 ended spokes 11:00 with 0",
      "03-28 01:00 due hubs 01:00 starts 01:10",
      "03-28 01:10 begun hubs 01:00",
      "03-28 01:20 ended hubs 01:00 with 0",
      "03-28 04:00 begun spokes 04:00",
      "03-28 04:10 ended spokes 04:00 with 0",
      "03-28 10:00 begun spokes 10:00",
      "03-28 10:10 ended spokes 10:00 with 0",
      "-- a day without serve",
      "03-28 12:00 stopping",
      "03-29 12:00 started hubs,spokes",
      "03-29 12:00 missed hubs down 1 00:30-00:30",
      "03-29 12:00 begun hubs 00:30 in place",
      "03-29 12:00 missed spokes down 4 16:00-10:00",
      "03-29 12:00 begun spokes 10:00 in place",
      "03-29 12:10 ended hubs 00:30 with 0",
      "03-29 12:10 ended spokes 10:00 with 0",
      "-- two hours back, then seven on",
      "03-29 16:00 begun spokes 16:00",
      "03-29 23:01 missed spokes down 1 22:00-22:00",
      "03-29 23:10 ended spokes 16:00 with 0",
      "-- a run that throws, and no room for the state",
      "03-30 00:30 due hubs 00:30 starts 00:40",
      "03-30 00:40 begun hubs 00:30",
      "03-30 00:40 save-failed",
      "03-30 00:50 broken hubs 00:30 INTERNAL",
      "03-30 04:00 begun spokes 04:00",
      "-- another file in the middle of a run",
      "03-30 04:05 reloaded hubs,spokes",
      "03-30 04:10 broken spokes 04:00 FILE_UNREADABLE",
      "03-30 12:00 begun spokes 12:00",
      "03-30 12:10 broken spokes 12:00 FILE_UNREADABLE",
      "03-31 00:30 due hubs 00:30 starts 00:40",
      "03-31 00:40 begun hubs 00:30",
      "03-31 00:50 broken hubs 00:30 FILE_UNREADABLE",
      "-- killed in the middle of a run, and two days later begun again",
      "03-31 12:00 begun spokes 12:00",
      "04-02 12:35 started hubs,spokes",
      "04-02 12:35 missed hubs down 2 00:30-00:30",
      "04-02 12:35 begun hubs 00:30 in place",
      "04-02 12:35 interrupted spokes run-19 nothing-open",
      "04-02 12:35 missed spokes down 1 12:00-12:00",
      "04-02 12:35 missed spokes down 2 12:00-12:00",
      "04-02 12:35 begun spokes 12:00 in place",
      "04-02 13:35 broken hubs 00:30 FILE_UNREADABLE",
      "04-02 13:35 broken spokes 12:00 FILE_UNREADABLE",
      "-- stopped in the middle of a run",
      "04-03 00:30 due hubs 00:30 starts 00:40",
      "04-03 00:40 begun hubs 00:30",
      "04-03 01:05 stopping",
      "04-03 01:05 ended hubs 00:30 with 130",
    ]
  `)
  expect(world.mostAtOnce).toBe(1)
  expect(world.clock.pending).toBe(0)
})
