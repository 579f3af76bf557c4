import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { simulate } from '../../mocks/simulate.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import type { Diagnostic } from '../../src/kernel/diagnostics.ts'
import type { Result } from '../../src/kernel/result.ts'
import { connect } from './ssh-client.ts'

let dir = ''
let stop: AbortController

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-simulate-'))
  stop = new AbortController()
})

afterEach(() => {
  stop.abort()
  rmSync(dir, { recursive: true, force: true })
})

const scenario = (login = ''): string => `version: 1
${login}
devices:
  - name: r1
    platform: ios
    version: 15.2(4)M6
    config: |
      interface GigabitEthernet0/0
       ip address 203.0.113.1 255.255.255.0
`

/** Starts a scenario from its text; `up` is false where it ended before it said ready. */
async function start(text: string): Promise<{
  readonly up: boolean
  readonly ended: Promise<Result<void, readonly Diagnostic[]>>
  read(name: string): string
}> {
  const scenarioPath = join(dir, 'scenario.yml')
  writeFileSync(scenarioPath, text)
  let announce: (up: boolean) => void = () => undefined
  const ready = new Promise<boolean>((resolve) => {
    announce = resolve
  })
  const ended = simulate({
    scenarioPath,
    outDir: join(dir, 'lab'),
    out: { write: () => announce(true) },
    err: { write: () => undefined },
    signal: stop.signal,
    clock: systemClock,
  })
  const up = await Promise.race([ready, ended.then(() => false)])
  return { up, ended, read: (name) => readFileSync(join(dir, 'lab', name), 'utf8') }
}

async function enabled(port: number, password: string, enable: string): Promise<string> {
  const client = await connect(port, { password })
  const shell = await client.shell()
  await shell.until('r1>')
  shell.type('enable\r')
  await shell.until('Password: ')
  shell.type(`${enable}\r`)
  const shown = await shell.until('r1#')
  client.end()
  return shown
}

const portOf = (inventory: string): number => Number(/port: (\d+)/.exec(inventory)?.[1])

describe('simulate', () => {
  it('makes a password for login and enable, and keeps it out of the record', async () => {
    const lab = await start(scenario())
    const password = lab.read('password')
    expect(await enabled(portOf(lab.read('inventory.yml')), password, password)).not.toContain(password)
    expect(lab.read('lines.ndjson')).toContain('"line":"enable"')
    expect(lab.read('lines.ndjson')).not.toContain(password)
    stop.abort()
    expect(await lab.ended).toEqual({ kind: 'ok', value: undefined })
  })

  it('writes an enable password of its own to a file of its own', async () => {
    const lab = await start(scenario('login: { username: noc, password: first-word, enable: second-word }'))
    expect([lab.read('password'), lab.read('enable')]).toEqual(['first-word', 'second-word'])
    expect(lab.read('inventory.yml')).toContain(
      '    username: noc\n    password: { file: password }\n    enable: { file: enable }',
    )
  })

  it('tells every mistake of a scenario with its place, and starts nothing', async () => {
    const lab = await start(scenario('frobnicate: 1').replace('platform: ios', 'platform: nxos'))
    expect(lab.up).toBe(false)
    const answer = await lab.ended
    const problems = answer.kind === 'err' ? answer.error : []
    expect(problems.map(({ at }) => at?.line)).toEqual([2, 5])
    expect(() => lab.read('password')).toThrow(/ENOENT/)
  })

  it('says that a scenario file is not there', async () => {
    const answer = await simulate({
      scenarioPath: join(dir, 'none.yml'),
      outDir: join(dir, 'lab'),
      out: { write: () => undefined },
      err: { write: () => undefined },
      signal: stop.signal,
      clock: systemClock,
    })
    expect(answer).toMatchObject({ kind: 'err', error: [{ code: 'FILE_UNREADABLE' }] })
  })
})
