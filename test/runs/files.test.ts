import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nodeFiles } from '../../src/runs/files.ts'

let dir = ''

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-files-'))
})

afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe('making the state directory', () => {
  it('makes what is missing of its path, for the owner only, and is content with what is there', async () => {
    const path = join(dir, 'a', 'b')
    await nodeFiles.ensureFolder(path)
    await nodeFiles.ensureFolder(path)
    expect([join(dir, 'a'), path].map((one) => statSync(one).mode & 0o777)).toEqual([0o700, 0o700])
  })

  it('follows a link to a folder', async () => {
    mkdirSync(join(dir, 'real'))
    symlinkSync(join(dir, 'real'), join(dir, 'link'))
    await nodeFiles.ensureFolder(join(dir, 'link', 'state'))
    expect(existsSync(join(dir, 'real', 'state'))).toBe(true)
  })

  it.each([
    ['a file stands in its place', () => join(dir, 'file'), /EEXIST/],
    ['a part of its path is a file', () => join(dir, 'file', 'state'), /ENOTDIR|EEXIST/],
    ['a link in its path leads nowhere', () => join(dir, 'nowhere', 'state'), /ENOENT|EEXIST/],
    ['no folder can be made there', () => '/proc/ikero/state', /ENOENT/],
  ])('fails where %s', async (_what, path, reason) => {
    writeFileSync(join(dir, 'file'), '')
    symlinkSync(join(dir, 'none'), join(dir, 'nowhere'))
    await expect(nodeFiles.ensureFolder(path())).rejects.toThrow(reason)
  })
})
