import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'
import { threeDevices } from '../crash/three-devices.ts'
import { hub } from '../workflow/scenarios.ts'
import { runIdIn, startKillLab } from './kill-lab.ts'
import { ikero, type Lab, startLab, writingLines } from './lab.ts'

const endings: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

const playbook = `version: 1
name: interrupted twice
routers: [ { hosts: hub1, profiles: [VPN] } ]
proof: { within: 3s, lostAfter: 20s }
save: always
`

/** A hub that holds its answer to the first line that sets something. */
async function slowHub(): Promise<Lab> {
  const dir = mkdtempSync(join(tmpdir(), 'ikero-twice-'))
  endings.push(() => rmSync(dir, { recursive: true, force: true }))
  const faults = '    faults: { lines: [{ line: ^crypto ipsec profile VPN, times: 1, waits: 15s }] }'
  writeFileSync(join(dir, 'scenario.yml'), hub({ renew: '2s', knobs: faults }))
  const lab = await startLab(join(dir, 'scenario.yml'))
  endings.push(() => lab.stop())
  writeFileSync(join(lab.dir, 'playbook.yml'), playbook)
  return lab
}

/** Whole lines of a run's journal: what each entry is. */
function journalOf(lab: Pick<Lab, 'dir'>, runId: string): readonly string[] {
  const text = readFileSync(join(lab.dir, 'state', 'runs', runId, 'journal.ndjson'), 'utf8')
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => String(JSON.parse(line).entry.kind))
}

describe('a second SIGINT while a device holds its answer to a line', () => {
  it('ends the run after that line with 130; a resume is refused until then, and finishes it after', {
    timeout: 90_000,
  }, async () => {
    const lab = await slowHub()
    const args = ['apply', join(lab.dir, 'playbook.yml'), ...lab.flags, '--yes']
    const child = spawn(process.execPath, [join(root, 'dist', 'main.js'), ...args], {
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8')
    })
    const ended = once(child, 'close')
    const inHand = ['crypto ipsec profile VPN']
    await expect.poll(() => writingLines(lab, 'hub1'), { timeout: 30_000 }).toEqual(inHand)
    const runId = runIdIn(readdirSync(join(lab.dir, 'state', 'runs')))
    const before = lab.lines().length
    const early = await ikero(['resume', runId, ...lab.flags, '--yes'])
    expect(early.code).toBe(64)
    expect(early.stderr.replace(/\s+/g, ' ')).toContain(`pid ${child.pid}`)
    expect(lab.lines()).toHaveLength(before)
    child.kill('SIGINT')
    // Two at once may reach the process as one.
    await expect.poll(() => stderr, { timeout: 10_000 }).toContain('interrupted: devices in hand')
    child.kill('SIGINT')
    expect((await ended)[0], stderr).toBe(130)
    // The session leaves configuration mode, and sets nothing more.
    expect(writingLines(lab, 'hub1').filter((line) => line !== 'end')).toEqual(inHand)
    expect(journalOf(lab, runId).at(-1)).toBe('run-finished')
    const resumed = await ikero(['resume', runId, ...lab.flags, '--yes', '--json'])
    expect(JSON.parse(resumed.stdout), resumed.stderr).toMatchObject({
      devices: [{ host: 'hub1', targets: [{ after: 'responder-only' }] }],
    })
    expect([0, 3]).toContain(resumed.code)
    expect(writingLines(lab, 'hub1').filter((line) => line === 'responder-only')).toHaveLength(1)
    expect((await ikero(['resume', runId, ...lab.flags, '--yes'])).stdout).toContain('nothing to resume')
  })
})

describe('ikero resume --limit', () => {
  it('finishes only those devices; the others stay to be resumed', { timeout: 90_000 }, async () => {
    const both = `version: 1
name: two hubs
routers:
  - { hosts: hub1, profiles: [VPN] }
  - { hosts: xe1, profiles: [VPN] }
proof: { within: 3s, lostAfter: 20s }
save: always
`
    const lab = await startKillLab(threeDevices('2s'), both)
    endings.push(() => lab.stop())
    const { child, ran } = lab.start(['apply', join(lab.dir, 'playbook.yml'), ...lab.flags, '--yes'])
    let killed = false
    lab.watch((_, line) => {
      if (killed) return 'lost'
      if (line === 'responder-only') killed = child.kill('SIGKILL')
      return 'taken'
    })
    await ran
    expect(killed).toBe(true)
    lab.watch(() => 'taken')
    const runId = runIdIn(readdirSync(join(lab.dir, 'state', 'runs')))
    const hosts = ['xe1', 'hub1']
    for (const host of hosts) {
      const seen = lab.taken.length
      const part = await lab.start(['resume', runId, ...lab.flags, '--yes', '--json', '--limit', host]).ran
      expect(JSON.parse(part.stdout), part.stderr).toMatchObject({
        devices: [{ host, targets: [{ after: 'responder-only' }] }],
      })
      expect(lab.taken.slice(seen).filter(({ device, mode }) => device !== host && mode !== 'exec')).toEqual(
        [],
      )
    }
    const done = await lab.start(['resume', runId, ...lab.flags, '--yes']).ran
    expect(done).toMatchObject({ code: 0 })
    expect(done.stdout).toContain('nothing to resume')
  })
})
