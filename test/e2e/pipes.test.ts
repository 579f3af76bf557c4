import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'
import { ikeroHere } from '../cli/in-process.ts'
import { type Lab, startLab, writingLines } from './lab.ts'
import { inShell } from './shell.ts'

let lab: Lab
beforeEach(async () => {
  lab = await startLab('mocks/scenarios/lab.yml')
})
afterEach(() => lab.stop())

/** A reader that closes at once leaves a pipe that nothing can be written to. */
const nobody = '>(exec <&-)'

describe('a reader that goes away ends no run: each line of the change is sent, and its end recorded', () => {
  it.each([
    ['hub1', '--json', `"$@" 2> /dev/null | head -c 0`, '0 0'],
    ['hub1', '--json', `"$@" > ${nobody} 2> ${nobody}`, '0'],
    ['hub1', '--json', `"$@" >&- 2>&-`, '0'],
    ['hub1', '--events', `"$@" 2>&- | head -n 1`, '0 0'],
    ['asa-hq', '--events', `"$@" 2> ${nobody} | head -n 1`, '0 0'],
  ])('%s with %s: %s', async (device, format, script, codes) => {
    const state = join(lab.dir, 'state')
    const planned = await ikeroHere(
      ['plan', 'playbooks/hubs.yml', ...lab.flags, '--limit', device, '--json'],
      { cwd: root },
    )
    const wanted: readonly string[] = JSON.parse(planned.stdout).devices[0].change.lines
    expect(wanted).not.toEqual([])

    const args = ['apply', 'playbooks/hubs.yml', ...lab.flags, '--limit', device, '--yes', format]
    expect((await inShell(script, args)).codes).toBe(codes)
    expect(writingLines(lab, device).filter((line) => line !== 'end')).toEqual(wanted)
    const { stdout } = await ikeroHere(['runs', '--state-dir', state, '--json'], { cwd: root })
    expect(JSON.parse(stdout).runs[0]).toMatchObject({
      command: 'apply',
      exitCode: 0,
      finishedAt: expect.any(String),
      totals: { verified: 1 },
    })
  })

  it('and an open proof is still told by the exit code', async () => {
    // The far ends of the usual lab set their tunnels up anew every few seconds, which would be the proof.
    await lab.stop()
    const folder = mkdtempSync(join(tmpdir(), 'ikero-slow-lab-'))
    const usual = readFileSync(join(root, 'mocks/scenarios/lab.yml'), 'utf8')
    const slow = usual.replace(/^ {2}renew: 6s\n/m, '')
    expect(slow).not.toBe(usual)
    writeFileSync(join(folder, 'slow.yml'), slow)
    lab = await startLab(join(folder, 'slow.yml'))
    rmSync(folder, { recursive: true })
    const path = join(lab.dir, 'playbook.yml')
    const text = 'routers: [ { hosts: hub1, profiles: [VPN] } ]\nproof: { within: 1s }\nsave: always\n'
    writeFileSync(path, `version: 1\nname: no time for proof\n${text}`)
    const args = ['apply', path, ...lab.flags, '--yes', '--json']
    const { codes } = await inShell(`"$@" 2> ${nobody} | head -c 0`, args)
    expect(codes).toBe('3 0')
    expect(writingLines(lab, 'hub1')).toContain('responder-only')
  })
})

describe('an answer that cannot be written', () => {
  it('to a full disk is told, and its command does not end as if it were there', async () => {
    const full = await inShell(`"$@" 2>&1 > /dev/full`, ['explain', 'PEER_LOST'])
    expect(full.codes).toBe('1')
    expect(full.out).toMatch(/^error: stdout could not be written: ENOSPC.*\n {2}next: .*\n$/)
  })
})
