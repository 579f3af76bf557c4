import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { scheduleTimes, serve } from '../../src/wire/serve.ts'
import { createFakeClock } from '../fake-clock.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A project whose playbook stands in a folder of its own, as everywhere in the documentation. */
function project(): string {
  const cwd = mkdtempSync(join(tmpdir(), 'ikero-begin-'))
  folders.push(cwd)
  mkdirSync(join(cwd, 'playbooks'))
  const inventory = {
    version: 1,
    credentials: { a: { username: 'u', password: { env: 'P' } } },
    defaults: { credential: 'a' },
    hosts: { hub1: { address: '192.0.2.1', platform: 'ios' } },
  }
  writeFileSync(join(cwd, 'inventory.yml'), JSON.stringify(inventory))
  const playbook = {
    version: 1,
    name: 'hubs',
    inventory: '../inventory.yml',
    routers: [{ hosts: 'hub1', profiles: ['VPN'] }],
    state: 'responder-only',
  }
  writeFileSync(join(cwd, 'playbooks', 'hubs.yml'), JSON.stringify(playbook))
  const schedule = { name: 'hubs', cron: '15 2 * * *', playbook: 'playbooks/hubs.yml' }
  writeFileSync(
    join(cwd, 'schedules.yml'),
    JSON.stringify({ version: 1, listen: 'off', schedules: [schedule] }),
  )
  return cwd
}

const times = (
  cwd: string,
  more: { readonly env?: Record<string, string>; readonly stateDir?: string } = {},
) => scheduleTimes({ schedules: 'schedules.yml', cwd, env: {}, clock: createFakeClock(), ...more })

describe('where serve remembers', () => {
  it('is told where runs by hand were recorded elsewhere: to serve they were never made', () => {
    const cwd = project()
    expect(times(cwd)).toMatchObject({ kind: 'times', warnings: [] })
    const own = join(cwd, 'playbooks', '.ikero')
    mkdirSync(own)
    expect(times(cwd)).toMatchObject({
      kind: 'times',
      warnings: [
        {
          severity: 'warning',
          at: { file: 'schedules.yml' },
          message: expect.stringMatching(/^schedule hubs: .*playbooks\/\.ikero.*never applied here$/),
        },
      ],
    })
    expect(times(cwd, { env: { IKERO_STATE: own } })).toMatchObject({ warnings: [] })
    expect(times(cwd, { stateDir: own })).toMatchObject({ warnings: [] })
  })

  it('is where the nearest .ikero above both stands, and then nothing is told', () => {
    const cwd = project()
    mkdirSync(join(cwd, '.ikero'))
    expect(times(cwd)).toMatchObject({ kind: 'times', warnings: [] })
  })
})

describe('a serve that cannot begin now', () => {
  const begin = (cwd: string, stateDir: string): ReturnType<typeof serve> =>
    serve({
      schedules: 'schedules.yml',
      cwd,
      env: {},
      stateDir,
      clock: createFakeClock(),
      signal: AbortSignal.abort(),
      log: { write: () => undefined, level: 'error', format: 'json' },
    })

  it('is no mistake in a file: whoever supervises it may try again', async () => {
    const cwd = project()
    const place = join(cwd, 'inventory.yml')
    expect(await begin(cwd, place)).toMatchObject({ kind: 'cannot-begin', problem: { code: 'LEASE_FAILED' } })
    const state = join(cwd, 'state')
    mkdirSync(join(state, 'serve', 'state.json'), { recursive: true, mode: 0o700 })
    expect(await begin(cwd, state)).toMatchObject({
      kind: 'cannot-begin',
      problem: { code: 'SERVE_STATE_FAILED', next: expect.stringContaining('move the file away') },
    })
  })
})
