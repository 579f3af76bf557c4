import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ProcessMark } from '../../src/model/lease.ts'
import { ownProcess, startedIn } from '../../src/wire/holder.ts'
import { finished, HandClock, record, storeIn, tempFolder } from '../runs/build.ts'
import { ikeroHere } from './in-process.ts'

/** The process that started this one: it runs as long as the test does. */
const here = ownProcess({ env: {} }).mark
const parent: ProcessMark = { ...here, pid: process.ppid, ...startOf(process.ppid) }
const gone: ProcessMark = { ...parent, pidStarted: '1' }

function startOf(pid: number): Pick<ProcessMark, 'pidStarted'> {
  const started = startedIn(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  return started === undefined ? {} : { pidStarted: started }
}

const owner = `${here.owner} on ${here.machine}, pid ${process.ppid}`
const flat = (text: string): string => text.replace(/\s+/g, ' ')

describe.runIf(process.platform === 'linux')('a run without an end', () => {
  it('is called at work while its process runs, and nobody is told to resume it', async () => {
    const state = tempFolder()
    const { runId } = await record(storeIn(state), [], { holder: parent })
    const { stdout } = await ikeroHere(['runs', '--state-dir', state])
    expect(stdout).toContain(`at work: ${owner}`)
    expect(stdout).not.toMatch(/cut off|ikero resume/)
    const json: unknown = JSON.parse((await ikeroHere(['runs', '--json', '--state-dir', state])).stdout)
    expect(json).toMatchObject({
      runs: [{ runId, atWork: { owner: here.owner, machine: here.machine, pid: process.ppid } }],
    })
    expect(JSON.stringify(json)).not.toContain('pidStarted')
    const shown = await ikeroHere(['show', runId, '--state-dir', state])
    expect(flat(shown.stdout)).toContain(`finished no: ${owner} is at work on it`)
  })

  it('is called cut off once its process has ended', async () => {
    const state = tempFolder()
    const { runId } = await record(storeIn(state), [], { holder: gone })
    const { stdout } = await ikeroHere(['runs', '--state-dir', state])
    expect(stdout).toMatch(/^cut off$/m)
    expect(stdout).toContain(`ikero resume ${runId}`)
    expect(stdout).not.toContain('at work')
    const shown = await ikeroHere(['show', runId, '--state-dir', state])
    expect(flat(shown.stdout)).toContain('finished no: the run was cut off')
  })

  it('is not asked for where it ended, whoever has its number now', async () => {
    const state = tempFolder()
    await record(storeIn(state), [finished('20261124T193012-000001', 0, { hub1: 'verified' })], {
      holder: parent,
    })
    expect((await ikeroHere(['runs', '--state-dir', state])).stdout).not.toContain('at work')
  })
})

describe.runIf(process.platform === 'linux')('ikero resume of a run that is at work', () => {
  it('is refused with 64 and names owner, machine and process', async () => {
    const state = tempFolder()
    const { runId } = await record(storeIn(state), [], { holder: parent })
    const ran = await ikeroHere(['resume', runId, '--yes', '--state-dir', state])
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    expect(flat(ran.stderr)).toContain(`${runId} has not ended: its process is at work (${owner})`)
    expect(flat(ran.stderr)).toContain('nothing was contacted')
  })

  it('is refused too while another resume is at it', async () => {
    const state = tempFolder()
    const clock = new HandClock()
    const store = storeIn(state, { clock })
    const first = await record(store, [], { holder: gone })
    clock.pass(60_000)
    const second = await record(store, [], { command: 'resume', resumes: first.runId, holder: parent })
    const ran = await ikeroHere(['resume', first.runId, '--yes', '--state-dir', state])
    expect(ran.code).toBe(64)
    expect(flat(ran.stderr)).toContain(`${second.runId} is finishing it already`)
    expect((await ikeroHere(['runs', '--state-dir', state])).stdout).not.toContain('ikero resume')
  })

  it('goes on where its process has ended', async () => {
    const state = tempFolder()
    const { runId } = await record(storeIn(state), [], { holder: gone })
    const ran = await ikeroHere(['resume', runId, '--yes', '--state-dir', state])
    expect(ran.stderr).not.toContain('at work')
  })
})
