import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Cron } from 'croner'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCron, textOfDeploy } from './files.ts'

const { variables, jobs } = readCron('ikero.cron')
const numbered = jobs.map(({ command }, nth) => ({ nth: nth + 1, command }))
/** With what printf, echo and cron have meanings of their own for. */
const report = 'hub1 100% %s \\n \\t $HOME\n'

describe('ikero.cron', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ikero-cron-'))
    mkdirSync(join(dir, 'etc'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  /** A job as cron starts it, with an ikero that prints on both streams and ends with a code. */
  function ran(command: string, code: number): { readonly printed: string; readonly argv: string } {
    const ikero = join(dir, 'ikero')
    writeFileSync(
      ikero,
      `#!/bin/sh\necho "$(pwd) $*" > '${dir}/argv'\ncat '${dir}/report'\necho progress >&2\nexit ${code}\n`,
    )
    chmodSync(ikero, 0o755)
    writeFileSync(join(dir, 'report'), report)
    const here = command.replace('cd /etc/ikero', `cd '${join(dir, 'etc')}'`)
    expect(here).not.toBe(command)
    const { stdout, stderr } = spawnSync(variables.get('SHELL') ?? '', ['-c', here], {
      encoding: 'utf8',
      env: { PATH: `${dir}:/usr/bin:/bin` },
    })
    return { printed: stdout + stderr, argv: readFileSync(join(dir, 'argv'), 'utf8') }
  }

  it.each(numbered)('mails nothing of job $nth where all is well', ({ command }) => {
    const { printed, argv } = ran(command, 0)
    expect(printed).toBe('')
    expect(argv).toContain(`${join(dir, 'etc')} drift playbooks/`)
  })

  it.each(numbered.flatMap((job) => [1, 2, 3, 4, 64].map((code) => ({ ...job, code }))))(
    'mails that job $nth ended with $code, and all that it printed',
    ({ command, code }) => {
      expect(ran(command, code).printed).toBe(`ikero: exit ${code}\n${report}progress\n`)
    },
  )

  it('mails that its folder is gone', () => {
    const [{ command = '' } = {}] = jobs
    const gone = command.replace('cd /etc/ikero', `cd '${dir}/gone'`)
    const { stdout, stderr } = spawnSync('sh', ['-c', gone], { encoding: 'utf8' })
    expect(`${stderr}${stdout}`).toMatch(/gone/)
  })

  it('is a table that cron reads: known times, a user, lines that it can hold, a line end at the end', () => {
    const timezone = variables.get('CRON_TZ') ?? ''
    for (const { times } of jobs)
      expect(new Cron(times, { mode: '5-part', timezone, paused: true }).nextRun()).toBeInstanceOf(Date)
    expect(jobs.map(({ user }) => user)).toEqual(jobs.map(() => 'ikero'))
    expect(variables.get('PATH')?.split(':')).toContain('/usr/local/bin')
    const text = textOfDeploy('ikero.cron')
    // Vixie cron gives up on a command of 1000 characters, and on a last line without an end.
    expect(text.split('\n').filter((line) => line.length > 900)).toEqual([])
    expect(text.endsWith('\n')).toBe(true)
  })
})
