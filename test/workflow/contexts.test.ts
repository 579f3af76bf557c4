import { describe, expect, it } from 'vitest'
import { err } from '../../src/kernel/result.ts'
import type { SaReading } from '../../src/model/facts.ts'
import type { TargetIntent } from '../../src/model/intent.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import type { Acceptance } from '../../src/model/playbook.ts'
import type { ChangeRecord } from '../../src/model/record.ts'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import type { RunSurroundings } from '../../src/workflow/judge-run.ts'
import type { Ports, Sessions } from '../../src/workflow/ports.ts'
import { verifyFleet } from '../../src/workflow/verify.ts'
import { contextName, entryTarget, mapName } from '../names.ts'
import { contexts } from './scenarios.ts'
import { createWorld, device, expectNothingSent, type World } from './world.ts'

const inContext = (name: string, seq: number): TargetIntent => ({
  kind: 'crypto-map-entry',
  map: mapName('outside_map'),
  seq,
  context: contextName(name),
})

const peers = [
  { key: '198.51.100.1', type: 'asa' },
  { key: '198.51.100.2', type: 'asa' },
] as const
const asked = (...targets: readonly TargetIntent[]) => device('fw1', targets, { platform: 'asa', peers })
const both = asked(inContext('customer-a', 10), inContext('customer-b', 10))
const answerOnly = 'crypto map outside_map 10 set connection-type answer-only'
const bidirectional = 'crypto map outside_map 10 set connection-type bidirectional'

async function run(
  world: World,
  step: typeof applyFleet,
  request = both,
  more: Parameters<World['request']>[1] = {},
  ports: Ports = world.ports,
): Promise<DeviceOutcome> {
  const { devices } = await world.clock.settle(step(world.request([request], more), ports))
  const [only, ...others] = devices
  if (only === undefined || others.length > 0) throw new Error(`${devices.length} outcomes for one device`)
  return only
}

const statuses = (outcome: DeviceOutcome): readonly (readonly unknown[])[] =>
  outcome.targets.map(({ name, status, after }) => [name, status, after])
/** What changes or saves a configuration, with the prompt that the device had it at. */
const writes = (world: World): readonly string[] =>
  world.typedAt('fw1').filter((line) => /\(config\)# |# (?:write|conf)/.test(line))

/** The run store of a world, as far as its journal tells. */
function historyOf(world: World, at: string): Ports['history'] {
  const lastChange = async (host: string, target: string): Promise<ChangeRecord | undefined> => {
    const [name] = target.split(':')
    const intent = world.journal.find((one) => one.kind === 'push-intent' && one.context === name)
    const outcome = world.journal.findLast((one) => one.kind === 'outcome' && one.target === target)
    if (intent?.kind !== 'push-intent' || outcome?.kind !== 'outcome') return undefined
    const readingsSince = world.journal.flatMap(
      (one): readonly { afterPushMs: number; reading: SaReading }[] =>
        one.kind === 'sa-reading' && one.context === name
          ? [{ afterPushMs: one.afterPushMs, reading: one.reading }]
          : [],
    )
    const { readingBefore } = intent
    return { runId: 'r', host, target, at, readingBefore, readingsSince, status: outcome.status }
  }
  return { ...world.ports.history, lastChange }
}

describe('an ASA in multiple context mode', () => {
  it('is changed and proven in each context that the playbook names, and saved there', async () => {
    const world = createWorld(contexts())
    const outcome = await run(world, applyFleet)
    expect(outcome).toMatchObject({ host: 'fw1', status: 'verified', saved: 'yes' })
    expect(statuses(outcome)).toEqual([
      ['customer-a:outside_map/10', 'verified', 'answer-only'],
      ['customer-b:outside_map/10', 'verified', 'answer-only'],
    ])
    expect(outcome.targets.map((target) => target.context)).toEqual(['customer-a', 'customer-b'])
    expect(outcome.change).toMatchObject({
      lines: [answerOnly, answerOnly],
      revert: [bidirectional, bidirectional],
    })
    expect(outcome.roles.map(({ target, peer, proof }) => [target, peer, proof])).toEqual([
      ['customer-a:outside_map/10', '198.51.100.1', 'proven'],
      ['customer-b:outside_map/10', '198.51.100.2', 'proven'],
    ])
    expect(writes(world)).toEqual(
      ['customer-a', 'customer-b'].flatMap((name) => [
        `fw1/${name}# configure terminal`,
        `fw1/${name}(config)# ${answerOnly}`,
        `fw1/${name}(config)# end`,
        `fw1/${name}# write memory`,
      ]),
    )
  })

  it('leaves every session at home before it logs out', async () => {
    const world = createWorld(contexts())
    await run(world, applyFleet)
    const typed = world.typedAt('fw1')
    const leaving = typed.filter((line) => line.endsWith('# exit'))
    expect(leaving.length).toBeGreaterThan(4)
    expect(leaving.every((line) => line === 'fw1# exit' || line === 'fw1/admin# exit')).toBe(true)
  })

  it('keeps the records of its contexts apart, also while both are being proven', async () => {
    const world = createWorld(contexts({ lifetime: '24h', renew: '20s' }))
    await run(world, applyFleet)
    for (const [name, peer] of [
      ['customer-a', '198.51.100.1'],
      ['customer-b', '198.51.100.2'],
    ] as const) {
      const readings = world.journal.flatMap((one) =>
        one.kind === 'sa-reading' && one.context === name ? [one.reading] : [],
      )
      expect(readings.length).toBeGreaterThan(1)
      expect(new Set(readings.flatMap(({ sas }) => sas.map((sa) => sa.peer)))).toEqual(new Set([peer]))
    }
    expect(world.journal.filter((one) => one.kind === 'device-outcome')).toHaveLength(1)
  })

  it('is never written to in two sessions at a time, nor polled where nothing is asked', async () => {
    const world = createWorld(contexts())
    const open = { write: 0, most: 0 }
    const polledAt: (string | undefined)[] = []
    const sessions: Sessions = {
      read: async (space, signal) => {
        polledAt.push(space.context)
        return world.ports.sessions.read(space, signal)
      },
      write: async (space) => {
        const opened = await world.ports.sessions.write(space)
        if (opened.kind === 'err') return opened
        open.write += 1
        open.most = Math.max(open.most, open.write)
        const close = opened.value.close.bind(opened.value)
        opened.value.close = async () => {
          open.write -= 1
          return close()
        }
        return opened
      },
    }
    await run(world, applyFleet, both, {}, { ...world.ports, sessions })
    expect(open.most).toBe(1)
    expect(polledAt.filter((context) => context === undefined)).toHaveLength(1)
  })

  it('is compliant the second time, and nothing is sent', async () => {
    const world = createWorld(contexts())
    await run(world, applyFleet)
    const sent = writes(world).length
    const again = await run(world, applyFleet)
    expect(again).toMatchObject({ status: 'compliant', saved: 'not-needed' })
    expect(statuses(again)).toEqual([
      ['customer-a:outside_map/10', 'compliant', 'answer-only'],
      ['customer-b:outside_map/10', 'compliant', 'answer-only'],
    ])
    expect(writes(world)).toHaveLength(sent)
  })

  it('is only read by plan, and asked about by context', async () => {
    const world = createWorld(contexts())
    const outcome = await run(world, planFleet)
    expect(outcome).toMatchObject({ status: 'pending', change: { lines: [answerOnly, answerOnly] } })
    expect(outcome.spaces).toMatchObject([
      { lines: [] },
      { context: 'customer-a', lines: [answerOnly] },
      { context: 'customer-b', lines: [answerOnly] },
    ])
    expectNothingSent(world, 'fw1')
    expect(writes(world)).toEqual([])
    const planned = world.events.flatMap((one) => (one.kind === 'planned' ? [one.plan.facts.context] : []))
    expect(planned).toEqual(['customer-a', 'customer-b'])
  })

  it('takes back the target of the context that refuses a line, and no other', async () => {
    const world = createWorld(contexts())
    let broken = false
    const write: Sessions['write'] = async (space) => {
      const opened = await world.ports.sessions.write(space)
      if (opened.kind === 'err' || space.context !== 'customer-b') return opened
      const send = opened.value.send.bind(opened.value)
      opened.value.send = async (step) => {
        if (broken) return send(step)
        broken = true
        return { kind: 'refused', refusal: 'ERROR: % Not now' }
      }
      return opened
    }
    const sessions = { ...world.ports.sessions, write }
    const outcome = await run(world, applyFleet, both, {}, { ...world.ports, sessions })
    expect(outcome).toMatchObject({ status: 'rolled-back', saved: 'yes', error: { code: 'LINE_REFUSED' } })
    expect(outcome.error?.message).toContain('customer-b:outside_map/10')
    expect(statuses(outcome)).toEqual([
      ['customer-a:outside_map/10', 'verified', 'answer-only'],
      ['customer-b:outside_map/10', 'rolled-back', 'bidirectional'],
    ])
    expect(writes(world).filter((line) => line.includes('connection-type'))).toEqual([
      `fw1/customer-a(config)# ${answerOnly}`,
      `fw1/customer-b(config)# ${bidirectional}`,
    ])
  })

  it('takes back the target of the context that lost a peer, in that context', async () => {
    const world = createWorld(contexts({ renew: '12h' }, ', starts: false'))
    const outcome = await run(world, applyFleet, both, {
      proof: { withinMs: 300_000, lostAfterMs: 90_000 },
    })
    expect(outcome).toMatchObject({ status: 'rolled-back', error: { code: 'PEER_LOST' } })
    expect(statuses(outcome)).toEqual([
      ['customer-a:outside_map/10', 'verified', 'answer-only'],
      ['customer-b:outside_map/10', 'rolled-back', 'bidirectional'],
    ])
    expect(writes(world).slice(-4)).toEqual([
      'fw1/customer-b# configure terminal',
      `fw1/customer-b(config)# ${bidirectional}`,
      'fw1/customer-b(config)# end',
      'fw1/customer-b# write memory',
    ])
  })

  it('has the SAs that it started cleared in their own contexts, one peer at a time', async () => {
    const quiet = contexts({ lifetime: '24h' })
      .replace('  renew: 6s\n', '')
      .replaceAll('type: asa, to:', 'type: asa, onTraffic: 10s, to:')
    const world = createWorld(quiet)
    const outcome = await run(
      world,
      applyFleet,
      both,
      {
        proof: { withinMs: 300_000, lostAfterMs: 30_000, renegotiate: 'initiated' },
        around: {
          hosts: [both.host],
          declared: peers.map((peer) => ({ ...peer, initiates: 'always' })),
          accept: [],
          onBlocked: 'device',
          readPeers: true,
        },
      },
      { ...world.ports, approveClears: async () => true },
    )
    const clears = [1, 2].map((nth) => [
      `clear crypto ikev1 sa 198.51.100.${nth}`,
      `clear crypto ipsec sa peer 198.51.100.${nth}`,
    ])
    expect(outcome).toMatchObject({ status: 'verified', change: { clears: clears.flat() } })
    expect(outcome.spaces?.map((space) => space.clears)).toEqual([[], ...clears])
    expect(world.typedAt('fw1').filter((line) => line.includes('# clear'))).toEqual([
      ...(clears[0] ?? []).map((line) => `fw1/customer-a# ${line}`),
      ...(clears[1] ?? []).map((line) => `fw1/customer-b# ${line}`),
    ])
  })

  it('fails in a context that is deleted before its push, and goes on with the others', async () => {
    const world = createWorld(contexts())
    const approve = async (): Promise<boolean> => {
      world.meddle('fw1', ['enable', 'lab', 'changeto system', 'configure terminal', 'no context customer-a'])
      return true
    }
    const outcome = await run(world, applyFleet, both, {}, { ...world.ports, approve })
    expect(outcome).toMatchObject({ status: 'failed', saved: 'yes', error: { code: 'UNEXPECTED_PROMPT' } })
    expect(outcome.error?.message).toContain('customer-a')
    expect(statuses(outcome)).toEqual([
      ['customer-a:outside_map/10', 'failed', undefined],
      ['customer-b:outside_map/10', 'verified', 'answer-only'],
    ])
    expect(outcome.targets[0]?.sent).toBe(false)
  })

  it('proves both contexts later, by the recorded change of each', async () => {
    const world = createWorld(contexts({ renew: '20h', lifetime: '24h' }))
    const at = world.clock.wall().toISOString()
    const first = await run(world, applyFleet)
    expect(statuses(first)).toEqual([
      ['customer-a:outside_map/10', 'unproven', 'answer-only'],
      ['customer-b:outside_map/10', 'unproven', 'answer-only'],
    ])
    expect(first.coverageText).toMatch(/^customer-a: 0 of 1 peers? proven.*; customer-b: 0 of 1 /)
    await world.clock.advance(25 * 3_600_000)
    const ports = { ...world.ports, history: historyOf(world, at) }
    const verified = await run(world, verifyFleet, both, {}, ports)
    expect(verified).toMatchObject({ status: 'verified' })
    expect(verified.targets.map((target) => [target.name, target.status])).toEqual([
      ['customer-a:outside_map/10', 'verified'],
      ['customer-b:outside_map/10', 'verified'],
    ])
  })

  it('is begun in no further context once the run was broken off', async () => {
    const world = createWorld(contexts())
    const abort = new AbortController()
    const emit: Ports['emit'] = (event) => {
      if (event.kind === 'line-sent') abort.abort('operator')
    }
    const outcome = await run(world, applyFleet, both, { signal: abort.signal }, { ...world.ports, emit })
    expect(outcome.targets.map((target) => [target.name, target.status, target.reason])).toEqual([
      ['customer-a:outside_map/10', 'unproven', undefined],
      ['customer-b:outside_map/10', 'skipped', 'the run was interrupted before this context was begun'],
    ])
  })
})

describe('a target that stands in no context of the device', () => {
  it.for([
    ['the wrong context', inContext('customer-b', 20), 'ENTRY_MISSING', 'customer-b:outside_map/20'],
    ['a context that does not exist', inContext('customer-c', 10), 'CONTEXT_MISSING', undefined],
    ['the system space', entryTarget('outside_map', 10), 'ENTRY_MISSING', 'outside_map/10'],
  ] as const)('refuses the device: %s', async ([, wrong, code, target]) => {
    const world = createWorld(contexts())
    const outcome = await run(world, applyFleet, asked(inContext('customer-a', 10), wrong))
    expect(outcome.status).toBe('blocked')
    expect(outcome.targets.map((one) => one.status)).toEqual(['blocked', 'blocked'])
    const finding = outcome.findings.find((one) => one.severity === 'block')
    expect([finding?.code, finding?.target]).toEqual([code, target])
    expectNothingSent(world, 'fw1')
  })
})

describe('a run that judges its devices together', () => {
  const around = (more: Partial<RunSurroundings> = {}) => ({
    around: {
      hosts: [both.host],
      declared: peers,
      accept: [],
      onBlocked: 'device' as const,
      readPeers: true,
      ...more,
    },
  })
  const silent = contexts({ lifetime: '24h' }, ', starts: false')
  const accepted: Acceptance = {
    code: 'SOLE_INITIATOR',
    hosts: ['fw1'],
    targets: ['customer-b:outside_map/10'],
    reason: 'the partner starts from Monday on',
    by: 'noc',
    until: '2027-03-31',
    at: { file: 'p.yml', line: 9, col: 3 },
  }

  it('refuses the whole device for a target in one of its contexts, where the playbook does not say otherwise', async () => {
    const world = createWorld(silent)
    const outcome = await run(world, applyFleet, both, around())
    expect(outcome.status).toBe('blocked')
    expect(outcome.targets.map((target) => target.status)).toEqual(['blocked', 'blocked'])
    expect(outcome.findings).toContainEqual(
      expect.objectContaining({ code: 'SOLE_INITIATOR', target: 'customer-b:outside_map/10' }),
    )
    expectNothingSent(world, 'fw1')
  })

  it.for([
    ['refuses the whole device', 'device', 'blocked'],
    ['changes the others where the playbook says so', 'target', 'verified'],
  ] as const)('beside a context that could not be read: %s', async ([, onBlocked, status]) => {
    const world = createWorld(contexts())
    const read: Sessions['read'] = async (space, signal) =>
      space.context === 'customer-b'
        ? err({ code: 'UNEXPECTED_PROMPT', cause: 'network', message: 'no context', next: 'look' })
        : world.ports.sessions.read(space, signal)
    const ports = { ...world.ports, sessions: { ...world.ports.sessions, read } }
    const outcome = await run(world, applyFleet, both, around({ onBlocked }), ports)
    expect(statuses(outcome).map((row) => [row[0], row[1]])).toEqual([
      ['customer-a:outside_map/10', status],
      ['customer-b:outside_map/10', 'failed'],
    ])
    expect(writes(world).length > 0).toBe(onBlocked === 'target')
  })

  it('changes the other contexts where it says so, also beside one that does not exist', async () => {
    const world = createWorld(silent)
    const three = asked(inContext('customer-a', 10), inContext('customer-b', 10), inContext('customer-c', 10))
    const outcome = await run(world, applyFleet, three, around({ onBlocked: 'target' }))
    expect(outcome.targets.map((target) => [target.name, target.status])).toEqual([
      ['customer-a:outside_map/10', expect.stringMatching(/verified|unproven/)],
      ['customer-b:outside_map/10', 'blocked'],
      ['customer-c:outside_map/10', 'blocked'],
    ])
    expect(writes(world).filter((line) => line.includes('connection-type'))).toEqual([
      `fw1/customer-a(config)# ${answerOnly}`,
    ])
  })

  it('takes what is accepted in one context for no leftover because of another', async () => {
    const world = createWorld(silent)
    const outcome = await run(world, planFleet, both, around({ accept: [accepted] }))
    expect(outcome.status).toBe('pending')
    expect(outcome.findings.map(({ code }) => code)).not.toContain('ACCEPT_UNUSED')
    const spare = { ...accepted, targets: ['customer-a:outside_map/10'] }
    const other = await run(world, planFleet, both, around({ accept: [accepted, spare] }))
    expect(other.findings.filter(({ code }) => code === 'ACCEPT_UNUSED')).toHaveLength(1)
  })
})
