import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../../src/model/record.ts'
import type { Ports } from '../../../src/workflow/ports.ts'
import { intent, outcome, record, sending } from '../../runs/build.ts'
import { hub } from '../scenarios.ts'
import { siteDevice, sites } from '../sites.ts'
import { device, entry, profile } from '../world.ts'
import { createFleetLab, type FleetLab, held, sent, takeAway, targets } from './lab.ts'

// What the run store says last of a target decides whether it may be set again by itself.

const request = [siteDevice('a')]

async function changed(): Promise<FleetLab> {
  const lab = createFleetLab(sites([{ name: 'a' }]))
  await lab.apply(request)
  return lab
}

/** A run that changed `a`, as its journal stands: with an end or without. */
async function last(lab: FleetLab, entries: readonly JournalEntry[]): Promise<string> {
  const { runId } = await lab.world.clock.settle(record(lab.store, entries))
  await lab.world.clock.advance(1_000)
  return runId
}

const begun = (wanted = 'responder-only'): readonly JournalEntry[] => {
  const push = intent('a', ['VPN'])
  return [{ ...push, targets: push.targets.map((one) => ({ ...one, wanted })) }, sending('a', 'VPN')]
}

describe('a target that reads otherwise than a run left it', () => {
  it.each([
    [
      'a person set otherwise with ikero, with a playbook that takes the setting away',
      [...begun('bidirectional'), outcome('a', 'VPN', 'verified')],
      /set VPN to bidirectional/,
    ],
    ['a run began that was cut off, or is still at work', begun(), /what became of that is not known/],
    [
      'is being taken back by a run that has not ended',
      [sending('a', 'VPN', 'revert')],
      /what became of that is not known/,
    ],
    ['a run tried to set, and failed', [...begun(), outcome('a', 'VPN', 'failed')], /and failed/],
  ])('is left to a person where it is one that %s', async (_, entries, reason) => {
    const lab = await changed()
    takeAway(lab, 'a')
    await last(lab, entries)
    const ended = await lab.remediate(request)
    expect(held(ended)).toEqual(['a otherwise'])
    expect(ended.remediation?.held[0]?.reason).toMatch(reason)
    expect(ended.remediation?.held[0]?.next).toContain('ikero apply')
    expect([sent(ended), ended.exitCode]).toEqual([[], 2])
    expect(targets(ended.devices[0])).toEqual([['VPN', 'pending', 'drifted', false]])
  })

  it('is asked about once more after the look: a rollback that ended meanwhile is not undone', async () => {
    const lab = await changed()
    takeAway(lab, 'a')
    let asked = 0
    const history: Ports['history'] = {
      seenAsInitiator: (hosts) => lab.store.seenAsInitiator(hosts),
      identities: (hosts) => lab.store.identities(hosts),
      remediations: (since) => lab.store.remediations(since),
      lastChange: async (host, target) => {
        asked += 1
        const found = await lab.store.lastChange(host, target)
        return found === undefined || asked === 1 ? found : { ...found, status: 'rolled-back' }
      },
    }
    const ended = await lab.remediate(request, { ports: { history } })
    expect(held(ended)).toEqual(['a otherwise'])
    expect(ended.remediation?.held[0]?.reason).toMatch(/it was taken back since/)
    expect(sent(ended)).toEqual([])
  })

  it('is put back where it was taken away past ikero, with a playbook of either state', async () => {
    const lab = createFleetLab(hub({ renew: '6s' }))
    const both = device('hub1', [profile('VPN')])
    const away = [{ ...both, intent: { ...both.intent, state: 'bidirectional' as const } }]
    await lab.apply([both])
    await lab.apply(away)
    lab.world.meddle('hub1', [
      ...['enable', 'lab', 'configure terminal', 'crypto ipsec profile VPN', 'responder-only', 'end'],
      'write memory',
    ])
    const ended = await lab.remediate(away)
    expect(sent(ended)).toEqual(['hub1 crypto ipsec profile VPN', 'hub1 no responder-only'])
    expect(held(ended)).toEqual([])
  })
})

describe('a standby unit', () => {
  it('that differs from its mate is for the pair to settle, and gets no line', async () => {
    const pair = readFileSync(
      join(import.meta.dirname, '..', '..', '..', 'mocks', 'scenarios', 'twenty', '15-standby.yml'),
      'utf8',
    )
      .replace('state: standby }', 'state: standby, synced: false }')
      .replace('state: active }', 'state: active, synced: false }')
    const lab = createFleetLab(pair)
    const both = ['fw1', 'fw2'].map((host) => {
      const one = device(host, [entry('outside_map', 10)], {
        peers: [{ key: '203.0.113.20', type: 'asa', initiates: 'always' }],
      })
      return {
        ...one,
        host: { ...one.host, platform: 'asa' as const },
        intent: { ...one.intent, platform: 'asa' as const },
      }
    })
    const around = {
      hosts: both.map(({ host }) => host),
      declared: [],
      accept: [],
      onBlocked: 'device' as const,
      readPeers: false,
    }
    await lab.apply(both, { around, save: 'never' })
    const ended = await lab.remediate(both, { around, save: 'never' })
    expect(held(ended)).toEqual(['fw2 otherwise'])
    expect(ended.remediation?.held[0]?.next).toContain('write standby on fw1')
    expect(sent(ended)).toEqual([])
    expect(ended.devices[1]).toMatchObject({ status: 'pending' })
    expect(ended.exitCode).toBe(2)
  })
})
