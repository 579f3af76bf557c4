import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { HandClock, outcome, record, storeIn, tempFolder } from './build.ts'

it('the newest runs are checked for damage in the list, older ones when they are read', async () => {
  const dir = tempFolder()
  const clock = new HandClock()
  const store = storeIn(dir, { clock })
  const ids: string[] = []
  for (let nth = 0; nth < 32; nth += 1) {
    const { runId } = await record(store, [outcome('hub1', 'VPN', 'verified')])
    ids.unshift(runId)
    const path = join(dir, 'runs', runId, 'journal.ndjson')
    writeFileSync(path, readFileSync(path, 'utf8').replace('verified', 'verifled'))
    clock.pass(60_000)
  }
  const listed = await store.list()
  expect(listed.map(({ runId }) => runId)).toEqual(ids)
  expect(listed.map(({ damaged }) => damaged ?? 0)).toEqual([...Array(30).fill(1), 0, 0])
  const oldest = await store.read(ids.at(-1) ?? '')
  expect(oldest).toMatchObject({ kind: 'ok', value: { summary: { damaged: 1 } } })
})
