import { fileURLToPath } from 'node:url'
import { type BuiltScenario, buildScenario } from '../../mocks/build.ts'
import { loadScenario, parseScenario } from '../../mocks/load-scenario.ts'
import type { Scenario } from '../../mocks/scenario.ts'
import type { SimulatedSession } from '../../mocks/types.ts'

export const password = 'open-sesame'

export function scenarioFrom(text: string): Scenario {
  const answer = parseScenario('scenario.yml', text)
  if (answer.kind === 'err') throw new Error(JSON.stringify(answer.error))
  return answer.value
}

export function labScenario(): Scenario {
  const path = fileURLToPath(new URL('../../mocks/scenarios/lab.yml', import.meta.url))
  const answer = loadScenario(path)
  if (answer.kind === 'err') throw new Error(JSON.stringify(answer.error))
  return answer.value
}

/** A scenario whose clock the test moves. */
export interface Rig extends BuiltScenario {
  pass(ms: number): void
}

export function rig(scenario: Scenario): Rig {
  let now = 5_000
  const built = buildScenario(scenario, { now: () => now, password })
  return {
    ...built,
    pass: (ms) => {
      now += ms
    },
  }
}

/** A session of one device at `#`. */
export function privileged(built: BuiltScenario, name: string): SimulatedSession {
  const session = opened(built, name)
  say(session, 'enable', password)
  return session
}

export function opened(built: BuiltScenario, name: string): SimulatedSession {
  const found = built.devices.find((device) => device.name === name)
  if (found === undefined) throw new Error(`no device ${name}`)
  return found.device.open()
}

/** The output of all lines together. */
export function say(session: SimulatedSession, ...lines: readonly string[]): string {
  return lines.map((line) => session.enter(line).output).join('')
}

/** What a person would see: prompts, lines and output. */
export function screen(session: SimulatedSession, ...lines: readonly string[]): string {
  return (
    lines.map((line) => `${session.prompt}${line}\n${session.enter(line).output}`).join('') + session.prompt
  )
}

/** One router and one ASA with a tunnel between other ends; small enough to read in a failing test. */
export const small = `
version: 1
devices:
  - name: r1
    platform: ios
    model: CISCO2911/K9
    version: "15.2(4)M6"
    config: |
      hostname r1
      crypto ipsec transform-set TS esp-aes
      crypto ipsec profile VPN
       set transform-set TS
      interface Tunnel1
       tunnel source GigabitEthernet0/0
       tunnel mode ipsec ipv4
       tunnel destination 198.51.100.9
       tunnel protection ipsec profile VPN
      interface GigabitEthernet0/0
       ip address 198.51.100.1 255.255.255.0
      interface GigabitEthernet0/1
       no ip address
       shutdown
  - name: fw1
    platform: asa
    version: "9.16(3)19"
    config: |
      hostname fw1
      interface GigabitEthernet1/1
       nameif outside
       security-level 0
       ip address 198.51.100.2 255.255.255.0
      access-list L extended permit ip any any
      crypto ipsec ikev1 transform-set TS esp-aes esp-sha-hmac
      crypto map m 10 match address L
      crypto map m 10 set peer 198.51.100.8
      crypto map m 10 set ikev1 transform-set TS
      crypto map m 65535 ipsec-isakmp dynamic d
      crypto map m interface outside
peers:
  ends:
    - { name: far, address: 198.51.100.9, protocol: ikev1, type: ios, to: r1 }
    - { name: fwpeer, address: 198.51.100.8, protocol: ikev1, type: asa, to: fw1 }
`
