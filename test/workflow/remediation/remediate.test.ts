import { describe, expect, it } from 'vitest'
import type { TargetIntent } from '../../../src/model/intent.ts'
import type { ChangeWindow } from '../../../src/model/rollout.ts'
import type { Unreachable } from '../../../src/model/shell.ts'
import { contextName, mapName } from '../../names.ts'
import { contexts, hub } from '../scenarios.ts'
import { type Site, siteDevice, sites } from '../sites.ts'
import { device, profile } from '../world.ts'
import {
  createFleetLab,
  type Ended,
  type FleetLab,
  held,
  rollout,
  sent,
  settings,
  statuses,
  takeAway,
  targets,
} from './lab.ts'

const names = (...all: readonly string[]): Site[] => all.map((name) => ({ name }))
const requests = (...all: readonly string[]): ReturnType<typeof siteDevice>[] =>
  all.map((name) => siteDevice(name))
const putBack = (host: string): readonly string[] => [
  `${host} crypto ipsec profile VPN`,
  `${host} responder-only`,
]
const down: Unreachable = { code: 'CONNECT_FAILED', cause: 'network', message: 'refused', next: 'look' }

/** Sites that were changed and proven, of which somebody has taken the setting away since. */
async function drifted(all: readonly Site[], who: readonly string[], fleet = {}): Promise<FleetLab> {
  const lab = createFleetLab(sites(all, fleet))
  await lab.apply(requests(...all.map(({ name }) => name)))
  for (const host of who) takeAway(lab, host)
  return lab
}

describe('remediation', () => {
  it('sets again exactly what a run had set, saves and proves it; what nobody has set is told and left', async () => {
    const lab = createFleetLab(hub({ renew: '6s' }))
    await lab.apply([device('hub1', [profile('VPN')])])
    takeAway(lab, 'hub1')
    const ended = await lab.remediate([device('hub1', [profile('VPN'), profile('OTHER')])])
    expect(sent(ended)).toEqual(putBack('hub1'))
    expect(targets(ended.devices[0])).toEqual([
      ['VPN', 'verified', undefined, true],
      ['OTHER', 'pending', 'never-applied', false],
    ])
    expect(ended.devices[0]).toMatchObject({
      status: 'pending',
      saved: 'yes',
      change: { lines: ['crypto ipsec profile VPN', 'responder-only'] },
    })
    expect(ended.remediation).toEqual({ due: ['hub1'], begun: ['hub1'], held: [] })
    expect(ended.journal.filter(({ kind }) => kind === 'second-login')).toEqual([
      { kind: 'second-login', host: 'hub1', ok: true },
    ])
    expect(ended.exitCode).toBe(2)
  })

  it('is 0 once all is as asked, with one end of each device on record and told', async () => {
    const lab = await drifted(names('a', 'b'), ['b'])
    const ended = await lab.remediate(requests('a', 'b'))
    expect(statuses(ended)).toEqual(['a verified', 'b verified'])
    expect(ended.exitCode).toBe(0)
    const ends = ended.journal.flatMap((one) =>
      one.kind === 'device-outcome' ? [`${one.host} ${one.status}`] : [],
    )
    expect(ends).toEqual(['a verified', 'b verified'])
    const told = ended.events.flatMap((one) => (one.kind === 'device-finished' ? [one.outcome] : []))
    expect(told).toEqual(ended.devices)
    // The plan of the look would have counted the device as one to change, whether it is begun or not.
    const plans = ended.events.filter((one) => one.kind === 'planned' && one.plan.host === 'b')
    expect(plans).toHaveLength(1)
  })

  it('asks nobody and sends nothing where nothing has drifted', async () => {
    const lab = await drifted(names('a'), [])
    const approve = (): never => {
      throw new Error('somebody was asked')
    }
    const ended = await lab.remediate(requests('a'), { ports: { approve } })
    expect(ended).toMatchObject({ exitCode: 0, remediation: { due: [], begun: [], held: [] } })
    expect(sent(ended)).toEqual([])
  })

  it('joins look and change: other targets as they were found, round trips of both, no finding twice', async () => {
    const lab = createFleetLab(hub({ renew: '6s' }))
    const both = [device('hub1', [profile('VPN'), profile('OTHER')])]
    await lab.apply(both)
    takeAway(lab, 'hub1', 'OTHER')
    const [joined] = (await lab.remediate(both)).devices
    expect(targets(joined)).toEqual([
      ['VPN', 'verified', undefined, false],
      ['OTHER', expect.stringMatching(/^(?:unproven|verified)$/), undefined, true],
    ])
    const keys = (joined?.findings ?? []).map(({ code, target }) => `${code} ${target}`)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys).toContain('LAST_CHANGE undefined')
    const { survey = 0, change = 0, secondLogin = 0, proof = 0 } = joined?.roundTripsBy ?? {}
    expect(change).toBeGreaterThan(0)
    expect(survey + change + secondLogin + proof).toBe(joined?.roundTrips)
    expect(new Set(joined?.roles.map(({ target }) => target))).toContain('VPN')
  })

  it('only saves what is unsaved, and is 3 where somebody else stands in the way of that', async () => {
    const lab = await drifted(names('a'), [])
    const unsave = (more: readonly string[] = []): void =>
      lab.world.meddle('a', [
        ...['enable', 'lab', 'configure terminal', 'crypto ipsec profile VPN', 'no responder-only', 'end'],
        ...[
          'write memory',
          'configure terminal',
          'crypto ipsec profile VPN',
          'responder-only',
          ...more,
          'end',
        ],
      ])
    unsave()
    const saved = await lab.remediate(requests('a'))
    expect(saved.devices[0]).toMatchObject({ status: 'compliant', saved: 'yes' })
    expect([sent(saved), saved.exitCode]).toEqual([[], 0])
    unsave(['interface Tunnel9', 'description half done'])
    const foreign = await lab.remediate(requests('a'))
    expect(foreign.devices[0]).toMatchObject({
      saved: 'no',
      findings: expect.arrayContaining([expect.objectContaining({ code: 'NOT_SAVED' })]),
    })
    expect([sent(foreign), foreign.exitCode]).toEqual([[], 3])
  })

  it('is 3 while what it has put back waits for its proof', async () => {
    const lab = await drifted(names('a'), ['a'], { renew: '', lifetime: '24h' })
    const ended = await lab.remediate(requests('a'))
    expect(statuses(ended)).toEqual(['a unproven'])
    expect(ended.exitCode).toBe(3)
    // The next look finds it waiting inside its proof time, as it should.
    expect((await lab.remediate(requests('a'))).exitCode).toBe(0)
  })

  it('takes back by proof what costs a peer, and does not try again by itself', async () => {
    const lab = await mute()
    const ended = await lab.remediate(requests('b'), { proof: { withinMs: 300_000, lostAfterMs: 90_000 } })
    expect(statuses(ended)).toEqual(['b rolled-back'])
    expect(sent(ended)).toEqual([...putBack('b'), 'b crypto ipsec profile VPN', 'b no responder-only'])
    expect(ended.remediation?.begun).toEqual(['b'])
    expect(ended.exitCode).toBe(1)
    const next = await lab.remediate(requests('b'))
    expect(targets(next.devices[0])).toEqual([['VPN', 'pending', 'never-applied', false]])
    expect([sent(next), next.exitCode]).toEqual([[], 2])
  })
})

/** A fleet in which the far end of b cannot start; its old SA was there when it was changed, and nobody noticed. */
async function mute(): Promise<FleetLab> {
  const lab = createFleetLab(
    sites([{ name: 'a' }, { name: 'b', ends: ', starts: false' }, { name: 'c' }], {
      renew: '',
      lifetime: '50s',
    }),
  )
  const atOnce = rollout({}, { canary: { kind: 'fewest-peers', count: 0 } })
  const proof = { withinMs: 10_000, lostAfterMs: 90_000 }
  await lab.apply(requests('a', 'b', 'c'), { rollout: atOnce, proof })
  for (const host of ['a', 'b', 'c']) takeAway(lab, host)
  return lab
}

describe('a guard rail', () => {
  const window = (from: string, to: string): ChangeWindow => ({ from, to, timezone: 'UTC' })

  /** What was found on `a`, held by one thing. */
  function expectHeld(ended: Ended, why: string, message: RegExp, code = 'REMEDIATION_HELD'): void {
    expect(held(ended)).toEqual([`a ${why}`])
    expect(sent(ended)).toEqual([])
    expect(targets(ended.devices[0])).toEqual([['VPN', 'pending', 'drifted', false]])
    const findings = ended.devices[0]?.findings.filter((one) => one.code === code)
    expect(findings).toEqual([
      expect.objectContaining({ severity: 'warn', message: expect.stringMatching(message) }),
    ])
    expect(ended.remediation?.begun).toEqual([])
    expect(ended.exitCode).toBe(2)
  }

  // The fake clock begins at 19:30 UTC of 2026-11-24.
  it('is the window: outside it is looked all the same', async () => {
    const lab = await drifted(names('a'), ['a'])
    const ended = await lab.remediate(requests('a'), {
      rollout: rollout({ windows: [window('22:00', '04:00')] }),
    })
    expectHeld(
      ended,
      'window',
      /^the window \(22:00 to 04:00 UTC\) is closed; it opens at 2026-11-24 22:00 UTC$/,
    )
  })

  it('is every window of several, also where they never meet', async () => {
    const lab = await drifted(names('a'), ['a'])
    const both = (...windows: readonly ChangeWindow[]): Promise<Ended> =>
      lab.remediate(requests('a'), { rollout: rollout({ windows }) })
    const later = await both(window('19:00', '23:00'), window('22:00', '04:00'))
    expectHeld(later, 'window', /all windows of this run are open next at 2026-11-24 22:00 UTC$/)
    expectHeld(
      await both(window('19:00', '23:00'), window('02:00', '04:00')),
      'window',
      /are never open together/,
    )
    expect(statuses(await both(window('19:00', '23:00'), window('18:00', '04:00')))).toEqual(['a verified'])
  })

  it('is the end of the window while devices are changed', async () => {
    const lab = await drifted(names('a', 'b'), ['a', 'b'], { renew: '', lifetime: '1h' })
    const now = lab.world.clock.wall()
    // A device may need 11 m 30 s: the first is in time, the one after its minute is not.
    const to = new Date(now.getTime() + 12.5 * 60_000).toISOString().slice(11, 16)
    const ended = await lab.remediate(requests('a', 'b'), {
      rollout: rollout({ windows: [window('19:00', to)] }),
    })
    expect(statuses(ended)).toEqual(['a unproven', 'b pending'])
    expect(held(ended)).toEqual(['b window'])
    expect(ended.remediation?.begun).toEqual(['a'])
    expect(targets(ended.devices[1])).toEqual([['VPN', 'pending', 'drifted', false]])
    expect(sent(ended)).toEqual(putBack('a'))
  })

  it('is a freeze, by the calendar of its place, also one that begins too soon', async () => {
    const lab = await drifted(names('a'), ['a'])
    const frozen = (from: string, until: string, timezone: string): Promise<Ended> =>
      lab.remediate(requests('a'), { rules: { freeze: [{ from, until, timezone, reason: 'year end' }] } })
    // In Tokyo it is the 25th already.
    expectHeld(
      await frozen('2026-11-25', '2026-11-26', 'Asia/Tokyo'),
      'freeze',
      /^nothing is put back in a freeze \(2026-11-25 to 2026-11-26 Asia\/Tokyo: year end\)$/,
    )
    await lab.world.clock.advance(Date.parse('2026-11-24T23:55:00Z') - lab.world.clock.wall().getTime())
    const soon = await frozen('2026-11-25', '2026-11-25', 'UTC')
    expect(held(soon)).toEqual(['a freeze'])
    expect(sent(soon)).toEqual([])
    expect(soon.devices[0]?.findings).toContainEqual(
      expect.objectContaining({
        code: 'REMEDIATION_HELD',
        message: expect.stringContaining('begins at 2026-11-25 00:00 UTC, and a may need'),
      }),
    )
    expect(statuses(await frozen('2026-12-20', '2027-01-05', 'UTC'))).toEqual(['a verified'])
  })

  it('is the number of devices: of more, none is touched', async () => {
    const all = ['a', 'b', 'c', 'd']
    const lab = await drifted(names(...all), ['a', 'b', 'c'])
    const most = (count: number): Promise<Ended> =>
      lab.remediate(requests(...all), { rules: { maxDevices: { kind: 'count', count } } })
    const many = await most(2)
    expect(held(many)).toEqual(['a devices', 'b devices', 'c devices'])
    expect([sent(many), many.exitCode]).toEqual([[], 2])
    expect(statuses(await most(3))).toEqual(all.map((host) => `${host} verified`))
  })

  it('is the breaker: after so many times within its period the device is told, and left', async () => {
    const lab = await drifted(names('a', 'b'), [])
    const rules = { breaker: { times: 2, withinMs: 3_600_000 } }
    for (const _time of [1, 2]) {
      takeAway(lab, 'a')
      expect(statuses(await lab.remediate(requests('a'), { rules }))).toEqual(['a verified'])
    }
    takeAway(lab, 'a')
    expectHeld(
      await lab.remediate(requests('a'), { rules }),
      'breaker',
      /^a was put back 2 times within 1h, at 2026-11-24 19:3\d UTC for the last time/,
      'DRIFT_FOUGHT',
    )
    // Of one device: the other is put back beside it.
    takeAway(lab, 'b')
    const beside = await lab.remediate(requests('a', 'b'), { rules })
    expect([held(beside), beside.remediation?.begun]).toEqual([['a breaker'], ['b']])
    await lab.world.clock.advance(3_600_000)
    expect(statuses(await lab.remediate(requests('a'), { rules }))).toEqual(['a verified'])
  })

  it('is the budget of devices that cannot be reached, over the whole look', async () => {
    const all = ['a', 'b', 'c', 'd']
    const lab = createFleetLab(sites(names(...all)), {
      refuse: (host) => (away && host === 'd' ? down : undefined),
    })
    let away = false
    await lab.apply(requests(...all))
    takeAway(lab, 'a')
    away = true
    const ended = await lab.remediate(requests(...all))
    expect(held(ended)).toEqual(['a budget'])
    expect([sent(ended), ended.exitCode]).toEqual([[], 1])
    const half = rollout(
      {},
      { stopAfter: { ...settings.stopAfter, unreachable: { kind: 'percent', percent: 50 } } },
    )
    expect(statuses(await lab.remediate(requests(...all), { rollout: half }))).toEqual([
      'a verified',
      'b verified',
      'c verified',
      'd unreachable',
    ])
  })

  it('is anything else that is wrong with the device', async () => {
    const lab = createFleetLab(hub({ renew: '6s' }))
    await lab.apply([device('hub1', [profile('VPN')])])
    takeAway(lab, 'hub1')
    const typo = [device('hub1', [profile('VPN'), profile('VPM')])]
    const ended = await lab.remediate(typo)
    expect(held(ended)).toEqual(['hub1 otherwise'])
    expect(ended.remediation?.held[0]?.reason).toMatch(
      /^hub1 is drifted, and not only that \(blocked\): PROFILE_MISSING: /,
    )
    expect([sent(ended), ended.exitCode]).toEqual([[], 1])
    const around = { hosts: [], declared: [], accept: [], onBlocked: 'target', readPeers: false } as const
    const others = await lab.remediate(typo, { around })
    expect(targets(others.devices[0])).toEqual([
      ['VPN', 'verified', undefined, true],
      ['VPM', 'blocked', undefined, false],
    ])
    expect(sent(others)).toEqual(putBack('hub1'))
  })

  it('is another box under the same name', async () => {
    const lab = await drifted(names('a'), [])
    lab.world.meddle('a', [
      ...['enable', 'lab', 'configure terminal', 'crypto ipsec profile VPN', 'no responder-only', 'end'],
      ...['write memory', 'configure terminal', 'crypto ipsec profile VPN', 'responder-only', 'end'],
    ])
    const identity = { hostname: 'a', serials: ['FTX0000X000'] }
    const identities = async (): Promise<
      ReadonlyMap<string, { identity: typeof identity; runId: string; at: string }>
    > => new Map([['a', { identity, runId: 'r', at: '2026-11-24T00:00:00Z' }]])
    const history = { ...lab.world.ports.history, identities }
    const ended = await lab.remediate(requests('a'), { ports: { history } })
    expect(held(ended)).toEqual(['a otherwise'])
    expect(ended.remediation?.held[0]?.reason).toContain('IDENTITY_CHANGED')
    expect(ended.journal.filter(({ kind }) => kind === 'saving')).toEqual([])
  })

  it('is what somebody wrote down as expected, and that counts for nothing else', async () => {
    const lab = await drifted(names('a', 'b'), ['a', 'b'])
    const isKnown = (host: string, status: string): boolean => host === 'a' && status === 'pending'
    const ended = await lab.remediate(requests('a', 'b'), {
      rollout: rollout({ isKnown }),
      rules: { maxDevices: { kind: 'count', count: 1 } },
    })
    expect([held(ended), ended.remediation?.begun]).toEqual([['a otherwise'], ['b']])
  })

  it('is a no, and the end of the run', async () => {
    const lab = await drifted(names('a'), ['a'])
    const no = await lab.remediate(requests('a'), { ports: { approve: async () => false } })
    expectHeld(no, 'declined', /^a is not put back: nobody said yes$/)
    const end = new AbortController()
    const approve = async (): Promise<boolean> => {
      end.abort()
      return false
    }
    const asked = await lab.remediate(requests('a'), { signal: end.signal, ports: { approve } })
    expect([held(asked), sent(asked), asked.exitCode]).toEqual([['a interrupted'], [], 130])
    const early = await lab.remediate(requests('a'), { signal: AbortSignal.abort() })
    expect([sent(early), early.exitCode]).toEqual([[], 130])
  })
})

describe('the rollout of what is put back', () => {
  it('goes in waves after a canary, and keeps what belongs together apart', async () => {
    const lab = await drifted(names('a', 'b', 'c'), ['a', 'b', 'c'])
    const devices = [siteDevice('a', { pair: 'tyo' }), siteDevice('b', { pair: 'tyo' }), siteDevice('c')]
    const ended = await lab.remediate(devices, {
      rollout: rollout({}, { apart: ['pair'], canary: { kind: 'named', hosts: ['c'], patterns: [] } }),
    })
    expect(ended.rollout?.waves).toEqual([
      { canary: true, hosts: ['c'], begun: true },
      { canary: false, hosts: ['a'], begun: true },
      { canary: false, hosts: ['b'], begun: true },
    ])
    expect(statuses(ended)).toEqual(['a verified', 'b verified', 'c verified'])
  })

  it('ends with the first device that fails: the others stay as they were found', async () => {
    const lab = await mute()
    const ended = await lab.remediate(requests('a', 'b', 'c'), {
      rollout: rollout({}, { canary: { kind: 'named', hosts: ['b'], patterns: [] } }),
      proof: { withinMs: 300_000, lostAfterMs: 90_000 },
    })
    expect(statuses(ended)).toEqual(['a pending', 'b rolled-back', 'c pending'])
    expect(ended.remediation).toMatchObject({ due: ['a', 'b', 'c'], begun: ['b'] })
    expect(held(ended)).toEqual(['a stopped', 'c stopped'])
    expect(targets(ended.devices[0])).toEqual([['VPN', 'pending', 'drifted', false]])
    expect(ended.rollout?.stopped).toMatchObject({
      changed: 1,
      notBegun: 2,
      next: expect.stringContaining('drift --remediate'),
    })
    expect(ended.exitCode).toBe(1)
  })
})

describe('remediation in the contexts of an ASA', () => {
  const inContext = (name: string): TargetIntent => ({
    kind: 'static-entries',
    map: mapName('outside_map'),
    except: [],
    context: contextName(name),
  })
  const peers = [
    { key: '198.51.100.1', type: 'asa' },
    { key: '198.51.100.2', type: 'asa' },
  ] as const

  it('sets exactly the entry that drifted, in its own context', async () => {
    const lab = createFleetLab(contexts())
    const fw1 = [
      device('fw1', [inContext('customer-a'), inContext('customer-b')], { platform: 'asa', peers }),
    ]
    expect(statuses(await lab.apply(fw1))).toEqual(['fw1 verified'])
    lab.world.meddle('fw1', [
      ...['enable', 'lab', 'changeto context customer-b', 'configure terminal'],
      ...['crypto map outside_map 10 set connection-type bidirectional', 'end', 'write memory'],
    ])
    const ended = await lab.remediate(fw1)
    expect(targets(ended.devices[0])).toEqual([
      ['customer-a:outside_map/10', 'verified', undefined, false],
      ['customer-b:outside_map/10', 'verified', undefined, true],
    ])
    expect(ended.journal.filter(({ kind }) => kind === 'line-sending')).toMatchObject([
      {
        context: 'customer-b',
        target: 'customer-b:outside_map/10',
        line: 'crypto map outside_map 10 set connection-type answer-only',
      },
    ])
    expect([ended.remediation?.begun, ended.exitCode]).toEqual([['fw1'], 0])
  })
})
