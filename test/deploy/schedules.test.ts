import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'
import { ikeroHere, type Ran } from '../cli/in-process.ts'
import { blocksOf } from '../docs/blocks.ts'
import { textOf } from '../docs/tokens.ts'

/** The schedules files that docs/serve.md shows, in their order. */
const shown = blocksOf(textOf('docs/serve.md'))
  .filter(({ language, lines }) => language === 'yaml' && lines.includes('schedules:'))
  .map(({ line, lines }) => ({ line, text: `${lines.join('\n')}\n` }))

describe('the schedules files of docs/serve.md', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ikero-schedules-'))
    for (const name of ['playbooks', 'inventory'])
      cpSync(join(root, name), join(dir, name), { recursive: true })
    // What the pages name besides.
    writeFileSync(join(dir, 'noc.key'), 'a key of the tests\n', { mode: 0o600 })
    const known = '{ hosts: old1, status: blocked, until: 2099-12-31, reason: spring }'
    writeFileSync(join(dir, 'expected.yml'), `version: 1\nknown:\n  - ${known}\n`)
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  function dryRun(text: string): Promise<Ran> {
    writeFileSync(join(dir, 'schedules.yml'), text)
    const env = {
      HOME: dir,
      NOC_WEBHOOK: 'https://noc.example.net/hook',
      IKERO_STATUS_TOKEN: 'a-token-of-tests',
    }
    return ikeroHere(['serve', 'schedules.yml', '--dry-run'], { cwd: dir, env })
  }

  it('are two: a short one and one with every key', () => expect(shown).toHaveLength(2))

  it.each(shown)('have no mistake, at line $line', async ({ text }) => {
    const { code, stdout, stderr } = await dryRun(text)
    expect(code, stdout + stderr).toBe(0)
    expect(stdout + stderr).not.toMatch(/\bwarning\b/)
    for (const [, name] of text.matchAll(/^ {2}- name: (\w+)$/gm)) expect(stdout + stderr).toContain(name)
  })

  it.each(shown)('would be refused with a slip, at line $line', async ({ text }) => {
    const { code, stderr } = await dryRun(text.replace('cron: "', 'cron: "61 '))
    expect(code).toBe(64)
    expect(stderr).toContain('schedules.yml:')
  })
})
