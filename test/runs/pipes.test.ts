import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { nodeLeaseFiles } from '../../src/runs/lease-files.ts'
import { record, storeIn, tempFolder } from './build.ts'

it('a pipe in place of a journal is passed over, and keeps nobody waiting', async () => {
  const dir = tempFolder()
  const { runId } = await record(storeIn(dir), [])
  const folder = join(dir, 'runs', '20261123T193012-0000aa')
  mkdirSync(folder)
  execFileSync('mkfifo', [join(folder, 'journal.ndjson')])
  expect((await storeIn(dir).list()).map((run) => run.runId)).toEqual([runId])
})

it('a pipe in place of a lease is read as one that holds none', async () => {
  const path = join(tempFolder(), 'hub1.json')
  execFileSync('mkfifo', [path])
  await expect(nodeLeaseFiles.read(path).catch(() => 'told')).resolves.toMatch(/^(?:told)?$/)
})
