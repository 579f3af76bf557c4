import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import type { SavePolicy } from '../../src/model/playbook.ts'
import type { JournalEntry } from '../../src/model/record.ts'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import type { FleetRequest } from '../../src/workflow/fleet-request.ts'
import type { RunSurroundings } from '../../src/workflow/judge-run.ts'
import { verifyFleet } from '../../src/workflow/verify.ts'
import { contextName, mapName } from '../names.ts'
import { asa, contexts, end, hub } from './scenarios.ts'
import { createWorld, device, entry, profile, type World } from './world.ts'

const hub1 = device('hub1', [profile('VPN')])
const peers = [
  { key: '203.0.113.20', type: 'asa' },
  { key: '203.0.113.21', type: 'asa' },
] as const
const asa1 = device('asa1', [entry('outside_map', 10)], { platform: 'asa', peers })

interface Ended {
  readonly outcome: DeviceOutcome
  readonly exitCode: number
}

async function run(
  world: World,
  step: typeof applyFleet,
  save: SavePolicy,
  more: Partial<FleetRequest> = {},
  request = hub1,
  ports = world.ports,
): Promise<Ended> {
  const { devices } = await world.clock.settle(step(world.request([request], { save, ...more }), ports))
  const [outcome] = devices
  if (outcome === undefined) throw new Error('no device')
  const at = { startedAt: '', finishedAt: '', interrupted: false }
  return { outcome, exitCode: exitCodeOf({ command: 'apply', runId: 'r', playbook: 'p', devices, ...at }) }
}

const writes = (world: World, host = 'hub1'): readonly string[] =>
  world.received(host).filter((line) => /^(?:write|responder-only|crypto map|configure)/.test(line))

const found = ({ outcome }: Ended, code: Finding['code']): Finding | undefined =>
  outcome.findings.find((finding) => finding.code === code)

/** The hub with what its device writes by itself, which is no unsaved work. */
const quiet = (knobs = ''): string =>
  hub({ renew: '6s', knobs }).replace(
    '      interface Tunnel1\n',
    '      crypto pki certificate chain TP-self-signed-1\n       certificate self-signed 01\n        3082022B 30820194\n        quit\n      ntp clock-period 17180001\n      interface Tunnel1\n',
  )
const foreign = '    unsaved: |\n      ip name-server 10.0.0.9\n      snmp-server community s3cr3t RO\n'
const hidden = "    authorization: { deny: '^show (?:archive|startup)' }\n"
const accepted: RunSurroundings = {
  hosts: [],
  declared: [],
  accept: [
    {
      code: 'UNSAVED_CHANGES',
      hosts: ['hub1'],
      targets: ['*'],
      reason: 'a night shift at work',
      by: 'noc',
      until: '2027-03-31',
      at: { file: 'x.yml', line: 9, col: 3 },
    },
  ],
  onBlocked: 'device',
  readPeers: false,
}

describe('apply, on a device without foreign unsaved work', () => {
  it.for(['if-clean', 'always'] as const)('saves with %s, and reads startup again', async (save) => {
    const world = createWorld(quiet())
    const ended = await run(world, applyFleet, save)
    expect(ended).toMatchObject({ exitCode: 0, outcome: { status: 'verified', saved: 'yes' } })
    expect(found(ended, 'UNSAVED_CHANGES')).toBeUndefined()
    const lines = world.received('hub1')
    const saved = lines.indexOf('write memory')
    expect(lines.slice(saved + 1).some((line) => line.startsWith('show archive config differences'))).toBe(
      true,
    )
    expect(await run(world, planFleet, save)).toMatchObject({ exitCode: 0, outcome: { status: 'compliant' } })
  })

  it('does not save with never, and calls nothing pending then', async () => {
    const world = createWorld(quiet())
    const ended = await run(world, applyFleet, 'never')
    expect(ended).toMatchObject({ exitCode: 0, outcome: { status: 'verified', saved: 'no' } })
    expect(writes(world)).not.toContain('write memory')
    expect(await run(world, planFleet, 'never')).toMatchObject({ exitCode: 0 })
  })
})

describe('apply, on a device with foreign unsaved work', () => {
  it('changes and does not save with if-clean, and says how many lines stand in the way', async () => {
    const world = createWorld(quiet(foreign))
    const ended = await run(world, applyFleet, 'if-clean')
    expect(ended).toMatchObject({
      exitCode: 3,
      outcome: { status: 'verified', saved: 'no', foreignUnsaved: 2 },
    })
    expect(found(ended, 'UNSAVED_CHANGES')).toMatchObject({
      severity: 'warn',
      message: expect.stringContaining('2 lines'),
      evidence: '+ ip name-server 10.0.0.9\n+ snmp-server community *****',
    })
    expect(found(ended, 'NOT_SAVED')?.message).toContain("2 lines of somebody else's unsaved work")
    expect(writes(world)).not.toContain('write memory')
    expect(JSON.stringify([ended, world.journal])).not.toContain('s3cr3t')
  })

  it('is refused with always', async () => {
    const world = createWorld(quiet(foreign))
    const ended = await run(world, applyFleet, 'always')
    expect(ended).toMatchObject({ exitCode: 1, outcome: { status: 'blocked' } })
    expect(found(ended, 'UNSAVED_CHANGES')?.severity).toBe('block')
    expect(writes(world)).toEqual([])
  })

  it('saves all of it with always where a person accepts that', async () => {
    const world = createWorld(quiet(foreign))
    const ended = await run(world, applyFleet, 'always', { around: accepted })
    expect(ended).toMatchObject({ exitCode: 0, outcome: { status: 'verified', saved: 'yes' } })
    expect(found(ended, 'UNSAVED_CHANGES')).toMatchObject({ severity: 'block', accepted: { by: 'noc' } })
  })

  it('is only told with never', async () => {
    const ended = await run(createWorld(quiet(foreign)), applyFleet, 'never')
    expect(ended).toMatchObject({ exitCode: 0, outcome: { saved: 'no' } })
    expect(found(ended, 'UNSAVED_CHANGES')?.severity).toBe('info')
    expect(found(ended, 'NOT_SAVED')).toBeUndefined()
  })

  it('is only told where nothing of the run is to be saved', async () => {
    const world = createWorld(quiet(foreign))
    const request = device('hub1', [profile('VPN')], { state: 'bidirectional' })
    const ended = await run(world, applyFleet, 'always', {}, request)
    expect(ended).toMatchObject({ exitCode: 0, outcome: { status: 'compliant', saved: 'not-needed' } })
    expect(found(ended, 'UNSAVED_CHANGES')?.severity).toBe('info')
  })

  it('leaves unsaved what somebody began between plan and push', async () => {
    const world = createWorld(quiet())
    const meddle = async (): Promise<boolean> => {
      world.meddle('hub1', ['enable', 'lab', 'configure terminal', 'interface Loopback7', 'end'])
      return true
    }
    const ended = await run(world, applyFleet, 'if-clean', {}, hub1, { ...world.ports, approve: meddle })
    expect(ended).toMatchObject({
      exitCode: 3,
      outcome: { status: 'verified', saved: 'no', foreignUnsaved: 1 },
    })
    expect(writes(world)).not.toContain('write memory')
  })

  it('refuses the device with always when somebody began it between plan and push', async () => {
    const world = createWorld(quiet())
    const meddle = async (): Promise<boolean> => {
      world.meddle('hub1', ['enable', 'lab', 'configure terminal', 'interface Loopback7', 'end'])
      return true
    }
    const ended = await run(world, applyFleet, 'always', {}, hub1, { ...world.ports, approve: meddle })
    expect(ended).toMatchObject({ exitCode: 1, outcome: { status: 'blocked' } })
    expect(found(ended, 'PLAN_STALE')?.message).toContain('UNSAVED_CHANGES')
    expect(writes(world)).toEqual([])
  })
})

describe('apply, on a device that does not tell', () => {
  it('does not save with if-clean, and says why', async () => {
    const world = createWorld(quiet(hidden))
    const ended = await run(world, applyFleet, 'if-clean')
    expect(ended).toMatchObject({ exitCode: 3, outcome: { status: 'verified', saved: 'no' } })
    expect(ended.outcome.foreignUnsaved).toBeUndefined()
    expect(found(ended, 'UNSAVED_CHANGES')?.severity).toBe('warn')
    expect(found(ended, 'NOT_SAVED')?.message).toContain('did not show its startup configuration')
    expect(writes(world)).not.toContain('write memory')
  })

  it('is refused with always', async () => {
    const ended = await run(createWorld(quiet(hidden)), planFleet, 'always')
    expect(ended.outcome.status).toBe('blocked')
  })

  it('says nothing of it with never', async () => {
    const ended = await run(createWorld(quiet(hidden)), applyFleet, 'never')
    expect(found(ended, 'UNSAVED_CHANGES')).toBeUndefined()
  })

  it('does not say that it saved what cannot be read again', async () => {
    const ended = await run(createWorld(quiet(hidden)), applyFleet, 'always', { around: accepted })
    expect(ended).toMatchObject({ exitCode: 3, outcome: { saved: 'no' } })
    expect(found(ended, 'NOT_SAVED')?.evidence).toContain('[OK]')
  })

  it('is asked for its startup instead where it has no comparison of its own', async () => {
    const world = createWorld(quiet("    refuse: '^show archive'\n"))
    const ended = await run(world, applyFleet, 'if-clean')
    expect(ended).toMatchObject({ exitCode: 0, outcome: { status: 'verified', saved: 'yes' } })
    expect(world.received('hub1').filter((line) => line === 'show startup-config').length).toBe(3)
  })
})

describe('a device that does not save', () => {
  it.for([
    ['full', 'No space left on device', 1],
    ['busy', 'Device or resource busy', 4],
    ['forgets', 'does not give VPN the value responder-only', 1],
  ] as const)('is told, and asked no further: %s', async ([how, said, times]) => {
    const world = createWorld(quiet(`    saving: ${how}\n`))
    const ended = await run(world, applyFleet, 'if-clean')
    expect(ended).toMatchObject({ exitCode: 3, outcome: { status: 'verified', saved: 'no' } })
    expect(found(ended, 'NOT_SAVED')?.evidence).toContain(said)
    expect(writes(world).filter((line) => line === 'write memory').length).toBe(times)
    expect(world.journal).toContainEqual(expect.objectContaining({ kind: 'saved', ok: false }))
  })

  it.for(['busy-once', 'asks'] as const)('saves in the end where it says %s', async (how) => {
    const ended = await run(createWorld(quiet(`    saving: ${how}\n`)), applyFleet, 'if-clean')
    expect(ended).toMatchObject({ exitCode: 0, outcome: { saved: 'yes' } })
  })

  it('is not saved beside a target that could not be taken back: nobody knows what would be saved', async () => {
    const refuses = '    refuse: "outside_map 20 set connection-type"'
    const world = createWorld(asa({ knobs: refuses }))
    const both = device('asa1', [entry('outside_map', 10), entry('outside_map', 20)], {
      platform: 'asa',
      peers: [
        { key: '203.0.113.20', type: 'asa' },
        { key: '203.0.113.21', type: 'asa' },
      ],
    })
    const { devices } = await world.clock.settle(applyFleet(world.request([both]), world.ports))
    expect(devices[0]?.targets.map(({ name, status }) => [name, status])).toEqual([
      ['outside_map/10', 'verified'],
      ['outside_map/20', 'unknown'],
    ])
    expect(devices[0]?.saved).toBe('no')
    const [finding] = devices[0]?.findings.filter(({ code }) => code === 'NOT_SAVED') ?? []
    expect(finding?.evidence).toMatch(/outside_map\/20/)
    expect(world.received('asa1').filter((line) => line.startsWith('write'))).toEqual([])
  })

  it('is saved again after a revert when it may have saved the change', async () => {
    const sole = [end('203.0.113.11', ', starts: false'), end('203.0.113.12')]
    const world = createWorld(hub({ ends: sole, knobs: '    saving: forgets\n' }))
    const ended = await run(world, applyFleet, 'if-clean')
    expect(ended).toMatchObject({ exitCode: 1, outcome: { status: 'rolled-back', saved: 'yes' } })
    expect(writes(world).filter((line) => line === 'write memory').length).toBe(2)
  })
})

describe('the journal', () => {
  const kinds = (world: World): readonly string[] => world.journal.map((entry) => entry.kind)

  it('has each save before it is sent', async () => {
    const seen: (readonly string[])[] = []
    const world = createWorld(quiet())
    const append = async (entry: JournalEntry): Promise<void> => {
      if (entry.kind === 'saving') seen.push(writes(world))
      await world.ports.journal.append(entry)
    }
    await run(world, applyFleet, 'if-clean', {}, hub1, { ...world.ports, journal: { append } })
    expect(seen).toEqual([expect.not.arrayContaining(['write memory'])])
    expect(writes(world)).toContain('write memory')
    const all = kinds(world)
    expect(all.indexOf('saved')).toBe(all.indexOf('saving') + 1)
  })

  it('names the context that is saved', async () => {
    const world = createWorld(contexts())
    const target = {
      kind: 'crypto-map-entry' as const,
      map: mapName('outside_map'),
      seq: 10,
      context: contextName('customer-a'),
    }
    const peers = [{ key: '198.51.100.1', type: 'asa' as const }]
    await run(world, applyFleet, 'if-clean', {}, device('fw1', [target], { platform: 'asa', peers }))
    expect(world.journal).toContainEqual({ kind: 'saving', host: 'fw1', context: 'customer-a' })
  })

  it('that cannot take a save keeps it from being sent, which is told as NOT_SAVED', async () => {
    const world = createWorld(quiet(), { journalFails: (entry) => entry.kind === 'saving' })
    const ended = await run(world, applyFleet, 'if-clean')
    expect(ended.outcome).toMatchObject({ saved: 'no', targets: [{ after: 'responder-only' }] })
    expect(found(ended, 'NOT_SAVED')?.evidence).toContain(
      'nothing was sent: the journal could not be written',
    )
    expect(writes(world)).not.toContain('write memory')
  })

  it('has no save that the policy does not want', async () => {
    const world = createWorld(quiet(foreign))
    await run(world, applyFleet, 'if-clean')
    expect(kinds(world)).toContain('saved')
    expect(kinds(world)).not.toContain('saving')
  })
})

describe('a target as asked in running and not in startup', () => {
  async function changedUnsaved(knobs = ''): Promise<World> {
    const world = createWorld(quiet(knobs))
    await run(world, applyFleet, 'never')
    return world
  }

  it('is pending, kind unsaved, exit 2, and nothing is sent for it by plan', async () => {
    const world = await changedUnsaved()
    const before = writes(world).length
    const ended = await run(world, planFleet, 'if-clean')
    expect(ended).toMatchObject({
      exitCode: 2,
      outcome: {
        status: 'pending',
        saved: 'no',
        change: { lines: [] },
        targets: [{ status: 'pending', pendingKind: 'unsaved', sent: false }],
      },
    })
    expect(writes(world).length).toBe(before)
  })

  it.for(['if-clean', 'always'] as const)(
    'is saved by apply with %s, and its line is not sent again',
    async (save) => {
      const world = await changedUnsaved()
      const before = writes(world).length
      const ended = await run(world, applyFleet, save)
      expect(ended).toMatchObject({
        exitCode: 0,
        outcome: { status: 'compliant', saved: 'yes', targets: [{ status: 'compliant', sent: false }] },
      })
      expect(writes(world).slice(before)).toEqual(['write memory'])
      expect(await run(world, planFleet, save)).toMatchObject({
        exitCode: 0,
        outcome: { saved: 'not-needed' },
      })
    },
  )

  it('is saved by the next run when saving failed the first time', async () => {
    const world = createWorld(quiet('    saving: busy\n'))
    expect((await run(world, applyFleet, 'if-clean')).exitCode).toBe(3)
    expect(await run(world, planFleet, 'if-clean')).toMatchObject({
      exitCode: 2,
      outcome: { status: 'pending' },
    })
    const again = await run(world, applyFleet, 'if-clean')
    expect(again).toMatchObject({ exitCode: 3, outcome: { status: 'compliant', saved: 'no' } })
  })

  it('stays unsaved beside foreign work with if-clean', async () => {
    const world = await changedUnsaved(foreign)
    expect(await run(world, planFleet, 'if-clean')).toMatchObject({ exitCode: 2 })
    const ended = await run(world, applyFleet, 'if-clean')
    expect(ended).toMatchObject({ exitCode: 3, outcome: { saved: 'no', foreignUnsaved: 2 } })
    expect(writes(world)).not.toContain('write memory')
  })

  it('is blocked beside foreign work with always', async () => {
    const world = await changedUnsaved(foreign)
    const ended = await run(world, applyFleet, 'always')
    expect(ended).toMatchObject({ exitCode: 1, outcome: { targets: [{ status: 'blocked' }] } })
    expect(writes(world)).not.toContain('write memory')
  })

  it('is skipped when the question is answered with no', async () => {
    const world = await changedUnsaved()
    const ports = { ...world.ports, approve: async () => false }
    const ended = await run(world, applyFleet, 'if-clean', {}, hub1, ports)
    expect(ended.outcome.targets).toMatchObject([{ status: 'skipped' }])
    expect(writes(world)).not.toContain('write memory')
  })

  it('is left alone when it is not as asked any more just before saving', async () => {
    const world = await changedUnsaved()
    const undo = async (): Promise<boolean> => {
      const lines = ['configure terminal', 'crypto ipsec profile VPN', 'no responder-only', 'end']
      world.meddle('hub1', ['enable', 'lab', ...lines])
      return true
    }
    const ended = await run(world, applyFleet, 'if-clean', {}, hub1, { ...world.ports, approve: undo })
    expect(found(ended, 'NOT_SAVED')?.evidence).toContain('VPN changed between plan and save')
    expect(writes(world)).not.toContain('write memory')
  })
})

describe('beside a target that is changed', () => {
  const both = device('hub1', [profile('VPN'), profile('OTHER')])

  async function oneUnsaved(knobs = ''): Promise<World> {
    const ends = ['203.0.113.11', '203.0.113.12', '203.0.113.13'].map((one) => end(one))
    const world = createWorld(hub({ renew: '6s', ends, knobs }))
    await run(world, applyFleet, 'never', {}, device('hub1', [profile('OTHER')]))
    return world
  }

  it('an unsaved one is saved with it, and is no foreign work', async () => {
    const ended = await run(await oneUnsaved(), applyFleet, 'if-clean', {}, both)
    expect(ended).toMatchObject({ exitCode: 0, outcome: { saved: 'yes' } })
    expect(ended.outcome.targets.map(({ name, status }) => [name, status])).toEqual([
      ['VPN', 'verified'],
      ['OTHER', 'compliant'],
    ])
  })

  it('an unsaved one of which the playbook asks nothing is foreign work', async () => {
    const ended = await run(await oneUnsaved(), applyFleet, 'if-clean')
    expect(ended).toMatchObject({ exitCode: 3, outcome: { saved: 'no', foreignUnsaved: 1 } })
  })
})

describe('an ASA', () => {
  it('is compared line by line, saved and read again', async () => {
    const world = createWorld(asa())
    const ended = await run(world, applyFleet, 'if-clean', {}, asa1)
    expect(ended).toMatchObject({ exitCode: 0, outcome: { status: 'verified', saved: 'yes' } })
    expect(world.received('asa1').filter((line) => line === 'show startup-config').length).toBe(3)
  })

  it('is not saved beside foreign work, and without room', async () => {
    const unsaved = createWorld(asa({ knobs: '    unsaved: "access-list C extended deny ip any any"\n' }))
    expect(await run(unsaved, applyFleet, 'if-clean', {}, asa1)).toMatchObject({
      exitCode: 3,
      outcome: { status: 'verified', saved: 'no', foreignUnsaved: 1 },
    })
    const full = await run(
      createWorld(asa({ knobs: '    saving: full\n' })),
      applyFleet,
      'if-clean',
      {},
      asa1,
    )
    expect(full).toMatchObject({ exitCode: 3, outcome: { saved: 'no' } })
    expect(found(full, 'NOT_SAVED')?.evidence).toContain('[FAILED]')
  })

  it('is saved in the contexts that are clean, each by itself', async () => {
    const world = createWorld(contexts())
    const inContext = (name: string) => ({
      kind: 'crypto-map-entry' as const,
      map: mapName('outside_map'),
      seq: 10,
      context: contextName(name),
    })
    const both = device('fw1', [inContext('customer-a'), inContext('customer-b')], {
      platform: 'asa',
      peers: [
        { key: '198.51.100.1', type: 'asa' },
        { key: '198.51.100.2', type: 'asa' },
      ],
    })
    const into = ['enable', 'lab', 'changeto context customer-b', 'configure terminal']
    world.meddle('fw1', [...into, 'access-list NEW extended permit ip any any', 'end'])
    const ended = await run(world, applyFleet, 'if-clean', {}, both)
    expect(ended).toMatchObject({
      exitCode: 3,
      outcome: { status: 'verified', saved: 'no', foreignUnsaved: 1 },
    })
    expect(found(ended, 'NOT_SAVED')?.message).toContain('customer-b')
    const saves = world.typedAt('fw1').filter((line) => line.endsWith('write memory'))
    expect(saves).toEqual([expect.stringContaining('customer-a')])
  })
})

describe('verify', () => {
  it('does not ask for startup: it saves nothing', async () => {
    const world = createWorld(quiet(foreign))
    await run(world, verifyFleet, 'if-clean')
    expect(world.received('hub1').filter((line) => /archive|startup/.test(line))).toEqual([])
  })
})
