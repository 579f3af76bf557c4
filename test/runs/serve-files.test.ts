import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeFiles } from '../../src/runs/files.ts'
import { serveFiles } from '../../src/runs/serve-files.ts'
import { tempFolder } from './build.ts'

describe('the state of serve', () => {
  it('is nothing before it was written, and then what was written last, for its owner only', async () => {
    const dir = join(tempFolder(), '.ikero')
    const files = serveFiles(dir)
    expect(await files.read()).toBeUndefined()
    await files.write('{"version":1}')
    await files.write('{"version":1,"schedules":{}}')
    expect(await serveFiles(dir).read()).toBe('{"version":1,"schedules":{}}')
    expect(statSync(join(dir, 'serve', 'state.json')).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(dir, 'serve'))).toEqual(['state.json'])
  })

  it('is the whole old one where a write breaks off at any step', async () => {
    const steps = ['create', 'append', 'sync', 'rename'] as const
    for (const broken of steps) {
      const dir = tempFolder()
      await serveFiles(dir).write('old')
      const fail = (step: (typeof steps)[number]): void => {
        if (step === broken) throw new Error(`no space at ${step}`)
      }
      const failing = serveFiles(dir, {
        ...nodeFiles,
        create: async (path) => {
          fail('create')
          const file = await nodeFiles.create(path)
          return {
            append: async (data) => {
              await file.append(data.subarray(0, 1))
              fail('append')
              await file.append(data.subarray(1))
            },
            sync: async () => {
              fail('sync')
              await file.sync()
            },
            close: () => file.close(),
          }
        },
        rename: async (from, to) => {
          fail('rename')
          await nodeFiles.rename(from, to)
        },
      })
      await expect(failing.write('new')).rejects.toMatchObject({
        code: 'SERVE_STATE_FAILED',
        message: expect.stringContaining(`no space at ${broken}`),
      })
      expect(await serveFiles(dir).read(), broken).toBe('old')
      await serveFiles(dir).write('newer')
      expect(readFileSync(join(dir, 'serve', 'state.json'), 'utf8'), broken).toBe('newer')
    }
  })

  it('is told, not taken for empty, where something else stands in its place', async () => {
    const dir = tempFolder()
    mkdirSync(join(dir, 'serve'))
    const path = join(dir, 'serve', 'state.json')
    symlinkSync('/etc/hostname', path)
    await expect(serveFiles(dir).read()).rejects.toMatchObject({ code: 'SERVE_STATE_FAILED' })
    const other = tempFolder()
    mkdirSync(join(other, 'serve'))
    writeFileSync(join(other, 'serve', 'state.json'), '')
    truncateSync(join(other, 'serve', 'state.json'), 65 * 1024 * 1024)
    await expect(serveFiles(other).read()).rejects.toMatchObject({
      message: expect.stringContaining('bytes'),
    })
  })
})
