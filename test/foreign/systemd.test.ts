import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { deployFiles, readUnit, settingOf, textOfDeploy } from '../deploy/files.ts'
import { describeWith, systemd } from './needs.ts'

const units = deployFiles.filter((name) => /\.(?:service|timer)$/.test(name))

describeWith(systemd, 'the units of docs/deploy, by systemd', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ikero-units-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  /** Copies the units; each program that they start is one that is there. */
  function copied(change: (text: string) => string = (text) => text): void {
    for (const name of units) {
      const text = textOfDeploy(name).replaceAll(/=\/(?:usr\/local\/bin\/ikero|bin\/kill) /g, '=/bin/true ')
      writeFileSync(join(dir, name), change(text))
    }
  }

  function analyze(...args: readonly string[]): { readonly status: number | null; readonly said: string } {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', args, {
      cwd: dir,
      encoding: 'utf8',
      env: { ...process.env, SYSTEMD_UNIT_PATH: `${dir}:`, SYSTEMD_LOG_LEVEL: 'warning', LC_ALL: 'C' },
    })
    return { status, said: stdout + stderr }
  }
  const verify = (): ReturnType<typeof analyze> =>
    analyze('verify', '--man=no', '--recursive-errors=no', ...units.map(instanceOf))

  it('are loaded without a word', () => {
    copied()
    expect(readdirSync(dir).sort()).toEqual(units)
    expect(verify()).toEqual({ status: 0, said: '' })
  })

  it.each([
    ['a program that is not there', '/bin/true', '/nowhere/ikero', /not executable/],
    ['a key that there is not', 'ProtectHome=', 'ProtectHomes=', /ProtectHomes/],
    ['a time that is none', '02:15:00', '02:75:00', /calendar specification/],
    ['system calls that there are not', '@system-service', '@system-servants', /system-servants/],
  ])('would not be with %s', (_, from, to, said) => {
    copied((text) => text.replace(from, to))
    expect(verify().said).toMatch(said)
  })

  // 0 is shut away entirely, 10 is root with all it may do. What is left is the network, the machine's own files to
  // read, and V8's need to compile; 1.3 with systemd 252.
  it.each(units.filter((name) => name.endsWith('.service')))('leave %s little that it may do', (name) => {
    copied()
    const { status, said } = analyze(
      'security',
      '--offline=true',
      '--no-pager',
      '--threshold=15',
      join(dir, name),
    )
    expect(status, said).toBe(0)
  })

  it('begin at the time of the place that they name', () => {
    const when = settingOf(readUnit('ikero-drift@.timer'), 'Timer', 'OnCalendar') ?? ''
    const { status, said } = analyze(
      'calendar',
      '--iterations=2',
      '--base-time=2026-11-29 00:00:00 UTC',
      when,
    )
    expect(status, said).toBe(0)
    // 02:15 in Tokyo is 17:15 of the day before in UTC.
    expect(said).toMatch(/2026-11-29 17:15:00 UTC[\s\S]*2026-11-30 17:15:00 UTC/)
  })
})

/** A template is looked at as one of its instances. */
function instanceOf(name: string): string {
  return name.replace('@.', '@hubs.')
}
