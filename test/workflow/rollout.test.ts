import { describe, expect, it } from 'vitest'
import type { ChangeRecord } from '../../src/model/record.ts'
import type { RolloutSettings } from '../../src/model/rollout.ts'
import type { Unreachable } from '../../src/model/shell.ts'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import type { FleetRequest, FleetResult } from '../../src/workflow/fleet-request.ts'
import type { Ports, Sessions } from '../../src/workflow/ports.ts'
import type { RolloutRules } from '../../src/workflow/rollout/rollout.ts'
import { type Site, siteDevice, sites } from './sites.ts'
import { configLines, createWorld, expectNothingSent, type World } from './world.ts'

const proof = { withinMs: 300_000, lostAfterMs: 90_000 }

const settings: RolloutSettings = {
  concurrency: 10,
  canary: { kind: 'fewest-peers', count: 1 },
  canaryNeeds: 'alive',
  wave: { kind: 'percent', percent: 100 },
  stopAfter: {
    failed: { kind: 'count', count: 1 },
    unreachable: { kind: 'percent', percent: 50 },
    authentication: 2,
  },
  apart: [],
}

function rules(more: Partial<RolloutSettings> = {}, rest: Partial<RolloutRules> = {}): RolloutRules {
  return { settings: { ...settings, ...more }, isKnown: () => false, ...rest }
}

function named(...names: readonly string[]): Site[] {
  return names.map((name) => ({ name }))
}

async function applied(
  world: World,
  names: readonly string[],
  rollout: RolloutRules,
  more: Partial<FleetRequest> & { readonly ports?: Ports } = {},
): Promise<FleetResult> {
  const { ports = world.ports, ...request } = more
  const devices = names.map((name) => siteDevice(name))
  return world.clock.settle(applyFleet(world.request(devices, { proof, rollout, ...request }), ports))
}

const statusOf = ({ devices }: FleetResult): readonly string[] =>
  devices.map(({ host, status }) => `${host} ${status}`)

/** When the first line of each device was sent. */
function watchPushes(world: World): ReadonlyMap<string, number> {
  const pushes = new Map<string, number>()
  const { append } = world.ports.journal
  world.ports.journal.append = async (entry) => {
    if (entry.kind === 'line-sending' && !pushes.has(entry.host))
      pushes.set(entry.host, world.clock.monotonicMs())
    return append(entry)
  }
  return pushes
}

const down: Unreachable = { code: 'CONNECT_FAILED', cause: 'network', message: 'refused', next: 'look' }

describe('waves', () => {
  it('begin one after the other, each when the one before is verified', async () => {
    const world = createWorld(sites([{ name: 'a', tunnels: 2 }, ...named('b', 'c', 'd')]))
    const pushes = watchPushes(world)
    const result = await applied(world, ['a', 'b', 'c', 'd'], rules({ wave: { kind: 'count', count: 2 } }))
    expect(statusOf(result)).toEqual(['a verified', 'b verified', 'c verified', 'd verified'])
    expect(result.rollout).toEqual({
      waves: [
        { canary: true, hosts: ['b'], begun: true },
        { canary: false, hosts: ['a', 'c'], begun: true },
        { canary: false, hosts: ['d'], begun: true },
      ],
    })
    const at = (host: string): number => pushes.get(host) ?? Number.NaN
    expect(at('a')).toBeGreaterThan(at('b'))
    expect(at('c')).toBeLessThan(at('d'))
    // Far ends renew every six seconds: nobody waits a minute.
    expect(at('d')).toBeLessThan(60_000)
    expect(world.events.filter(({ kind }) => kind === 'wave-started')).toMatchObject([
      { wave: 1, of: 3, canary: true, hosts: ['b'], awaits: 'alive' },
      { wave: 2, of: 3, canary: false, awaits: 'alive' },
      { wave: 3, of: 3 },
    ])
  })

  it('begin when the one before has been alive for a minute, and its proof goes on beside them', async () => {
    const world = createWorld(sites(named('a', 'b'), { renew: '', lifetime: '1h' }))
    const pushes = watchPushes(world)
    const result = await applied(world, ['a', 'b'], rules())
    expect(statusOf(result)).toEqual(['a unproven', 'b unproven'])
    const gap = (pushes.get('b') ?? 0) - (pushes.get('a') ?? 0)
    expect(gap).toBeGreaterThanOrEqual(60_000)
    expect(gap).toBeLessThan(90_000)
    // Five minutes of proof for each, the first minute of a before b: they overlap.
    expect(world.clock.monotonicMs()).toBeLessThan(400_000)
  })

  it('wait for the minute also where proof is shorter', async () => {
    const world = createWorld(sites(named('a', 'b'), { renew: '', lifetime: '1h' }))
    const pushes = watchPushes(world)
    const result = await applied(world, ['a', 'b'], rules(), {
      proof: { withinMs: 10_000, lostAfterMs: 90_000 },
    })
    expect(statusOf(result)).toEqual(['a unproven', 'b unproven'])
    expect((pushes.get('b') ?? 0) - (pushes.get('a') ?? 0)).toBeGreaterThanOrEqual(60_000)
  })

  it('count only what is to be changed, and wait for nothing when the canary is all there is', async () => {
    const world = createWorld(sites([{ name: 'a' }, { name: 'b', set: true }], { renew: '', lifetime: '1h' }))
    const result = await applied(world, ['a', 'b'], rules(), {
      proof: { withinMs: 10_000, lostAfterMs: 90_000 },
    })
    expect(statusOf(result)).toEqual(['a unproven', 'b compliant'])
    expect(result.rollout?.waves).toEqual([{ canary: true, hosts: ['a'], begun: true }])
    expect(world.clock.monotonicMs()).toBeLessThan(60_000)
  })

  it('keep members of a pair apart, and say first when the rollout ends between them', async () => {
    // The far end of b cannot start: b loses it, and the rollout stops.
    const world = createWorld(sites([{ name: 'b', ends: ', starts: false' }, ...named('a', 'c')]))
    const devices = [siteDevice('a', { pair: 'tyo' }), siteDevice('b'), siteDevice('c', { pair: 'tyo' })]
    const request = world.request(devices, {
      proof,
      rollout: rules({
        canary: { kind: 'named', hosts: ['a'], patterns: [] },
        wave: { kind: 'count', count: 1 },
        apart: ['pair'],
      }),
    })
    const result = await world.clock.settle(applyFleet(request, world.ports))
    expect(result.rollout?.waves.map(({ hosts }) => hosts)).toEqual([['a'], ['b'], ['c']])
    expect(statusOf(result)).toEqual(['a verified', 'b rolled-back', 'c skipped'])
    expect(result.rollout?.stopped).toMatchObject({
      changed: 2,
      notBegun: 1,
      split: ['pair tyo: a begun, c not'],
      reason: expect.stringMatching(/^b: VPN lost/),
    })
    expectNothingSent(world, 'c')
  })
})

describe('the canary', () => {
  it('stops the rollout when it fails, whatever the budget', async () => {
    const world = createWorld(sites([{ name: 'a', ends: ', starts: false' }, ...named('b', 'c')]))
    const many = { ...settings.stopAfter, failed: { kind: 'count', count: 9 } as const }
    const result = await applied(world, ['a', 'b', 'c'], rules({ stopAfter: many }))
    expect(statusOf(result)).toEqual(['a rolled-back', 'b skipped', 'c skipped'])
    expect(result.devices[1]?.targets[0]?.reason).toMatch(/stopped before this device was begun: a: VPN lost/)
    expect(result.rollout?.stopped).toMatchObject({ changed: 1, notBegun: 2 })
    for (const host of ['b', 'c']) expectNothingSent(world, host)
  })

  it('has to be reachable when its turn comes', async () => {
    const world = createWorld(sites(named('a', 'b')), {
      refuse: (host, kind) => (host === 'a' && kind === 'write' ? down : undefined),
    })
    const result = await applied(
      world,
      ['a', 'b'],
      rules({ stopAfter: { ...settings.stopAfter, unreachable: { kind: 'count', count: 2 } } }),
    )
    expect(statusOf(result)).toEqual(['a unreachable', 'b skipped'])
    expect(result.rollout?.stopped?.reason).toBe('the canary a is unreachable: no device goes before it')
  })

  it.each([['is refused', { version: '12.4(25)' }, /^the canary a is blocked/]])(
    'that is named and %s lets no other go before it',
    async (_, site, reason) => {
      const world = createWorld(sites([{ name: 'a', ...site }, ...named('b')]))
      let asked = false
      const ports: Ports = { ...world.ports, approve: async () => (asked = true) }
      const result = await applied(
        world,
        ['a', 'b'],
        rules({ canary: { kind: 'named', hosts: ['a'], patterns: [] } }),
        { ports },
      )
      expect(statusOf(result)).toEqual(['a blocked', 'b skipped'])
      expect(result.rollout?.stopped?.reason).toMatch(reason)
      expect(asked).toBe(false)
      expectNothingSent(world, 'b')
    },
  )

  const verified = { canaryNeeds: 'verified' } as const

  it('has to be verified where that is asked for; the rest waits for the next run', async () => {
    const world = createWorld(sites(named('a', 'b'), { renew: '', lifetime: '1h' }))
    const result = await applied(world, ['a', 'b'], rules(verified))
    expect(statusOf(result)).toEqual(['a unproven', 'b skipped'])
    expect(result.rollout?.stopped).toMatchObject({
      reason: 'the canary a is not verified yet, and rollout.canaryNeeds is verified',
      next: expect.stringMatching(/^run apply again when its old SAs have ended/),
    })
    expectNothingSent(world, 'b')
  })

  it('goes on at once when it is verified', async () => {
    const world = createWorld(sites(named('a', 'b')))
    expect(statusOf(await applied(world, ['a', 'b'], rules(verified)))).toEqual(['a verified', 'b verified'])
  })

  const record = (status: ChangeRecord['status']): ChangeRecord => ({
    runId: '20261124T100000-abcdef',
    host: 'a',
    target: 'VPN',
    at: '2026-11-24T10:00:00.000Z',
    wanted: 'responder-only',
    readingBefore: { sas: [], unreadable: [] },
    readingsSince: [],
    status,
  })

  it.each([
    ['verified', ['a compliant', 'b verified', 'c verified']],
    ['unproven', ['a unproven', 'b skipped', 'c skipped']],
  ] as const)('of an earlier run that is %s by now decides about the waves', async (status, expected) => {
    // The far end of a has no SA now, so that nothing new is shown of it.
    const world = createWorld(sites([{ name: 'a', set: true, ends: ', silent: true' }, ...named('b', 'c')]))
    const history: Ports['history'] = {
      ...world.ports.history,
      lastChange: async (host) => (host === 'a' ? record(status) : undefined),
    }
    const result = await applied(world, ['a', 'b', 'c'], rules(verified), {
      ports: { ...world.ports, history },
    })
    expect(statusOf(result)).toEqual(expected)
    // No second canary where the first one has done its work.
    if (status === 'verified')
      expect(result.rollout?.waves).toMatchObject([{ canary: false, hosts: ['b', 'c'] }])
  })

  it('whose SAs end with the change stops the rollout, and the fact is printed', async () => {
    const world = createWorld(sites(named('a', 'b'), { renew: '', lifetime: '1h' }))
    const write: Sessions['write'] = async (space) => {
      const opened = await world.ports.sessions.write(space)
      if (opened.kind === 'err') return opened
      const shell = opened.value
      const { leaveConfig } = shell
      shell.leaveConfig = async () => {
        await leaveConfig.call(shell)
        world.meddle(space.host.name, ['enable', 'lab', 'clear crypto session'])
      }
      return opened
    }
    const ports = { ...world.ports, sessions: { ...world.ports.sessions, write } }
    const result = await applied(world, ['a', 'b'], rules(), { ports })
    const [a, b] = result.devices
    expect(b?.status).toBe('skipped')
    expect(a?.findings.find(({ code }) => code === 'SA_DROPPED')).toMatchObject({
      severity: 'warn',
      message: expect.stringMatching(/^2 established SAs with more than two minutes .* on IOS 15\.2\(4\)M6$/),
      peers: ['198.19.0.1'],
    })
    expect(result.rollout?.stopped?.reason).toContain('SA_DROPPED')
  })
})

describe('budgets', () => {
  const refusing = '    refuse: "^responder-only"'

  it('of failures stop the rollout when they are used up, and not before', async () => {
    const scenario = sites(
      ['a', 'b', 'c', 'd', 'e'].map((name) =>
        name === 'b' || name === 'd' ? { name, knobs: refusing } : { name },
      ),
    )
    const one = { wave: { kind: 'count', count: 1 } } as const
    const names = ['a', 'b', 'c', 'd', 'e']
    const first = await applied(createWorld(scenario), names, rules(one))
    expect(statusOf(first)).toEqual(['a verified', 'b rolled-back', 'c skipped', 'd skipped', 'e skipped'])
    expect(first.rollout?.stopped).toMatchObject({
      changed: 2,
      notBegun: 3,
      reason: '1 device failed, went back or cannot be told (b), and rollout.stopAfter.failed is 1',
    })
    const two = {
      ...one,
      stopAfter: { ...settings.stopAfter, failed: { kind: 'percent', percent: 40 } },
    } as const
    const second = await applied(createWorld(scenario), names, rules(two))
    expect(statusOf(second)).toEqual([
      'a verified',
      'b rolled-back',
      'c verified',
      'd rolled-back',
      'e skipped',
    ])
    expect(second.rollout?.stopped?.reason).toContain('40% (2 of 5)')
  })

  it('do not count what was refused before the first write, nor what the playbook expects', async () => {
    const scenario = sites([
      ...named('a'),
      { name: 'b', version: '12.4(25)' },
      { name: 'c', knobs: refusing },
      ...named('d'),
    ])
    const known = rules(
      { wave: { kind: 'count', count: 1 } },
      { isKnown: (host, status) => host === 'c' && status === 'rolled-back' },
    )
    const result = await applied(createWorld(scenario), ['a', 'b', 'c', 'd'], known)
    expect(statusOf(result)).toEqual(['a verified', 'b blocked', 'c rolled-back', 'd verified'])
    expect(result.rollout?.stopped).toBeUndefined()
  })

  it('of unreachable devices end the reading of further ones, and nothing is sent', async () => {
    const world = createWorld(sites(named('a', 'b', 'c', 'd')), {
      refuse: (host) => (host === 'a' || host === 'b' ? down : undefined),
    })
    const result = await applied(world, ['a', 'b', 'c', 'd'], rules(), { concurrency: 1 })
    expect(statusOf(result)).toEqual(['a unreachable', 'b unreachable', 'c skipped', 'd skipped'])
    expect(world.received('c')).toEqual([])
    expect(result.rollout?.stopped).toMatchObject({
      reason: expect.stringMatching(/^2 of 4 devices cannot be reached/),
      notBegun: 2,
      next: expect.stringMatching(/^make them reachable/),
    })
    expect(result.devices[2]).toMatchObject({
      reason: expect.stringMatching(/^it was not read any more: 2 of 4 devices cannot be reached \(a, b\)/),
      targets: [{ name: 'VPN', status: 'skipped' }],
    })
    const four = await applied(
      createWorld(sites(named('a', 'b', 'c', 'd')), { refuse: (host) => (host < 'c' ? down : undefined) }),
      ['a', 'b', 'c', 'd'],
      rules(),
    )
    expect(statusOf(four)).toEqual(['a unreachable', 'b unreachable', 'c skipped', 'd skipped'])
    expect(four.devices[2]?.targets[0]?.reason).toMatch(/^nothing was sent: 2 of 4 devices cannot be reached/)
  })

  it('of unreachable devices are not used up by those that are known', async () => {
    const world = createWorld(sites(named('a', 'b')), { refuse: (host) => (host === 'a' ? down : undefined) })
    const known = rules({}, { isKnown: (host, status) => host === 'a' && status === 'unreachable' })
    expect(statusOf(await applied(world, ['a', 'b'], known))).toEqual(['a unreachable', 'b verified'])
  })

  it('do not keep plan from reading everything', async () => {
    const world = createWorld(sites(named('a', 'b', 'c')), {
      refuse: (host) => (host === 'a' ? down : undefined),
    })
    const request = world.request(
      ['a', 'b', 'c'].map((name) => siteDevice(name)),
      {
        proof,
        concurrency: 1,
        rollout: rules({ stopAfter: { ...settings.stopAfter, unreachable: { kind: 'count', count: 1 } } }),
      },
    )
    expect(statusOf(await world.clock.settle(planFleet(request, world.ports)))).toEqual([
      'a unreachable',
      'b pending',
      'c pending',
    ])
  })
})

describe('the window', () => {
  // The fake clock begins at 19:30 UTC.
  const window = (from: string, to: string): Partial<RolloutRules> => ({
    windows: [{ from, to, timezone: 'UTC' }],
  })

  it('is kept to: outside it nothing is contacted, and the next opening is told', async () => {
    const world = createWorld(sites(named('a', 'b')))
    const result = await applied(world, ['a', 'b'], rules({}, window('22:00', '04:00')))
    expect(statusOf(result)).toEqual(['a skipped', 'b skipped'])
    expect(world.received('a')).toEqual([])
    expect(result.rollout?.stopped).toMatchObject({
      changed: 0,
      notBegun: 2,
      reason: 'the window (22:00 to 04:00 UTC) is closed; it opens at 2026-11-24 22:00 UTC',
    })
    expect(world.journal.filter(({ kind }) => kind === 'device-outcome')).toHaveLength(2)
  })

  it('lets no device begin that might not be done by its end', async () => {
    const world = createWorld(sites(named('a', 'b'), { renew: '', lifetime: '1h' }))
    // A device may need 10 minutes and 90 seconds: a is in time, b a minute later is not.
    const result = await applied(world, ['a', 'b'], rules({}, window('19:00', '19:42')))
    expect(statusOf(result)).toEqual(['a unproven', 'b skipped'])
    expect(result.rollout?.stopped).toMatchObject({
      reason: 'the window (19:00 to 19:42 UTC) ends at 2026-11-24 19:42 UTC, and b may need 11m 30s',
      next: 'run apply again when the window opens next, at 2026-11-25 19:00 UTC',
    })
    expectNothingSent(world, 'b')
  })

  it('does not end a device in hand: it is brought to its end, and taken back past the window too', async () => {
    const world = createWorld(sites([{ name: 'a', ends: ', starts: false' }], { renew: '', lifetime: '18m' }))
    const more = { proof: { withinMs: 1_200_000, lostAfterMs: 90_000 } }
    const result = await applied(world, ['a'], rules({}, window('19:00', '19:42')), more)
    expect(statusOf(result)).toEqual(['a rolled-back'])
    expect(world.clock.monotonicMs()).toBeGreaterThan(12 * 60_000)
    expect(configLines(world, 'a')).toContain('no responder-only')
  })
})
