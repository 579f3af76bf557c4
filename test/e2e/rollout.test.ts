import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { threeHubs } from '../workflow/scenarios.ts'
import { ikero, type Lab, startLab, writingLines } from './lab.ts'

const labs: Lab[] = []
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.stop()
})

async function hubs(): Promise<Lab> {
  const path = join(mkdtempSync(join(tmpdir(), 'ikero-rollout-')), 'scenario.yml')
  writeFileSync(path, threeHubs({ renew: '2s' }))
  const lab = await startLab(path)
  labs.push(lab)
  return lab
}

/** A window of an hour that begins so many hours from now. */
function window(hours: number): string {
  const at = (plus: number): string => new Date(Date.now() + plus * 3_600_000).toISOString().slice(11, 16)
  return `window: { from: "${at(hours)}", to: "${at(hours + 1)}", timezone: UTC }\n`
}

function playbook(lab: Lab, text: string): string {
  const path = join(lab.dir, 'playbook.yml')
  writeFileSync(
    path,
    `version: 1\nname: hubs\nrouters: [ { hosts: [hub1, hub2, hub3], profiles: [VPN] } ]\nproof: { within: 20s, lostAfter: 5s }\nsave: always\n${text}`,
  )
  return path
}

describe('a rollout over real SSH', () => {
  it('outside its window contacts nothing, and goes on with a reason that the record keeps', async () => {
    const lab = await hubs()
    const path = playbook(lab, `${window(3)}rollout: { wave: 1 }\n`)
    const closed = await ikero(['apply', path, ...lab.flags, '--yes', '--json'])
    expect(closed.code).toBe(1)
    const told = JSON.parse(closed.stdout)
    expect(told.devices.map((one: { readonly status: string }) => one.status)).toEqual([
      'skipped',
      'skipped',
      'skipped',
    ])
    expect(told.window).toMatchObject({ open: false, opensAt: expect.stringMatching(/Z$/) })
    expect(told.rollout.stopped).toMatchObject({ changed: 0, notBegun: 3 })
    expect(lab.lines()).toEqual([])

    const planned = await ikero(['plan', path, ...lab.flags])
    expect(planned.code).toBe(2)
    expect(planned.stdout).toMatch(/window +\d\d:\d\d to \d\d:\d\d UTC: closed, it opens at /)

    const reason = 'CHG0012345: agreed with the NOC'
    const ignored = await ikero(['apply', path, ...lab.flags, '--yes', '--json', '--ignore-window', reason])
    expect(ignored.code).toBe(0)
    const { runId, rollout, window: kept } = JSON.parse(ignored.stdout)
    expect(kept.ignored).toBe(reason)
    expect(rollout.waves).toMatchObject([
      { canary: true, hosts: ['hub1'] },
      { hosts: ['hub2'] },
      { hosts: ['hub3'] },
    ])
    const folder = join(lab.dir, 'state', 'runs', runId)
    const journal = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('')
    expect(journal).toContain(`"ignoreWindow":"${reason}"`)
    expect(writingLines(lab, 'hub3')).toContain('responder-only')
  })

  it('stops where one of three is dead, and says so in one block', async () => {
    const lab = await hubs()
    const inventory = join(lab.dir, 'inventory.yml')
    writeFileSync(inventory, readFileSync(inventory, 'utf8').replace(/(hub2:[\s\S]*?port: )\d+/, '$11'))
    const ran = await ikero(['apply', playbook(lab, ''), ...lab.flags, '--yes'])
    expect(ran.code).toBe(1)
    const text = ran.stdout.replace(/\s+/g, ' ')
    expect(text).toContain(
      'rollout stopped: 0 devices begun, 2 not because 1 of 3 devices cannot be reached (hub2)',
    )
    expect(text).toContain('next make them reachable')
    expect(writingLines(lab)).toEqual([])
  })

  it.each([[''], ['  '], ['two\nlines']])('takes no reason that says nothing: %j', async (reason) => {
    const ran = await ikero(['apply', 'playbooks/hubs.yml', '--yes', '--ignore-window', reason])
    expect(ran.code).toBe(64)
    expect(ran.stderr).toContain('--ignore-window takes the reason')
  })
})
