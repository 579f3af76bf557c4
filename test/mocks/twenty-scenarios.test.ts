import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { asaDriver } from '../../src/platform/asa/index.ts'
import { iosDriver } from '../../src/platform/ios/index.ts'
import { root } from '../architecture/sources.ts'
import { factsOf } from './ikero-reads.ts'
import { privileged, rig, say, scenarioFrom } from './scenarios.ts'

const folder = join(root, 'mocks', 'scenarios', 'twenty')
const files = readdirSync(folder).toSorted()

/** The playbook that stands in the comment at a scenario's head. */
function playbookOf(text: string): Record<string, unknown> {
  const lines = text.split('\n').filter((line) => line.startsWith('#   '))
  const read: unknown = parse(lines.map((line) => line.slice(4)).join('\n'))
  return typeof read === 'object' && read !== null ? { ...read } : {}
}

function hostsOf(playbook: Record<string, unknown>): readonly string[] {
  return [playbook.routers, playbook.asas].flatMap((items) =>
    Array.isArray(items) ? items.map((item: { hosts?: unknown }) => String(item.hosts)) : [],
  )
}

describe('the scenarios of twenty ways to break production', () => {
  it('are there for the rows 1 to 17, 19 and 20', () => {
    const numbers = [...Array.from({ length: 17 }, (_, index) => index + 1), 19, 20]
    expect(files.map((file) => Number(file.slice(0, 2)))).toEqual(numbers)
  })

  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8')
    const scenario = scenarioFrom(text)

    it(`${file} says its row, its playbook with hosts that are there, and how it ends`, () => {
      expect(text).toMatch(new RegExp(`^# ${Number(file.slice(0, 2))} · `, 'm'))
      expect(text).toMatch(/^# Ends with: [\s\S]*exit \d/m)
      const hosts = hostsOf(playbookOf(text))
      expect(hosts.length).toBeGreaterThan(0)
      expect(scenario.devices.map((box) => box.name)).toEqual(expect.arrayContaining([...hosts]))
    })

    it(`${file} has devices that ikero reads whole`, () => {
      const built = rig(scenario)
      for (const box of scenario.devices) {
        const session = privileged(built, box.name)
        if (box.contexts !== undefined) say(session, `changeto context ${box.contexts.at(-1)?.name}`)
        // What a PIX of 6.3 answers is not simulated beyond its version: nothing else is asked of it.
        if (box.version.startsWith('6.')) continue
        const facts = factsOf(session, box.platform === 'asa' ? asaDriver : iosDriver, box.name)
        expect([facts.configComplete, facts.reading.unreadable]).toEqual([true, []])
      }
    })
  }
})
