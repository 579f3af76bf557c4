import { describe, expect, it } from 'vitest'
import type { BuiltDevice } from '../../mocks/build.ts'
import { openMemoryLink } from '../../mocks/link.ts'
import { configLine } from '../../src/model/ids.ts'
import type { ConfigStep } from '../../src/model/plan.ts'
import { asaDriver } from '../../src/platform/asa/index.ts'
import type { Driver } from '../../src/platform/driver.ts'
import { iosDriver } from '../../src/platform/ios/index.ts'
import { openReadShell, openWriteShell, type ShellOptions } from '../../src/session/open.ts'
import { labScenario, password, rig } from '../mocks/scenarios.ts'
import { options } from './devices.ts'

const scenario = labScenario()
const driverOf = (box: BuiltDevice): Driver => (box.platform === 'asa' ? asaDriver : iosDriver)
const optionsOf = (box: BuiltDevice): ShellOptions =>
  options({
    platform: box.platform,
    grammar: driverOf(box).grammar,
    enableSecret: () => Promise.resolve(password),
  })

describe('a session with a simulated device of the lab', () => {
  it.each(scenario.devices.map((device) => device.name))(
    'reads %s: few waits, and facts that the platform can use',
    async (name) => {
      const box = rig(scenario).devices.find((device) => device.name === name)
      if (box === undefined) throw new Error(`no ${name}`)
      const driver = driverOf(box)
      const shell = await openReadShell(openMemoryLink(box.device), optionsOf(box))
      expect(shell.privileged).toBe(true)
      const version = await shell.run(driver.identify)
      const software = driver.software(version.text)
      const captures = await shell.runAll(driver.probes(software).map((probe) => probe.line))
      const facts = driver.facts([version, ...captures], { hostname: shell.hostname, privileged: true })
      expect(facts.kind).toBe('ok')
      expect(shell.roundTrips).toBeLessThanOrEqual(6)
      await shell.close()
    },
  )

  it('writes a profile on hub1 and a crypto map entry on asa-hq, and saves them', async () => {
    const lab = rig(scenario)
    const profile: readonly ConfigStep[] = [
      { line: configLine('crypto ipsec profile VPN'), subMode: /^ipsec-profile$/, opens: true },
      { line: configLine('responder-only'), subMode: /^ipsec-profile$/, opens: false },
    ]
    const entry: readonly ConfigStep[] = [
      { line: configLine('crypto map outside_map 10 set connection-type answer-only'), opens: false },
    ]
    for (const [name, steps] of [
      ['hub1', profile],
      ['asa-hq', entry],
    ] as const) {
      const box = lab.devices.find((device) => device.name === name)
      if (box === undefined) throw new Error(`no ${name}`)
      const shell = await openWriteShell(openMemoryLink(box.device), optionsOf(box))
      expect(await shell.enterConfig()).toEqual({ kind: 'ok', value: undefined })
      for (const step of steps) expect(await shell.send(step)).toMatchObject({ kind: 'accepted' })
      await shell.leaveConfig()
      expect(await shell.save()).toMatchObject({ kind: 'saved' })
      await shell.close()
    }
  })
})
