import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { hub } from '../workflow/scenarios.ts'
import { type KillLab, startKillLab } from './kill-lab.ts'
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

interface Drifted {
  readonly lab: KillLab
  readonly ikero: (...args: readonly string[]) => Promise<Ran>
  /** On the playbook, with the flags that reach the lab. */
  readonly drift: (...args: readonly string[]) => Promise<Ran>
  /** Lines that hub1 has got in a configuration mode, so far. */
  readonly lines: () => readonly string[]
}

/** hub1 was changed and proven, and somebody of whom the run store knows nothing has taken the setting away. */
async function drifted(): Promise<Drifted> {
  const lab = await startKillLab(hub({ renew: '2s' }), playbook)
  labs.push(lab)
  const away = join(lab.dir, 'away.yml')
  writeFileSync(away, `${playbook}state: bidirectional\n`)
  const ikero: Drifted['ikero'] = (...args) => lab.start(args).ran
  const elsewhere = [...lab.flags, '--state-dir', join(lab.dir, 'elsewhere')]
  for (const args of [
    [join(lab.dir, 'playbook.yml'), ...lab.flags],
    [away, ...elsewhere],
  ])
    expect(await ikero('apply', ...args, '--yes')).toMatchObject({ code: 0 })
  const drift: Drifted['drift'] = (...args) =>
    ikero('drift', join(lab.dir, 'playbook.yml'), ...lab.flags, ...args)
  const lines = (): readonly string[] =>
    lab.taken.flatMap(({ mode, line }) => (mode === 'config' || mode === 'sub' ? [line] : []))
  return { lab, ikero, drift, lines }
}

/** The run is killed when hub1 gets the line; `lost`: it never came. */
async function killedAt(at: string, does: 'lost' | 'taken', { lab }: Drifted): Promise<string> {
  const before = new Set(readdirSync(join(lab.dir, 'state', 'runs')))
  const { child, ran } = lab.start([
    'drift',
    join(lab.dir, 'playbook.yml'),
    ...lab.flags,
    '--remediate',
    '--yes',
  ])
  let killed = false
  lab.watch((_, line) => {
    if (killed) return 'lost'
    if (line !== at) return 'taken'
    killed = child.kill('SIGKILL')
    return does
  })
  await ran
  lab.watch(() => 'taken')
  const [runId] = readdirSync(join(lab.dir, 'state', 'runs')).filter((one) => !before.has(one))
  if (runId === undefined) throw new Error('the run was not recorded')
  return runId
}

describe('ikero drift --remediate', () => {
  it('needs --yes without a terminal, and its flags need it: 64, and nothing is contacted', async () => {
    const lab = await startKillLab(hub({ renew: '2s' }), playbook)
    labs.push(lab)
    const drift = (...args: readonly string[]): Promise<Ran> =>
      lab.start(['drift', join(lab.dir, 'playbook.yml'), ...lab.flags, ...args]).ran
    for (const [args, hint] of [
      [['--remediate'], 'give --yes'],
      [['--remediate', '--yes', '--max-devices', '0'], '--max-devices takes a whole number from 1'],
      [['--remediate', '--yes', '--ignore-window', ' '], '--ignore-window takes the reason'],
      [['--yes'], '--yes goes with --remediate only'],
      [['--max-devices', '1'], '--max-devices goes with --remediate only'],
      [['--ignore-window', 'x'], '--ignore-window goes with --remediate only'],
    ] as const) {
      const ran = await drift(...args)
      expect(ran).toMatchObject({ code: 64, stdout: '' })
      expect(ran.stderr).toContain(hint)
    }
    expect(lab.taken).toEqual([])
  }, 60_000)

  it('puts back, and its run is shown, reported, verified and taken back like any other', async () => {
    const { ikero, drift, lines, lab } = await drifted()
    const before = lines().length
    const ran = await drift('--remediate', '--yes', '--json')
    const { runId, remediation } = JSON.parse(ran.stdout)
    expect(remediation).toEqual({ due: ['hub1'], begun: ['hub1'], held: [] })
    expect(ran.code).toBe(0)
    expect(lines().slice(before)).toContain('responder-only')
    const state = lab.flags.slice(-2)
    expect((await ikero('show', runId, ...state)).stdout).toContain('ikero drift --remediate: one hub')
    const ticket = join(lab.dir, 'ticket.md')
    expect(await ikero('report', runId, ...state, '--markdown', ticket)).toMatchObject({ code: 0 })
    expect(readFileSync(ticket, 'utf8')).toContain('1 of 1 device that drifted or is unsaved: hub1')
    expect(await ikero('verify', runId, ...lab.flags)).toMatchObject({ code: 0 })
    const back = await ikero('rollback', runId, ...lab.flags, '--yes')
    expect(back).toMatchObject({ code: 0 })
    expect(lines().at(-2) ?? '').toBe('no responder-only')
    // What a person took back is not set again by itself.
    const again = await drift('--remediate', '--yes', '--json')
    expect(JSON.parse(again.stdout).remediation).toEqual({ due: [], begun: [], held: [] })
    expect(again.code).toBe(2)
  }, 120_000)

  it('that was killed is finished by resume where its line had come', async () => {
    const fleet = await drifted()
    const runId = await killedAt('responder-only', 'taken', fleet)
    const { ikero, lab } = fleet
    expect((await ikero('runs', ...lab.flags.slice(-2))).stdout).toContain(`ikero resume ${runId}`)
    const resumed = await ikero('resume', runId, ...lab.flags, '--yes')
    expect(resumed.stderr).toContain('VPN: applied')
    expect(resumed.code).toBe(0)
  }, 120_000)

  it('that was killed sends nothing anew by resume: the next one does, within its guard rails', async () => {
    const fleet = await drifted()
    const runId = await killedAt('responder-only', 'lost', fleet)
    const { ikero, lab, drift, lines } = fleet
    const before = lines().length
    const resumed = await ikero('resume', runId, ...lab.flags, '--yes')
    expect(resumed.code).toBe(1)
    expect(resumed.stderr).toMatch(/put\s+back\s+by\s+the\s+next\s+ikero\s+drift\s+--remediate/)
    expect(lines()).toHaveLength(before)
    expect(await drift('--remediate', '--yes')).toMatchObject({ code: 0 })
    expect(lines().slice(before)).toContain('responder-only')
  }, 120_000)
})
