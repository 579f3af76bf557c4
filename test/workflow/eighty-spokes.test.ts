import { describe, expect, it } from 'vitest'
import type { Capture } from '../../src/model/capture.ts'
import type { SaReading } from '../../src/model/facts.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import type { ChangeRecord } from '../../src/model/record.ts'
import type { ReadShell } from '../../src/model/shell.ts'
import { applyFleet } from '../../src/workflow/fleet.ts'
import type { Ports, Sessions } from '../../src/workflow/ports.ts'
import { verifyFleet } from '../../src/workflow/verify.ts'
import { createWorld, device, profile, type World } from './world.ts'

const hub1 = device('hub1', [profile('VPN')])
const dayS = 86_400

/** A DMVPN hub; its SAs are told by the test, not by the simulator. */
const scenario = `version: 1
login: { username: netops, password: lab }
devices:
  - name: hub1
    platform: ios
    model: CISCO2911/K9
    version: "15.2(4)M6"
    config: |
      version 15.2
      hostname hub1
      crypto ipsec transform-set AES esp-aes 256 esp-sha256-hmac
       mode transport
      crypto ipsec profile VPN
       set transform-set AES
      interface Tunnel0
       ip address 10.0.0.1 255.255.255.0
       tunnel source GigabitEthernet0/0
       tunnel mode gre multipoint
       tunnel protection ipsec profile VPN
      interface GigabitEthernet0/0
       ip address 203.0.113.1 255.255.255.0
      end
`

const spokes = Array.from({ length: 80 }, (_, nth) => `198.51.100.${nth + 1}`)

interface Spoke {
  readonly address: string
  /** The hub called it before the change. */
  readonly called: boolean
  /** Seconds from the start until its SA ends and it sets up another one. */
  readonly endsAtS: number
  readonly returns: boolean
}

/** 12 of 80 spokes were called by the hub; 2 renew within the minute, the others over the day. */
function fleetOf(lost: string | undefined): readonly Spoke[] {
  return spokes.map((address, nth) => ({
    address,
    called: nth < 12,
    endsAtS: nth >= 78 ? 5 : 3600 + nth * 1000,
    returns: address !== lost,
  }))
}

/** What `show crypto isakmp sa` prints at one moment; conn-ids change when an SA is set up anew. */
function table(
  fleet: readonly Spoke[],
  nowS: number,
  hubMayStart: (s: Spoke) => boolean,
): { rows: string[]; detail: string[] } {
  const rows: string[] = []
  const detail: string[] = []
  fleet.forEach((spoke, nth) => {
    const renewed = nowS >= spoke.endsAtS
    if (renewed && !spoke.returns && !hubMayStart(spoke)) return
    const byHub = renewed ? !spoke.returns : spoke.called
    const [dst, src] = byHub ? [spoke.address, '203.0.113.1'] : ['203.0.113.1', spoke.address]
    const id = (renewed ? 3000 : 1000) + nth
    const left = renewed ? dayS : spoke.endsAtS - nowS
    const clock = [left / 3600, (left % 3600) / 60, left % 60]
      .map((part) => String(Math.floor(part)).padStart(2, '0'))
      .join(':')
    rows.push(`${dst.padEnd(16)}${src.padEnd(16)}QM_IDLE${String(id).padStart(15)} ACTIVE`)
    detail.push(
      `${String(id).padEnd(6)}203.0.113.1     ${spoke.address.padEnd(16)}       ACTIVE aes  sha256 psk  14 ${clock} D`,
    )
  })
  return { rows, detail }
}

/** The world's sessions, with the SAs of the fleet in place of the simulator's. */
function withFleet(world: World, fleet: readonly Spoke[], revertHelps = true): Ports {
  const reverted = (): boolean =>
    revertHelps && world.journal.some((one) => one.kind === 'line-sending' && one.purpose === 'revert')
  const told = (capture: Capture): Capture => {
    const nowS = world.clock.monotonicMs() / 1000
    const { rows, detail } = table(fleet, nowS, () => reverted())
    if (capture.line === 'show crypto isakmp sa') {
      return {
        ...capture,
        text: [
          'IPv4 Crypto ISAKMP SA',
          'dst             src             state          conn-id status',
          ...rows,
          '',
          'IPv6 Crypto ISAKMP SA',
          '',
        ].join('\n'),
      }
    }
    if (capture.line !== 'show crypto isakmp sa detail') return capture
    return {
      ...capture,
      text: [
        'IPv4 Crypto ISAKMP SA',
        'C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.',
        '',
        ...detail,
        '',
        'IPv6 Crypto ISAKMP SA',
        '',
      ].join('\n'),
    }
  }
  const patched = <S extends ReadShell>(shell: S): S => {
    const runAll = shell.runAll.bind(shell)
    shell.runAll = async (lines) => (await runAll(lines)).map(told)
    return shell
  }
  const { sessions } = world.ports
  const read: Sessions['read'] = async (space) => {
    const opened = await sessions.read(space)
    return opened.kind === 'ok' ? { kind: 'ok', value: patched(opened.value) } : opened
  }
  const write: Sessions['write'] = async (space) => {
    const opened = await sessions.write(space)
    return opened.kind === 'ok' ? { kind: 'ok', value: patched(opened.value) } : opened
  }
  return { ...world.ports, sessions: { read, write } }
}

function recordOf(world: World): ChangeRecord {
  const intent = world.journal.find((one) => one.kind === 'push-intent')
  if (intent?.kind !== 'push-intent') throw new Error('nothing was changed')
  const readingsSince = world.journal.flatMap(
    (one): readonly { afterPushMs: number; reading: SaReading }[] =>
      one.kind === 'sa-reading' ? [{ afterPushMs: one.afterPushMs, reading: one.reading }] : [],
  )
  const at = new Date(world.clock.wall().getTime() - world.clock.monotonicMs()).toISOString()
  return {
    runId: 'r',
    host: 'hub1',
    target: 'VPN',
    at,
    readingBefore: intent.readingBefore,
    readingsSince,
    status: 'unproven',
  }
}

async function firstEvening(
  world: World,
  ports: Ports,
  withinMs: number,
): Promise<DeviceOutcome | undefined> {
  const proof = { withinMs, lostAfterMs: 90_000 }
  const { devices } = await world.clock.settle(applyFleet(world.request([hub1], { proof }), ports))
  return devices[0]
}

describe('a hub with 80 spokes of which 12 were called by the hub', () => {
  it('ends the first evening unproven, and says what of it is open and until when', async () => {
    const world = createWorld(scenario)
    const outcome = await firstEvening(world, withFleet(world, fleetOf(undefined)), 60_000)
    expect(outcome).toMatchObject({
      status: 'unproven',
      targets: [{ coverage: { peers: 80, proven: 2, waiting: 66, atRisk: 12, idle: 0, lost: 0 } }],
    })
    expect(outcome?.coverageText).toMatch(
      /^2 of 80 peers proven, 66 waiting, 12 at risk, 0 idle; complete by \d{4}-\d\d-\d\d \d\d:\d\d UTC at the latest$/,
    )
  })

  it('is verified once the lifetimes have passed', async () => {
    const world = createWorld(scenario)
    const ports = withFleet(world, fleetOf(undefined))
    await firstEvening(world, ports, 60_000)
    const record = recordOf(world)
    await world.clock.advance(2 * dayS * 1000)
    const history = { ...ports.history, lastChange: async () => record }
    const { devices } = await world.clock.settle(verifyFleet(world.request([hub1]), { ...ports, history }))
    expect(devices[0]).toMatchObject({
      status: 'verified',
      targets: [{ coverage: { peers: 80, proven: 80 } }],
    })
  })

  it('is taken back when one of the twelve never returns, and the hub calls it again', async () => {
    const world = createWorld(scenario)
    const lost = spokes[3]
    const outcome = await firstEvening(world, withFleet(world, fleetOf(lost)), 3 * 3600 * 1000)
    expect(outcome).toMatchObject({
      status: 'rolled-back',
      error: { code: 'PEER_LOST' },
      targets: [{ after: 'bidirectional' }],
    })
    expect(outcome?.error?.message).toContain(lost)
  })

  it('is unknown when the lost spoke does not come back after the revert either', async () => {
    const world = createWorld(scenario)
    const lost = spokes[3]
    const outcome = await firstEvening(world, withFleet(world, fleetOf(lost), false), 3 * 3600 * 1000)
    expect(outcome).toMatchObject({
      status: 'unknown',
      error: { code: 'PEER_LOST' },
      targets: [{ after: 'bidirectional' }],
    })
    expect(outcome?.error?.message).toMatch(/not every peer has come back/)
    // It is waited for through hours: one login a minute is enough for that.
    const readAt = world.journal.flatMap((one) => (one.kind === 'sa-reading' ? [one.afterPushMs] : []))
    const waiting = readAt.filter((atMs) => atMs > 3 * 3600 * 1000)
    expect(waiting.length).toBeGreaterThan(60)
    expect(waiting.length).toBeLessThan(130)
  })
})
