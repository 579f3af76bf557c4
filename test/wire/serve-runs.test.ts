import { expect, it } from 'vitest'
import { systemClock } from '../../src/kernel/clock.ts'
import { serveRuns } from '../../src/wire/serve-runs.ts'
import { intent, sending, started, storeIn, tempFolder } from '../runs/build.ts'

it('a state that names the run of a person does not have it finished: nobody agreed to that', async () => {
  const stateDir = tempFolder()
  const journal = await storeIn(stateDir).begin(started())
  await journal.append(intent('hub1', ['VPN']))
  await journal.append(sending('hub1', 'VPN'))
  await journal.close()
  const ports = serveRuns({ stateDir, cwd: stateDir, env: {}, clock: systemClock }, () => ({
    freeze: [],
    schedules: [],
  }))
  expect(await ports.settle(journal.runId, 'hubs', new AbortController().signal)).toEqual({
    what: 'left',
    message: 'it is the record of apply, no schedule’s',
    next: `look at ikero show ${journal.runId}, then: ikero resume ${journal.runId}`,
  })
})
