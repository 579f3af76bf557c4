import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { TargetIntent } from '../../src/model/intent.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import { root } from '../architecture/sources.ts'
import { contextName, mapName } from '../names.ts'
import { contexts, end, asa as plainAsa } from '../workflow/scenarios.ts'
import { configLines, device, expectNothingSent, profile } from '../workflow/world.ts'
import { withLab } from './over-ssh.ts'
import { apply, asa1, hub, plan } from './runs.ts'

const codesOf = (outcome: DeviceOutcome | undefined): readonly string[] =>
  (outcome?.findings ?? []).map((finding) => finding.code)

/** Plans one of the twenty ways with the playbook that stands at its head, over SSH. */
async function twenty(name: string, more = ''): Promise<readonly DeviceOutcome[]> {
  const text = readFileSync(join(root, 'mocks', 'scenarios', 'twenty', `${name}.yml`), 'utf8')
  const playbook = text
    .split('\n')
    .filter((line) => line.startsWith('#   '))
    .map((line) => `${line.slice(4)}\n`)
    .join('')
  return withLab(text, { playbook: `${playbook}${more}` }, async (lab) => {
    const devices = await lab.plan()
    expect(lab.lab.lines().filter((line) => ['config', 'sub'].includes(line.mode))).toEqual([])
    return devices
  })
}

/** The exit code of a run of one device. */
const exitOf = (outcome: DeviceOutcome): number =>
  exitCodeOf({
    command: 'apply',
    runId: 'run',
    playbook: 'p',
    startedAt: '',
    finishedAt: '',
    devices: [outcome],
    interrupted: false,
  })

describe('what is asked for and what is there', () => {
  it('row 21: a profile that no tunnel uses is refused', async () => {
    const idle = hub().replace(
      '      interface Tunnel1\n',
      '      crypto ipsec profile IDLE\n       set transform-set AES\n      interface Tunnel1\n',
    )
    const { outcome, world } = await apply(idle, device('hub1', [profile('IDLE')]))
    expect(outcome.status).toBe('blocked')
    expect(codesOf(outcome)).toContain('PROFILE_UNUSED')
    expectNothingSent(world, 'hub1')
  })

  it('row 22: a crypto map of an IOS router is refused: it has no such setting', async () => {
    const [outcome] = await twenty('09-ios-crypto-map')
    expect(outcome?.status).toBe('blocked')
    expect(codesOf(outcome)).toContain('CRYPTO_MAP_UNSUPPORTED')
  })

  it('row 23: both ends in one playbook: neither is changed', async () => {
    const devices = await twenty('01-both-ends', '  - hosts: site1\n    profiles: [VPN]\n')
    expect(devices.map((one) => one.status)).not.toContain('pending')
    expect(devices.flatMap(codesOf)).toContain('BOTH_ENDS_RESPONDER')
  })

  it('row 24: a peer of an unknown make is refused until somebody declares it', async () => {
    const { outcome, world } = await apply(plainAsa(), { ...asa1, intent: { ...asa1.intent, peers: [] } })
    expect(outcome.status).toBe('blocked')
    expect(codesOf(outcome)).toContain('PEER_TYPE_UNKNOWN')
    expectNothingSent(world, 'asa1')
    expect((await plan(plainAsa(), asa1)).outcome.status).toBe('pending')
  })

  it.each([
    ['12.4(22)T', 'blocked'],
    ['12.4(22)T5', 'blocked'],
    ['12.4(25)', 'blocked'],
    ['12.4(24)T', 'pending'],
    ['12.4(24)T2', 'pending'],
    ['15.0(1)M', 'pending'],
    ['15.2(4)M6', 'pending'],
    ['17.9.4a', 'pending'],
  ])('row 25: %s is told by its train, not by its number: %s', async (version, status) => {
    const { outcome } = await plan(hub('{}', { version }))
    expect(outcome.status).toBe(status)
    if (status === 'blocked') expect(codesOf(outcome)).toContain('RELEASE_TOO_OLD')
  })

  it('row 26: an SA that this end started and that lives on is no proof: unproven, exit 3', async () => {
    const { outcome } = await apply(hub('{}', { lifetime: '24h' }))
    expect(outcome).toMatchObject({ status: 'unproven', targets: [{ after: 'responder-only' }] })
    expect(exitOf(outcome)).toBe(3)
  })

  it('row 27: a peer that is down: configured and unproven, and not called lost', async () => {
    const down = [end('203.0.113.11', ', silent: true'), end('203.0.113.12', ', silent: true')]
    const { outcome } = await apply(hub('{}', { ends: down }))
    expect(outcome).toMatchObject({ status: 'unproven', targets: [{ after: 'responder-only' }] })
    expect(codesOf(outcome)).not.toContain('PEER_LOST')
    expect(exitOf(outcome)).toBe(3)
  })

  it('row 28: answer-only that the device refuses on an entry of several peers is taken back and read again', async () => {
    const said = 'ERROR: answer-only is not supported on an entry with several peers'
    const several = plainAsa({
      knobs: `    faults: { lines: [{ line: outside_map 20 set connection-type answer-only, reply: "${said}" }] }`,
    }).replace('set peer 203.0.113.21', 'set peer 203.0.113.21 203.0.113.22')
    const declared = [...asa1.intent.peers, { key: '203.0.113.22', type: 'asa' } as const]
    const { outcome, world } = await apply(several, { ...asa1, intent: { ...asa1.intent, peers: declared } })
    expect(outcome.targets.map((target) => [target.name, target.status, target.after])).toEqual([
      ['outside_map/10', 'verified', 'answer-only'],
      ['outside_map/20', 'rolled-back', 'bidirectional'],
    ])
    expect(outcome.error).toMatchObject({ code: 'LINE_REFUSED', reply: said })
    expect(configLines(world, 'asa1').at(-1)).toBe('write memory')
  })

  it('row 29: a standby unit is refused, and the active one is named', async () => {
    const devices = await twenty('15-standby')
    const standby = devices.find((one) => one.host === 'fw2')
    expect(standby?.status).toBe('blocked')
    const finding = standby?.findings.find((one) => one.code === 'FAILOVER_STANDBY')
    expect(`${finding?.message} ${finding?.next}`).toContain('203.0.113.3')
  })

  it('row 30: a context that is deleted during the run fails its own targets, and no others', async () => {
    const text = contexts().replace(
      '    mode: multiple\n',
      '    mode: multiple\n    faults: { lines: [{ line: ^changeto context customer-a, skip: 1, reply: "ERROR: Context customer-a does not exist." }] }\n',
    )
    const inContext = (name: string): TargetIntent => ({
      kind: 'crypto-map-entry',
      map: mapName('outside_map'),
      seq: 10,
      context: contextName(name),
    })
    const peers = ['198.51.100.1', '198.51.100.2'].map((key) => ({ key, type: 'asa' }) as const)
    const targets = [inContext('customer-a'), inContext('customer-b')]
    const { outcome } = await apply(text, device('fw1', targets, { platform: 'asa', peers }))
    expect(outcome.targets.map((target) => [target.name, target.status, target.after])).toEqual([
      ['customer-a:outside_map/10', 'failed', undefined],
      ['customer-b:outside_map/10', 'verified', 'answer-only'],
    ])
    expect(outcome.error).toMatchObject({ code: 'UNEXPECTED_PROMPT' })
    expect(outcome.error?.message).toContain('customer-a does not exist')
  })
})
