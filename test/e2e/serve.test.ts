import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hub } from '../workflow/scenarios.ts'
import { type KillLab, startKillLab } from './kill-lab.ts'
import { ikero } from './lab.ts'
import { type Serving, startServing } from './serving.ts'

const playbook =
  'version: 1\nname: served\nrouters: [ { hosts: hub1, profiles: [VPN] } ]\nproof: { within: 30s, lostAfter: 5s }\nsave: always\n'
const meddled = [
  'enable',
  'lab',
  'configure terminal',
  'crypto ipsec profile VPN',
  'no responder-only',
  'end',
]

let lab: KillLab
const serving: Serving[] = []

beforeEach(async () => {
  lab = await startKillLab(hub({ renew: '2s' }), playbook)
})
afterEach(async () => {
  for (const one of serving.splice(0)) {
    one.child.kill('SIGKILL')
    await one.ended
  }
  await lab.stop()
})

/** Flags as for other commands, without `-i`: the file names the inventory. */
function serveArgs(file: string): readonly string[] {
  return [join(lab.dir, file), ...lab.flags.slice(2)]
}

function start(file: string): Serving {
  const one = startServing(serveArgs(file))
  serving.push(one)
  return one
}

function schedules(file: string, more: string, listen = 'off'): void {
  const text = `version: 1\nlisten: ${listen}\nschedules:\n  - name: hubs\n    playbook: playbook.yml\n    inventory: inventory.yml\n${more}`
  writeFileSync(join(lab.dir, file), text)
}

const is =
  (event: string, more: Readonly<Record<string, unknown>> = {}) =>
  (line: Readonly<Record<string, unknown>>): boolean =>
    line.event === event && Object.entries(more).every(([key, value]) => line[key] === value)

describe('ikero serve', () => {
  it('that was killed in mid-run and is started again finishes that run, counts what it missed, and fires on time', {
    timeout: 300_000,
  }, async () => {
    const first = await lab.start(['apply', join(lab.dir, 'playbook.yml'), ...lab.flags, '--yes']).ran
    expect(first.code, first.stderr).toBe(0)
    lab.meddle('hub1', meddled)
    schedules('remediate.yml', '    cron: "* * * * *"\n    mode: remediate\n')
    const killed = start('remediate.yml')
    lab.watch((_device, line) => {
      if (line.trim() === 'responder-only') killed.child.kill('SIGKILL')
      return 'taken'
    })
    await killed.ended
    lab.watch(() => 'taken')
    const cut = killed.lines().find(is('run-begun'))
    expect(killed.lines().some(is('run-ended'))).toBe(false)
    const state = JSON.parse(readFileSync(join(lab.dir, 'state', 'serve', 'state.json'), 'utf8'))
    const { runId, dueAt } = state.schedules.hubs.running
    expect(dueAt).toBe(cut?.dueAt)

    const again = start('remediate.yml')
    const settled = await again.logged(is('interrupted-run'))
    expect(settled).toMatchObject({ what: 'resumed', runId })
    // The run that was cut off counts as missed, and one takes its place at once.
    expect(await again.logged(is('missed'))).toMatchObject({ reason: 'down' })
    const next = await again.logged(
      (line) => is('run-ended')(line) && Date.parse(String(line.dueAt)) > Date.parse(String(settled.time)),
    )
    const begun = again.lines().find(is('run-begun', { dueAt: next.dueAt }))
    expect(Date.parse(String(begun?.time)) - Date.parse(String(next.dueAt))).toBeLessThan(5_000)
    expect(next).toMatchObject({ exitCode: 0 })
    const runs = JSON.parse((await ikero(['runs', ...lab.flags.slice(4), '--json'])).stdout).runs
    expect(runs.find((run: { runId: string }) => run.runId === runId)).not.toHaveProperty('exitCode')
    expect(runs.some((run: { command: string }) => run.command === 'resume')).toBe(true)
    again.child.kill('SIGTERM')
    expect(await again.ended).toBe(0)
    expect(readdirSync(join(lab.dir, 'state', 'serve', 'leases'))).toEqual([])
    const kept = lab.taken
      .filter(({ line }) => line.includes('responder-only'))
      .map(({ line }) => line.trim())
    expect(kept.at(-1)).toBe('responder-only')
  })

  it('takes a file without mistakes at SIGHUP, and keeps to the old one where there are any', {
    timeout: 120_000,
  }, async () => {
    schedules('reload.yml', '    cron: "0 3 1 1 *"\n', '127.0.0.1:0')
    const one = start('reload.yml')
    const url = await one.ready
    const status = async (): Promise<{
      readonly schedules: readonly { readonly cron: string }[]
      readonly warnings: readonly string[]
    }> => JSON.parse(await (await fetch(`${url}status.json`)).text())
    const names = async (): Promise<readonly string[]> => (await status()).schedules.map(({ cron }) => cron)
    expect(await names()).toEqual(['0 3 1 1 *'])
    schedules('reload.yml', '    cron: "99 * * * *"\n    playboook: x\n', '127.0.0.1:0')
    one.child.kill('SIGHUP')
    const refused = await one.logged(is('reload-refused'))
    expect(String(refused.problems)).toContain('reload.yml:7:')
    expect(await names()).toEqual(['0 3 1 1 *'])
    expect((await status()).warnings.join()).toContain('reload.yml')
    schedules('reload.yml', '    cron: "30 4 * * 1"\n', '127.0.0.1:0')
    one.child.kill('SIGHUP')
    await one.logged(is('reloaded'))
    expect(await names()).toEqual(['30 4 * * 1'])
    const other = startServing(serveArgs('reload.yml'))
    expect(await other.ended).toBe(1)
    expect(other.stderr()).toMatch(/another ikero serve keeps .* pid \d+/)
    one.child.kill('SIGINT')
    expect(await one.ended).toBe(0)
  })

  it('refuses files with mistakes, all at once, and contacts nothing; --dry-run serves nothing', async () => {
    schedules('bad.yml', '    cron: "0 2 * *"\n    mode: fight\n')
    writeFileSync(join(lab.dir, 'worse.yml'), playbook.replace('hub1', 'hub9'))
    const before = lab.taken.length
    const bad = await ikero(['serve', ...serveArgs('bad.yml')])
    expect(bad.code).toBe(64)
    expect(bad.stderr).toMatch(/bad\.yml:7:.*cron/s)
    expect(bad.stderr).toMatch(/bad\.yml:8:/)
    schedules('names.yml', '    cron: "0 2 * * *"\n')
    const text = readFileSync(join(lab.dir, 'names.yml'), 'utf8').replace('playbook.yml', 'worse.yml')
    writeFileSync(join(lab.dir, 'names.yml'), text)
    const names = await ikero(['serve', ...serveArgs('names.yml')])
    expect(names.code).toBe(64)
    expect(names.stderr).toMatch(/worse\.yml:3:.*hub9/s)
    schedules('good.yml', '    cron: "0 2 * * *"\n')
    const times = await ikero(['serve', ...serveArgs('good.yml'), '--dry-run'])
    expect(times).toMatchObject({ code: 0, stderr: '' })
    expect(times.stdout).toMatch(
      /^hubs {2}checks .*playbook\.yml\n {2}0 2 \* \* \* {2}\(UTC\)\n {2}next {2}\d{4}-/,
    )
    expect(lab.taken).toHaveLength(before)
  })
})
