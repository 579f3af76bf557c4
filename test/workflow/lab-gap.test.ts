import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'
import { openScenario, type ScenarioRun } from './scenario-run.ts'

const scenario = readFileSync(join(root, 'mocks', 'scenarios', 'lab.yml'), 'utf8')
const playbook = `version: 1
name: hub2
routers: [{ hosts: hub2, profiles: [BRANCH] }]
asas: [{ hosts: asa-hq, cryptoMaps: [{ map: outside_map, entries: static }] }]
`

/** Goes on until a plan meets the gap of a renewal: a target whose only peer has no SA just now. */
async function untilGap(run: ScenarioRun, target: string): ReturnType<ScenarioRun['plan']> {
  for (let step = 0; step < 120; step += 1) {
    const ended = await run.plan()
    const roles = ended.devices.flatMap((device) => device.roles.filter((row) => row.target === target))
    if (roles.length > 0 && roles.every((row) => row.reading === 'no-sa')) return ended
    await run.world.clock.advance(60)
  }
  throw new Error('no renewal was met')
}

describe('the lab, read in the gap of a renewal', () => {
  it.each(['BRANCH', 'outside_map/20'])('has %s pending: its peer is declared to call', async (target) => {
    const run = openScenario(scenario, playbook)
    const ended = await untilGap(run, target)
    expect(ended.exitCode).toBe(2)
    const found = ended.devices.flatMap((device) => device.findings)
    expect(found.filter((one) => one.severity === 'block')).toEqual([])
  })
})
