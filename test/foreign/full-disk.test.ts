import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ikeroHere, type Ran } from '../cli/in-process.ts'
import { type Lab, startLab, writingLines } from '../e2e/lab.ts'
import { inShell } from '../e2e/shell.ts'
import { tempFolder } from '../runs/build.ts'
import { threeHubs } from '../workflow/scenarios.ts'
import { policy } from './needs.ts'

const pageBytes = 4096
const playbook = `version: 1
name: full disk
routers: [ { hosts: [hub1, hub2], profiles: [VPN] } ]
rollout: { concurrency: 1 }
proof: { within: 10s, lostAfter: 5s }
save: always
`

const mount = (...args: readonly string[]): boolean =>
  spawnSync('mount', args, { stdio: 'ignore' }).status === 0
const unmount = (dir: string): boolean => spawnSync('umount', [dir], { stdio: 'ignore' }).status === 0

/** A disk of so many pages; undefined where this user may not mount one. */
function smallDisk(pages: number): string | undefined {
  const dir = tempFolder()
  return mount('-t', 'tmpfs', '-o', `size=${pages * pageBytes},mode=700`, 'ikero-test', dir) ? dir : undefined
}

function mayMount(): boolean {
  const dir = smallDisk(1)
  return dir !== undefined && unmount(dir)
}

/** `describe` for tests that need a disk of their own; not to be asked for in CI, where nobody can install a right. */
function describeWithDisk(title: string, body: () => void): void {
  const here = mayMount()
  if (!here) process.stderr.write(`left out: ${title}: mounting a tmpfs needs root\n`)
  describe.skipIf(policy(here, undefined) !== 'run')(title, body)
}

let lab: Lab
let dir: string
let disks: string[] = []

beforeEach(async () => {
  dir = tempFolder()
  writeFileSync(join(dir, 'scenario.yml'), threeHubs({ renew: '2s' }))
  writeFileSync(join(dir, 'playbook.yml'), playbook)
  lab = await startLab(join(dir, 'scenario.yml'))
})

afterEach(async () => {
  await lab.stop()
  for (const disk of disks) unmount(disk)
  disks = []
})

function disk(pages: number): string {
  const made = smallDisk(pages)
  if (made === undefined) throw new Error('no disk')
  disks.push(made)
  return made
}

const apply = (state: string): Promise<Ran> =>
  ikeroHere(
    [
      ...['apply', 'playbook.yml', '--yes', '--json', '-i', join(lab.dir, 'inventory.yml')],
      ...['--known-hosts', join(lab.dir, 'known_hosts'), '--state-dir', state],
    ],
    { cwd: dir },
  )

/** Takes all room but so many pages. */
function fill(state: string, left: number): void {
  writeFileSync(join(state, 'room'), Buffer.alloc(left * pageBytes, 1))
  for (let size = 1 << 20; size >= pageBytes; size /= 2) {
    for (let index = 0; ; index += 1) {
      const path = join(state, `filler-${size}-${index}`)
      try {
        writeFileSync(path, Buffer.alloc(size, 1))
      } catch {
        rmSync(path, { force: true })
        break
      }
    }
  }
  rmSync(join(state, 'room'))
}

/** The lines that the journal there says were about to be sent to a device. */
function recorded(state: string, host: string): readonly string[] {
  const runs = join(state, 'runs')
  if (!existsSync(runs)) return []
  return readdirSync(runs).flatMap((run) =>
    readFileSync(join(runs, run, 'journal.ndjson'), 'utf8')
      .split('\n')
      .flatMap((line) => {
        try {
          const { entry } = JSON.parse(line)
          return entry.kind === 'line-sending' && entry.host === host ? [entry.line] : []
        } catch {
          return []
        }
      }),
  )
}

describeWithDisk('a disk for answers', () => {
  it('that has room for half of one: told, and no success', async () => {
    const file = join(disk(2), 'playbook.schema.json')
    const { codes, out } = await inShell(`"$@" 2>&1 > '${file}'`, ['schema', 'playbook'])
    expect(out).toMatch(/^error: stdout could not be written: ENOSPC/)
    expect(codes).toBe('1')
  })
})

const sent = (host: string): readonly string[] =>
  writingLines(lab, host).filter((line) => line !== 'end' && line !== 'exit')

describeWithDisk('a state directory on a disk of its own', () => {
  it('that is full lets nothing be sent, and says which file and what to do', {
    timeout: 60_000,
  }, async () => {
    const state = disk(64)
    fill(state, 0)
    const ran = await apply(state)
    expect([ran.code, JSON.parse(ran.stdout).problems[0].code]).toEqual([64, 'JOURNAL_FAILED'])
    expect(ran.stderr).toMatch(
      /error JOURNAL_FAILED: the journal \S+\/runs\/\S+ could not be written: ENOSPC/,
    )
    expect(ran.stderr).toContain('next: free space or fix the rights of that folder')
    expect(lab.lines()).toEqual([])
  })

  it('that is read-only lets nothing be sent, and says which file and what to do', {
    timeout: 60_000,
  }, async () => {
    const state = disk(64)
    mkdirSync(join(state, 'runs'))
    expect(mount('-o', 'remount,ro', state)).toBe(true)
    const ran = await apply(state)
    expect([ran.code, JSON.parse(ran.stdout).problems[0].code]).toEqual([64, 'JOURNAL_FAILED'])
    expect(ran.stderr).toMatch(/error JOURNAL_FAILED: the journal \S+\/runs\/\S+ could not be written: EROFS/)
    expect(ran.stderr).toContain('next: free space or fix the rights of that folder')
    expect(lab.lines()).toEqual([])
  })

  it('that fills up in the middle of a run: no line without its record, and what was done is told', {
    timeout: 240_000,
  }, async () => {
    const ways = new Set<string>()
    // Until there is room for all of it.
    for (let pages = 1; pages <= 12; pages += 1) {
      await lab.stop()
      lab = await startLab(join(dir, 'scenario.yml'))
      const state = disk(256)
      mkdirSync(join(state, 'runs'))
      mkdirSync(join(state, 'leases'))
      fill(state, pages)
      const ran = await apply(state)
      if (ran.code === 0) break
      expect(`${ran.stdout}${ran.stderr}`).toContain('ENOSPC')
      const sentTo = ['hub1', 'hub2'].map(sent)
      ways.add(sentTo.map((lines) => (lines.length > 0 ? 'sent' : 'untouched')).join(' '))
      for (const [index, host] of ['hub1', 'hub2'].entries()) {
        const lines = sentTo[index] ?? []
        expect(recorded(state, host).slice(0, lines.length)).toEqual(lines)
        if (ran.stdout === '') continue
        const { devices, problems } = JSON.parse(ran.stdout)
        if (problems !== undefined) continue
        const { status, error, targets } = devices[index]
        expect([host, targets[0].sent]).toEqual([host, lines.length > 0])
        const value = lines.includes('responder-only') ? 'responder-only' : 'bidirectional'
        expect([host, targets[0].sent ? targets[0].after : targets[0].before]).toEqual([host, value])
        // Skipped: the failure of the other one has stopped the rollout.
        if (status === 'verified' || status === 'skipped') continue
        expect(['JOURNAL_FAILED', 'LEASE_FAILED']).toContain(error.code)
        expect(error.message).toContain(state)
      }
    }
    // Before the first device, and with one in hand.
    expect([...ways]).toEqual(expect.arrayContaining(['untouched untouched', 'sent untouched']))
  })
})
