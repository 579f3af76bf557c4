import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ikeroHere, type Ran } from '../cli/in-process.ts'
import { type Lab, startLab, writingLines } from './lab.ts'

let lab: Lab
beforeEach(async () => {
  lab = await startLab('mocks/scenarios/lab.yml')
})
afterEach(() => lab.stop())

const adopt = (...more: readonly string[]): Promise<Ran> =>
  ikeroHere(['adopt', '-i', 'inventory.yml', '--known-hosts', 'known_hosts', ...more], { cwd: lab.dir })

describe('ikero adopt', () => {
  it('writes a new file that validates, and whose plan has what it names', async () => {
    mkdirSync(join(lab.dir, 'playbooks'))
    const ran = await adopt('-o', 'playbooks/lab.yml')
    expect(ran).toMatchObject({ code: 0, stdout: '' })
    expect(ran.stderr).toContain('adopted: 4 devices, 7 targets')
    expect(ran.stderr).toContain('nothing to ask for: old1: RELEASE_TOO_OLD')
    expect(readFileSync(join(lab.dir, 'playbooks/lab.yml'), 'utf8')).toContain(
      'inventory: "../inventory.yml"\n',
    )
    const here = { cwd: lab.dir }
    expect(await ikeroHere(['validate', 'playbooks/lab.yml'], here)).toMatchObject({ code: 0, stderr: '' })
    const flags = ['--known-hosts', 'known_hosts', '--state-dir', 'state', '--json']
    const { devices } = JSON.parse((await ikeroHere(['plan', 'playbooks/lab.yml', ...flags], here)).stdout)
    expect(
      devices.map((one: { host: string; targets: { name: string }[] }) => [
        one.host,
        one.targets.map(({ name }) => name),
      ]),
    ).toEqual([
      ['hub1', ['SPARE', 'VPN']],
      ['hub2', ['BRANCH', 'VPN']],
      ['asa-hq', ['outside_map/10', 'outside_map/20']],
      ['asa-branch', ['outside_map/10']],
    ])
    expect(writingLines(lab)).toEqual([])
    expect(existsSync(join(lab.dir, '.ikero'))).toBe(false)
  })

  it('prints the playbook on stdout, and ends with 1 where a device could not be read', async () => {
    const port = /asa-hq:\n.*\n {4}port: (\d+)/.exec(
      readFileSync(join(lab.dir, 'inventory.yml'), 'utf8'),
    )?.[1]
    const kept = readFileSync(join(lab.dir, 'known_hosts'), 'utf8').split('\n')
    writeFileSync(join(lab.dir, 'known_hosts'), kept.filter((line) => !line.includes(`:${port} `)).join('\n'))
    const ran = await adopt('--limit', 'hub2,asa-hq')
    expect(ran.code).toBe(1)
    expect(ran.stderr).toMatch(
      /could not be read: asa-hq\n {2}error +HOST_KEY_UNKNOWN \(host-key\)\n[\s\S]* next /,
    )
    expect(ran.stdout).toMatch(/^# {3}asa-hq: HOST_KEY_UNKNOWN: /m)
    expect(ran.stdout).toContain('  - hosts: [hub2]\n    profiles: [BRANCH, VPN]\n')
    writeFileSync(join(lab.dir, 'printed.yml'), ran.stdout)
    expect(await ikeroHere(['validate', 'printed.yml'], { cwd: lab.dir })).toMatchObject({ code: 0 })
    const none = await adopt('--limit', 'old1')
    expect(none).toMatchObject({ code: 1, stdout: '' })
    expect(none.stderr).toContain('no playbook')
  })

  it('refuses wrong words and files that are there, and contacts nothing', async () => {
    writeFileSync(join(lab.dir, 'there.yml'), 'mine\n')
    const there = await adopt('-o', 'there.yml')
    expect(there).toMatchObject({ code: 64, stdout: '' })
    expect(there.stderr).toContain('there.yml exists already')
    for (const flag of ['--out', '--output'])
      expect((await adopt(flag, 'there.yml')).stderr).toContain('there.yml exists already')
    expect(await adopt('--limit', 'hub9')).toMatchObject({ code: 64, stdout: '' })
    expect(await ikeroHere(['adopt'], { cwd: lab.dir })).toMatchObject({ code: 64, stdout: '' })
    expect(readFileSync(join(lab.dir, 'there.yml'), 'utf8')).toBe('mine\n')
    expect(lab.lines()).toEqual([])
  })
})
