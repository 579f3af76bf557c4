import { expect } from 'vitest'
import { planFleet } from '../../src/workflow/fleet.ts'
import type { CrashLab, Point } from './killable.ts'

/** The values of all targets, as a plan reads them now. */
export async function valuesOf({ world, requests }: CrashLab): Promise<ReadonlyMap<string, string>> {
  const { plans } = await world.clock.settle(planFleet(world.request(requests), world.ports))
  return new Map(
    plans.flatMap((plan) => plan.targets.map(({ name, state }) => [`${plan.host} ${name}`, state.before])),
  )
}

/** How often a device got each line that sets something, by the profile or entry that it is for. */
function settings({ world, requests }: CrashLab): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { host } of requests) {
    let inside = ''
    for (const typed of world.typedAt(host.name)) {
      const [, at = '', line = ''] = /^(.*?)\(config[^)]*\)#(.*)$/.exec(typed) ?? []
      if (/^crypto ipsec profile/.test(line)) inside = line
      const set = /^(?:no )?responder-only$/.test(line) ? `${inside} ${line}` : line
      if (!/responder-only|set connection-type/.test(set)) continue
      const key = `${host.name} ${at} ${set}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return counts
}

/** What must hold when a run that was killed has been resumed. */
export async function expectEnded(lab: CrashLab, runId: string, wanted: readonly string[]): Promise<string> {
  for (const [target, value] of await valuesOf(lab))
    expect(['bidirectional', ...wanted], `${target} is as planned or as before`).toContain(value)
  for (const [line, count] of settings(lab)) expect(`${line}: ${count}`).toBe(`${line}: 1`)
  expect((await lab.store.unsettled()).filter(({ status }) => status === 'unknown')).toEqual([])
  expect(await lab.resume(runId)).toMatchObject({ nothing: true })
  return [...(await valuesOf(lab)).values()].join(', ')
}

export interface Row {
  readonly point: Point
  readonly what: string
  readonly ended: string
}

export function tableOf(rows: readonly Row[]): string {
  const groups = new Map<string, number>()
  for (const { point, what, ended } of rows) {
    const key = `${point.when.padEnd(6)}  ${what.padEnd(66)}  ${ended}`
    groups.set(key, (groups.get(key) ?? 0) + 1)
  }
  return [...groups].map(([key, count]) => `${String(count).padStart(3)}  ${key}`).join('\n')
}
