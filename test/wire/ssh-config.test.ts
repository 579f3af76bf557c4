import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolveSshConfig } from '../../src/transport/ssh-config.ts'
import { loadSshConfig } from '../../src/wire/ssh-config.ts'
import { atEnd } from '../transport/ssh-server.ts'

/** A home folder with these files. */
function home(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'ikero-home-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text, { mode: 0o600 })
  }
  return folder
}

describe('the SSH configuration of whoever runs ikero', () => {
  it('is read with the files that it includes, in the order of their names', () => {
    const HOME = home({
      '.ssh/config': 'Include conf.d/*.conf\nInclude ~/more\nInclude nowhere\nHost *\n  Port 1\n',
      '.ssh/conf.d/20.conf': 'Host hub1\n  Port 20\n',
      '.ssh/conf.d/10.conf': 'Host hub1\n  Port 10\n',
      '.ssh/conf.d/.hidden.conf': 'Host *\n  Port 9\n',
      '.ssh/conf.d/readme': 'Host *\n  Port 8\n',
      more: 'Host hub2\n  Port 2\n',
    })
    const { config, warnings } = loadSshConfig({ env: { HOME } })
    const port = (host: string) => resolveSshConfig(config, host).port
    expect(port('hub1')).toEqual({ value: 10, file: join(HOME, '.ssh/conf.d/10.conf'), line: 2 })
    expect([port('hub2')?.value, port('hub3')?.value]).toEqual([2, 1])
    expect(warnings).toEqual([])
  })

  it('may be absent, and so may the home folder', () => {
    expect(loadSshConfig({ env: {} })).toEqual({ config: { lines: [], problems: [] }, warnings: [] })
    expect(loadSshConfig({ env: { HOME: home({}) } }).warnings).toEqual([])
  })

  it('is not used where others may write it, and says so', () => {
    const HOME = home({ '.ssh/config': 'Host *\n  Port 1\n' })
    chmodSync(join(HOME, '.ssh/config'), 0o666)
    const { config, warnings } = loadSshConfig({ env: { HOME } })
    expect(config.lines).toEqual([])
    expect(warnings).toMatchObject([
      { code: 'SSH_CONFIG', message: expect.stringContaining('others may write it') },
    ])
  })

  it('is told of where a line makes no sense', () => {
    const HOME = home({ '.ssh/config': 'User "x\n' })
    expect(loadSshConfig({ env: { HOME } }).warnings[0]?.message).toBe(
      `${join(HOME, '.ssh/config')}:1 has a quote that is not closed`,
    )
  })
})
