import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { offeredKey } from '../../src/transport/host-key.ts'
import { parseKnownHosts } from '../../src/transport/known-hosts.ts'
import { writeKnownHost } from '../../src/wire/known-hosts-file.ts'
import { hashedName, newKey } from '../transport/ssh-server.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-known-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const ours = newKey('ed25519').public
const other = newKey('ed25519').public
const key = offeredKey(Buffer.from(ours.split(' ')[1] ?? '', 'base64'))
const entry = { name: 'hub1', key, comment: 'ikero trust', hash: false }
const mode = (path: string): number => statSync(path).mode & 0o777
const text = (path: string): string => readFileSync(path, 'utf8')

describe('writing a key into known_hosts', () => {
  it('makes the file for its owner only, and its folder', () => {
    const path = join(dir, '.ssh', 'known_hosts')
    expect(writeKnownHost(path, entry)).toEqual({ kind: 'ok', value: undefined })
    expect(text(path)).toBe(`hub1 ${ours} ikero trust\n`)
    expect([mode(path), mode(join(dir, '.ssh'))]).toEqual([0o600, 0o700])
  })

  it.each([
    ['', ''],
    [`a ${other}\n`, `a ${other}\n`],
    [`a ${other}`, `a ${other}\n`],
    [`a ${other}\r\n`, `a ${other}\r\n`],
  ])('appends a line of its own to %j and keeps the mode', (before, kept) => {
    const path = join(dir, 'known_hosts')
    writeFileSync(path, before)
    chmodSync(path, 0o644)
    writeKnownHost(path, entry)
    expect(text(path)).toBe(`${kept}hub1 ${ours} ikero trust\n`)
    expect(mode(path)).toBe(0o644)
  })

  it.each([
    ['it is asked for', true, ''],
    ['the file hides names already', false, `${hashedName('a')} ${other}\n`],
  ])('hides the name where %s', (_why, hash, before) => {
    const path = join(dir, 'known_hosts')
    writeFileSync(path, before)
    writeKnownHost(path, { ...entry, hash })
    expect(text(path).slice(before.length)).toMatch(/^\|1\|/)
    expect(text(path)).not.toContain('hub1')
    expect(parseKnownHosts({ text: text(path) }).lookup('hub1', 22).keys).toMatchObject([
      { base64: key.base64 },
    ])
  })

  it('replaces the old lines, through a link, byte for byte beside them, and leaves nothing behind', () => {
    const path = join(dir, 'real')
    writeFileSync(path, Buffer.from(`# f\xfcr\nhub1,a ${other}\nhub1 ${other}\nb ${other}`, 'latin1'))
    chmodSync(path, 0o640)
    const link = join(dir, 'known_hosts')
    symlinkSync(path, link)
    expect(writeKnownHost(link, { ...entry, instead: [2, 3] }).kind).toBe('ok')
    expect(readFileSync(path, 'latin1')).toBe(`# f\xfcr\na ${other}\nb ${other}\nhub1 ${ours} ikero trust\n`)
    expect(mode(path)).toBe(0o640)
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readdirSync(dir).sort()).toEqual(['known_hosts', 'real'])
  })

  it.each([
    ['a pattern names the host', `hub* ${other}\n`, { instead: [1] }, /known_hosts:1 names more hosts/],
    ['the name means something else there', `a ${other}\n`, { name: 'hub*' }, /cannot stand/],
  ])('writes nothing where %s', (_why, before, change, said) => {
    const path = join(dir, 'known_hosts')
    writeFileSync(path, before)
    const written = writeKnownHost(path, { ...entry, ...change })
    expect(written).toMatchObject({ kind: 'err', error: expect.stringMatching(said) })
    expect(text(path)).toBe(before)
  })

  it('says why it cannot write: no folder for the folder, a folder, a pipe', () => {
    const nowhere = join(dir, 'a', 'b', 'known_hosts')
    expect(writeKnownHost(nowhere, entry).kind).toBe('err')
    expect(existsSync(join(dir, 'a'))).toBe(false)
    expect(writeKnownHost(dir, entry)).toMatchObject({
      kind: 'err',
      error: expect.stringContaining('not a regular file'),
    })
    expect(writeKnownHost('/dev/null', entry).kind).toBe('err')
  })
})
