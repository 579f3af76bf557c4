import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadKnownHosts, writableKnownHosts } from '../../src/wire/known-hosts.ts'
import { newKey } from '../transport/ssh-server.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-known-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const key = newKey('ed25519').public

function write(name: string, text: string | Uint8Array): string {
  const path = join(dir, name)
  writeFileSync(path, text)
  return path
}

const load = (...knownHosts: readonly string[]): ReturnType<typeof loadKnownHosts> =>
  loadKnownHosts({ knownHosts, env: {}, cwd: dir })

describe('the known_hosts files of a run', () => {
  it('are read one after the other, each key with its own place', () => {
    write('a', `hub1 ${key}\n`)
    const b = write('b', `# b\nhub2 ${key}\n`)
    const { knownHosts, warnings } = load('a', 'b')
    expect(knownHosts.lookup('hub1', 22).keys).toMatchObject([{ file: join(dir, 'a'), line: 1 }])
    expect(knownHosts.lookup('hub2', 22).keys).toMatchObject([{ file: b, line: 2 }])
    expect(warnings).toEqual([])
  })

  it("are the user's own where none is named, and none without a word where there is none", () => {
    const options = { env: { HOME: dir }, cwd: '/' }
    expect(loadKnownHosts(options).warnings).toEqual([])
    mkdirSync(join(dir, '.ssh'))
    write('.ssh/known_hosts', `hub1.invalid ${key}\n`)
    write('.ssh/known_hosts2', `hub2.invalid ${key}\n`)
    const { knownHosts } = loadKnownHosts(options)
    for (const host of ['hub1.invalid', 'hub2.invalid'])
      expect(knownHosts.lookup(host, 22).keys.length).toBe(1)
  })

  it.each([
    ['is not there', () => 'nowhere', 'does not exist'],
    ['is a folder', () => dir, 'is a folder'],
    [
      'is a pipe',
      () => {
        execFileSync('mkfifo', [join(dir, 'pipe')])
        return 'pipe'
      },
      'is not a regular file',
    ],
    [
      'is too large',
      () => {
        truncateSync(write('huge', ''), 33 * 1024 * 1024)
        return 'huge'
      },
      'is larger than 32 MiB',
    ],
  ])('count as empty, which is told, where one %s', (_what, make, said) => {
    const path = make()
    write('a', `hub1 ${key}\n`)
    const { knownHosts, warnings } = load(path, 'a')
    expect(warnings).toMatchObject([{ code: 'FILE_UNREADABLE', severity: 'warning' }])
    expect(warnings[0]?.message).toContain(said)
    expect(warnings[0]?.message).toContain('counts as empty')
    expect(knownHosts.lookup('hub1', 22).keys.length).toBe(1)
    expect(knownHosts.lookup('hub2', 22).keys).toEqual([])
  })

  it('keep their keys whatever the encoding of their comments', () => {
    write('a', Buffer.concat([Buffer.from('# f\xfcr\n', 'latin1'), Buffer.from(`hub1 ${key} caf\u00e9\n`)]))
    const { knownHosts, warnings } = load('a')
    expect(warnings).toEqual([])
    expect(knownHosts.lookup('hub1', 22).keys.length).toBe(1)
  })

  it('tell the lines that make no sense, once a file and in bounds', () => {
    write('a', `x\nhub1 ${key}\n`)
    write('b', 'not a known_hosts file\n'.repeat(100_000))
    const { warnings } = load('a', 'b')
    expect(warnings.map(({ message }) => message.replace(`${dir}/`, ''))).toEqual([
      'a: a line makes no sense and is passed over (1)',
      'b: 100000 lines make no sense and are passed over (1, 2, 3, 4, 5, and 99995 more)',
    ])
  })
})

describe('the file that trust writes', () => {
  it.each([
    [{ knownHosts: ['a', 'b'], env: { HOME: '/home/x' }, cwd: '/w' }, '/w/a'],
    [{ env: { HOME: '/home/x' }, cwd: '/w' }, '/home/x/.ssh/known_hosts'],
    [{ env: {}, cwd: '/w' }, undefined],
    [{ env: { HOME: '' }, cwd: '/w' }, undefined],
  ])('of %j is %s', (options, path) => {
    expect(writableKnownHosts(options)).toBe(path)
  })
})
