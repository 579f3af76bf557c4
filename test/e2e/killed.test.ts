import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'
import { hub } from '../workflow/scenarios.ts'
import { ikero, type Lab, startLab, writingLines } from './lab.ts'

const folders: string[] = []
const labs: Lab[] = []
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.stop()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function slowHub(): Promise<Lab> {
  const dir = mkdtempSync(join(tmpdir(), 'ikero-killed-'))
  folders.push(dir)
  // The device hears the second line, and says nothing more; the next session is a healthy one.
  const faults = '    faults: { lines: [{ line: ^responder-only, times: 1, silent: true }] }'
  writeFileSync(join(dir, 'scenario.yml'), hub({ renew: '2s', knobs: faults }))
  const lab = await startLab(join(dir, 'scenario.yml'))
  labs.push(lab)
  writeFileSync(
    join(lab.dir, 'playbook.yml'),
    'version: 1\nname: killed\nrouters: [ { hosts: hub1, profiles: [VPN] } ]\nproof: { within: 20s, lostAfter: 5s }\nsave: always\n',
  )
  return lab
}

describe('a run that was killed with a device in hand', () => {
  it('leaves a lease that unlock lists as dead and that the next apply takes over, which its journal says', {
    timeout: 90_000,
  }, async () => {
    const lab = await slowHub()
    const args = ['apply', join(lab.dir, 'playbook.yml'), ...lab.flags, '--yes', '--json']
    const lease = join(lab.dir, 'state', 'leases', 'hub1.json')
    const killed = spawn(process.execPath, [join(root, 'dist', 'main.js'), ...args], {
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent' },
      stdio: 'ignore',
    })
    const ended = once(killed, 'exit')
    await expect
      .poll(() => writingLines(lab, 'hub1'), { timeout: 30_000 })
      .toEqual(['crypto ipsec profile VPN', 'responder-only'])
    const state = ['--state-dir', join(lab.dir, 'state'), '--json']
    const alive = JSON.parse((await ikero(['unlock', ...state])).stdout)
    expect(alive).toMatchObject({ leases: [{ host: 'hub1', state: 'alive', pid: killed.pid }] })
    expect((await ikero(['unlock', 'hub1', '--yes', ...state])).code).toBe(1)
    killed.kill('SIGKILL')
    await ended
    const dead = JSON.parse((await ikero(['unlock', ...state])).stdout)
    expect(dead).toMatchObject({ leases: [{ host: 'hub1', state: 'dead', pid: killed.pid }] })
    const next = await ikero(args)
    const document = JSON.parse(next.stdout)
    expect(document).toMatchObject({ devices: [{ host: 'hub1', status: 'verified' }] })
    const journals = join(lab.dir, 'state', 'runs')
    const text = readFileSync(join(journals, document.runId, 'journal.ndjson'), 'utf8')
    const [taken] = text.split('\n').filter((line) => line.includes('"lease-taken-over"'))
    expect(JSON.parse(taken ?? '{}').entry).toMatchObject({
      host: 'hub1',
      reason: 'process-ended',
      pid: killed.pid,
      fromRun: dead.leases[0].runId,
    })
    expect(readdirSync(journals)).toContain(dead.leases[0].runId)
    expect(existsSync(lease)).toBe(false)
  })
})
