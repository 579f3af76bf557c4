import { execFileSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { largestInput, readInput } from '../../src/cli/read-input.ts'
import { ikeroHere } from './in-process.ts'

let dir = ''

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-parse-'))
})

afterEach(() => rmSync(dir, { recursive: true, force: true }))

const parse = (file: string): ReturnType<typeof ikeroHere> =>
  ikeroHere(['parse', 'show version', file, '--platform', 'ios'], { cwd: dir })

function sparse(name: string, bytes: number): string {
  const file = openSync(join(dir, name), 'w')
  ftruncateSync(file, bytes)
  closeSync(file)
  return name
}

describe('ikero parse', () => {
  it.each<[string, () => string, RegExp]>([
    ['a device without an end', () => '/dev/zero', /not a regular file/],
    ['a folder', () => '.', /is a folder/],
    ['a file that is not there', () => 'none.txt', /does not exist/],
    ['two gigabytes', () => sparse('huge', 2 * 1024 ** 3), /larger than 64 MiB/],
    [
      'a pipe that nobody writes to',
      () => {
        execFileSync('mkfifo', [join(dir, 'pipe')])
        return 'pipe'
      },
      /not a regular file/,
    ],
  ])('says what is wrong with %s, and ends', async (_what, file, reason) => {
    const ran = await parse(file())
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    expect(ran.stderr).toMatch(reason)
  })

  it('takes no more from standard input than a device could have printed', async () => {
    let given = 0
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        given += 1024 * 1024
        yield Buffer.alloc(1024 * 1024, 'x')
      }
    }
    const input = await readInput('-', { cwd: dir, stdin: endless() })
    expect(input).toEqual({ problem: expect.stringMatching(/^standard input is larger than 64 MiB/) })
    expect(given).toBeLessThanOrEqual(largestInput + 1024 * 1024)
  })

  it('prints nothing that could act on a terminal: what JSON leaves as it is, is escaped', async () => {
    const text =
      'Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.2(4)M6, RELEASE SOFTWARE (fc2)\n'
    writeFileSync(join(dir, 'v.txt'), `${text}r1\u202e\u009b2Jx uptime is 1 day\n`)
    const ran = await parse('v.txt')
    expect(ran.code).toBe(0)
    expect(ran.stdout).not.toMatch(/[\u0080-\u009f\u202e]/)
    expect(ran.stdout).toContain('\\u202e')
  })
})
