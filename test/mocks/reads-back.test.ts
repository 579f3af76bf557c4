import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { World } from '../../mocks/world.ts'
import { asaDriver } from '../../src/platform/asa/index.ts'
import type { Driver } from '../../src/platform/driver.ts'
import { iosDriver } from '../../src/platform/ios/index.ts'
import { factsOf } from './ikero-reads.ts'
import { privileged, rig, scenarioFrom } from './scenarios.ts'

interface Far {
  readonly own: boolean
  readonly ikev2: boolean
  readonly starts: boolean
  readonly rekey: boolean
  readonly named: boolean
}

const far = fc.record({
  own: fc.boolean(),
  ikev2: fc.boolean(),
  starts: fc.boolean(),
  rekey: fc.boolean(),
  named: fc.boolean(),
})

const minutes = fc.integer({ min: 0, max: 600 })
const addressAt = (index: number): string => `198.51.100.${index + 10}`

function ends(fars: readonly Far[]): string {
  const lines = fars.map(
    ({ ikev2, starts, rekey }, index) =>
      `    - { name: far${index}, address: ${addressAt(index)}, protocol: ikev${ikev2 ? 2 : 1}, type: asa, to: box, starts: ${starts}, rekey: ${rekey} }`,
  )
  return `peers:\n  renew: 97m\n  ikeLifetime: 41m\n  ends:\n${lines.join('\n')}`
}

const block = (lines: readonly string[]): string => lines.map((line) => `      ${line}`).join('\n')

function router(version: string, fars: readonly Far[]): string {
  const lines = fars.flatMap(({ own, ikev2 }, index) => [
    `crypto ipsec profile P${index}`,
    ...(ikev2 ? [' set ikev2-profile X'] : []),
    ...(own ? [] : [' responder-only']),
    `interface Tunnel${index}`,
    ' tunnel source GigabitEthernet0/0',
    ` tunnel destination ${addressAt(index)}`,
    ` tunnel protection ipsec profile P${index}`,
  ])
  return `version: 1
devices:
  - name: box
    platform: ios
    version: "${version}"
    config: |
${block([...lines, 'interface GigabitEthernet0/0', ' ip address 203.0.113.1 255.255.255.0'])}
${ends(fars)}`
}

function firewall(version: string, model: string, fars: readonly Far[]): string {
  const since84 = !/^(?:7|8\.[0-3])/.test(version)
  const lines = fars.flatMap(({ own, ikev2, named }, index) => [
    `crypto map m ${index + 1} match address L`,
    ...(own ? [] : [`crypto map m ${index + 1} set connection-type answer-only`]),
    `crypto map m ${index + 1} set peer ${named ? `far-${index}` : addressAt(index)}`,
    ikev2
      ? `crypto map m ${index + 1} set ikev2 ipsec-proposal TS`
      : `crypto map m ${index + 1} set ${since84 ? 'ikev1 ' : ''}transform-set TS`,
  ])
  const names = fars.flatMap(({ named }, index) => (named ? [`name ${addressAt(index)} far-${index}`] : []))
  return `version: 1
devices:
  - name: box
    platform: asa
    model: ${model}
    version: "${version}"
    config: |
${block([
  'names',
  ...names,
  'interface GigabitEthernet0/0',
  ' nameif outside',
  ' ip address 203.0.113.1 255.255.255.0',
  'access-list L extended permit ip any any',
  ...lines,
  'crypto map m interface outside',
])}
${ends(fars)}`
}

/** The world's SAs of the box, and what ikero reads of them over the terminal, as comparable lines. */
function bothSides(text: string, driver: Driver, atMinutes: number): readonly (readonly string[])[] {
  const scenario = scenarioFrom(text)
  const built = rig(scenario)
  const world = new World(scenario, () => 0)
  world.skip(atMinutes * 60_000)
  built.pass(atMinutes * 60_000)
  const facts = factsOf(privileged(built, 'box'), driver, 'box')
  expect(facts.reading.unreadable).toEqual([])
  const there = world.look('box').around
  const known = there.sas.map((sa) => `v${sa.version} ${sa.peer} ${sa.initiator ? 'initiator' : 'responder'}`)
  const read = facts.reading.sas
    .filter((sa) => sa.established)
    .map((sa) => `v${sa.version} ${sa.peer} ${sa.role}`)
  const tried = facts.reading.sas.filter((sa) => sa.halfOpen).map((sa) => `${sa.peer} ${sa.role}`)
  const attempts = there.attempts.filter((attempt) => driver === iosDriver || attempt.version === 1)
  expect(tried.toSorted()).toEqual(attempts.map((attempt) => `${attempt.peer} initiator`).toSorted())
  return [read.toSorted(), known.toSorted()]
}

const routers = ['12.4(24)T2', '15.2(4)M6', '17.9.4a'] as const
const firewalls = [
  ['7.2(4)', 'PIX-515E'],
  ['8.2(5)', 'ASA5510'],
  ['9.16(3)19', 'ASA5516'],
] as const

describe("ikero's readers give back what the simulated world holds", () => {
  for (const version of routers) {
    it(`of IOS ${version}`, () => {
      fc.assert(
        fc.property(fc.array(far, { minLength: 1, maxLength: 4 }), minutes, (fars, at) => {
          const able = fars.map((one) => ({ ...one, ikev2: one.ikev2 && version !== '12.4(24)T2' }))
          const [read, known] = bothSides(router(version, able), iosDriver, at)
          expect(read).toEqual(known)
        }),
        { numRuns: 20 },
      )
    })
  }

  for (const [version, model] of firewalls) {
    it(`of ${model} ${version}`, () => {
      fc.assert(
        fc.property(fc.array(far, { minLength: 1, maxLength: 4 }), minutes, (fars, at) => {
          const able = fars.map((one) => ({ ...one, ikev2: one.ikev2 && version === '9.16(3)19' }))
          const [read, known] = bothSides(firewall(version, model, able), asaDriver, at)
          expect(read).toEqual(known)
        }),
        { numRuns: 20 },
      )
    })
  }

  it('of a configuration: which profiles and entries may start', () => {
    fc.assert(
      fc.property(fc.array(far, { minLength: 1, maxLength: 4 }), (fars) => {
        const ios = factsOf(privileged(rig(scenarioFrom(router('17.9.4a', fars))), 'box'), iosDriver, 'box')
        expect(ios.profiles.map((profile) => profile.responderOnly)).toEqual(fars.map(({ own }) => !own))
        const asa = factsOf(
          privileged(rig(scenarioFrom(firewall('9.16(3)19', 'ASA5516', fars))), 'box'),
          asaDriver,
          'box',
        )
        expect(asa.cryptoMaps.map((entry) => entry.connectionType === 'answer-only')).toEqual(
          fars.map(({ own }) => !own),
        )
      }),
      { numRuns: 10 },
    )
  })
})
