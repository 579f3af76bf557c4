import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { hub } from '../workflow/scenarios.ts'
import { type KillLab, runIdIn, startKillLab } from './kill-lab.ts'
import type { Ran } from './lab.ts'

const playbook = `version: 1
name: one hub
routers: [ { hosts: hub1, profiles: [VPN] } ]
proof: { within: 2s, lostAfter: 20s }
save: always
`

const labs: KillLab[] = []
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.stop()
})

interface Killed {
  readonly lab: KillLab
  readonly runId: string
  readonly journal: string
  resume(...more: readonly string[]): Promise<Ran>
}

/** A run of which the device has just got this line; `lost`: it never came. */
async function killedAt(at: string, does: 'lost' | 'taken'): Promise<Killed> {
  const lab = await startKillLab(hub({ renew: '2s' }), playbook)
  labs.push(lab)
  const { child, ran } = lab.start(['apply', join(lab.dir, 'playbook.yml'), ...lab.flags, '--yes'])
  let killed = false
  lab.watch((_, line) => {
    if (killed) return 'lost'
    if (line !== at) return 'taken'
    killed = child.kill('SIGKILL')
    return does
  })
  await ran
  lab.watch(() => 'taken')
  const runs = join(lab.dir, 'state', 'runs')
  const runId = runIdIn(readdirSync(runs))
  const journal = join(runs, runId, 'journal.ndjson')
  return { lab, runId, journal, resume: (...more) => lab.start(['resume', runId, ...lab.flags, ...more]).ran }
}

function setLines({ lab }: Killed): readonly string[] {
  return lab.taken.filter(({ mode }) => mode === 'config' || mode === 'sub').map(({ line }) => line)
}

describe('ikero resume', () => {
  it('needs --yes without a terminal: 64, and nothing is contacted', async () => {
    const killed = await killedAt('responder-only', 'taken')
    const lines = killed.lab.taken.length
    const ran = await killed.resume()
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    expect(ran.stderr).toContain('give --yes')
    expect(killed.lab.taken).toHaveLength(lines)
  })

  it('is named by runs, says what was applied, finishes it, and then has nothing to do', async () => {
    const killed = await killedAt('responder-only', 'taken')
    const state = killed.lab.flags.slice(-2)
    const runs = await killed.lab.start(['runs', ...state]).ran
    expect(runs.stdout).toContain(`ikero resume ${killed.runId}`)
    const ran = await killed.resume('--yes')
    expect(ran.stderr).toContain('VPN: applied')
    expect(ran.stdout).toContain('every target is as the run planned it, or as it was before')
    expect(ran.code).toBe(0)
    expect(await killed.resume('--yes')).toMatchObject({
      code: 0,
      stdout: `nothing to resume: every device of ${killed.runId} came to an end\n`,
    })
    expect((await killed.lab.start(['runs', ...state]).ran).stdout).not.toContain('ikero resume')
  }, 60_000)

  it('begins nothing anew when the playbook is not the same file any more', async () => {
    const killed = await killedAt('responder-only', 'lost')
    appendFileSync(join(killed.lab.dir, 'playbook.yml'), '# another word\n')
    const before = setLines(killed)
    const ran = await killed.resume('--yes')
    expect(ran.code).toBe(1)
    expect(ran.stderr).toMatch(/its\s+playbook is not known to be the one of the run/)
    expect(setLines(killed)).toEqual(before)
    const gone = ['resume', killed.runId, ...killed.lab.flags, '--yes', '--limit', 'hub9']
    expect((await killed.lab.start(gone).ran).code).toBe(64)
  }, 60_000)

  it('only reads a device whose records are damaged, and tells the damage', async () => {
    const killed = await killedAt('responder-only', 'taken')
    const lines = readFileSync(killed.journal, 'utf8').split('\n')
    const at = lines.findIndex((line) => line.includes('"kind":"line-replied"'))
    lines[at] = (lines[at] ?? '').replace('accepted', 'refused!')
    writeFileSync(killed.journal, lines.join('\n'))
    const before = setLines(killed)
    const ran = await killed.resume('--yes')
    expect(ran.stderr).toMatch(/JOURNAL_DAMAGED.*checksum/s)
    expect(ran.code).toBe(4)
    expect(setLines(killed)).toEqual(before)
  }, 60_000)

  it('uses a journal whose last line is torn as if nothing were wrong', async () => {
    const killed = await killedAt('responder-only', 'taken')
    appendFileSync(killed.journal, '{"v":1,"seq":99,"at":"2026')
    const ran = await killed.resume('--yes')
    expect(ran.stderr).not.toContain('JOURNAL_DAMAGED')
    expect(ran.code).toBe(0)
  }, 60_000)

  it('does not trust a run that is named by its folder to name its inventory', async () => {
    const killed = await killedAt('responder-only', 'taken')
    const folder = join(killed.journal, '..')
    const ran = await killed.lab.start(['resume', folder, ...killed.lab.flags.slice(2, 4), '--yes']).ran
    expect(ran.code).toBe(64)
    expect(ran.stderr).toContain('not trusted to name its inventory')
  }, 60_000)

  it('refuses a run of another command, and one that is not there', async () => {
    const killed = await killedAt('responder-only', 'taken')
    await killed.lab.start(['plan', join(killed.lab.dir, 'playbook.yml'), ...killed.lab.flags]).ran
    const runs = readdirSync(join(killed.lab.dir, 'state', 'runs')).filter((one) => one !== killed.runId)
    for (const name of [...runs, '20200101T000000-000000']) {
      const ran = await killed.lab.start(['resume', name, ...killed.lab.flags, '--yes']).ran
      expect(ran.code).toBe(64)
    }
    expect(runs).toHaveLength(1)
  }, 60_000)
})
