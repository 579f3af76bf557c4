import { describe, expect, it } from 'vitest'
import type { DeviceIdentity } from '../../src/model/identity.ts'
import type { JournalEntry } from '../../src/model/record.ts'
import { driftFleet } from '../../src/workflow/drift.ts'
import { planFleet } from '../../src/workflow/fleet.ts'
import { verifyFleet } from '../../src/workflow/verify.ts'
import { intent, outcome, record, sending } from '../runs/build.ts'
import {
  createFleetLab,
  type Ended,
  type FleetLab,
  held,
  sent,
  takeAway,
  targets,
} from './remediation/lab.ts'
import { siteDevice, sites } from './sites.ts'

// A router was replaced, and its configuration restored: it reads as asked, and is another box.

const old: DeviceIdentity = { hostname: 'a', serials: ['FTXOLD00001'] }
const request = [siteDevice('a')]

/** `a` was set and proven on a box that is gone; the one that answers is set as asked, or not. */
async function replaced(restored = true): Promise<FleetLab> {
  const lab = createFleetLab(sites([{ name: 'a' }]))
  if (restored)
    lab.world.meddle('a', [
      ...['enable', 'lab', 'configure terminal', 'crypto ipsec profile VPN', 'responder-only', 'end'],
      'write memory',
    ])
  const push = { ...intent('a', ['VPN']), identity: old }
  await lab.world.clock.settle(
    record(lab.store, [push, sending('a', 'VPN'), outcome('a', 'VPN', 'verified')]),
  )
  await lab.world.clock.advance(1_000)
  return lab
}

const codes = ({ devices }: Pick<Ended, 'devices'>): readonly string[] =>
  (devices[0]?.findings ?? []).map(({ code, severity }) => `${code} ${severity}`)
const taken = ({ journal }: Ended): readonly JournalEntry[] =>
  journal.filter(({ kind }) => kind === 'identity-seen')
const stands = async ({ store }: FleetLab): Promise<readonly string[]> =>
  [...(await store.identities(['a'])).values()].flatMap(({ identity }) => identity.serials)

describe('another box under the same name', () => {
  it('is taken by an apply that finds it as asked and is told yes, and is then the one that is meant', async () => {
    const lab = await replaced()
    const before = await lab.remediate(request)
    expect(codes(before)).toContain('IDENTITY_CHANGED block')
    expect([before.exitCode, taken(before)]).toEqual([1, []])
    const asked: (readonly string[])[] = []
    const apply = await lab.apply(request, {
      ports: {
        approve: async (plans) => {
          asked.push(plans.map(({ host }) => host))
          return true
        },
      },
    })
    expect(asked).toEqual([['a']])
    expect(sent(apply)).toEqual([])
    expect(codes(apply)).toContain('IDENTITY_CHANGED warn')
    expect(taken(apply)).toMatchObject([{ kind: 'identity-seen', host: 'a', fromRun: expect.any(String) }])
    expect(await stands(lab)).not.toEqual(old.serials)
    // What was proven on the old one is void for good.
    expect(await lab.store.lastChange('a', 'VPN')).toBeUndefined()
    const after = await lab.remediate(request)
    expect([codes(after).filter((one) => one.startsWith('IDENTITY')), after.exitCode]).toEqual([[], 0])
    takeAway(lab, 'a')
    const away = await lab.remediate(request)
    expect(targets(away.devices[0])).toEqual([['VPN', 'pending', 'never-applied', false]])
    expect([sent(away), held(away), away.exitCode]).toEqual([[], [], 2])
  })

  it('is taken before the first line where it is changed, and the change is a change of the new box', async () => {
    const lab = await replaced(false)
    const apply = await lab.apply(request)
    const kinds = apply.journal.map(({ kind }) => kind)
    expect(kinds.indexOf('identity-seen')).toBeGreaterThan(-1)
    expect(kinds.indexOf('identity-seen')).toBeLessThan(kinds.indexOf('push-intent'))
    expect(await lab.store.lastChange('a', 'VPN')).toMatchObject({ status: 'verified' })
    takeAway(lab, 'a')
    const ended = await lab.remediate(request)
    expect(held(ended)).toEqual([])
    expect(sent(ended)).toEqual(['a crypto ipsec profile VPN', 'a responder-only'])
  })

  it('is not taken where nobody says yes, nor by a command that only looks', async () => {
    const lab = await replaced()
    const no = await lab.apply(request, { ports: { approve: async () => false } })
    expect(taken(no)).toEqual([])
    const journal: JournalEntry[] = []
    const ports = {
      ...lab.world.ports,
      history: lab.store,
      journal: { append: async (entry: JournalEntry) => void journal.push(entry) },
    }
    for (const look of [planFleet, verifyFleet, driftFleet])
      await lab.world.clock.settle(look(lab.world.request(request), ports))
    expect(journal.filter(({ kind }) => kind === 'identity-seen')).toEqual([])
    expect(await stands(lab)).toEqual(old.serials)
  })

  it('is not taken where a check refuses it', async () => {
    const lab = await replaced()
    lab.world.meddle('a', [
      ...['enable', 'lab', 'configure terminal', 'no crypto ipsec profile VPN', 'end', 'write memory'],
    ])
    const apply = await lab.apply(request)
    expect([taken(apply), apply.devices[0]?.status]).toEqual([[], 'blocked'])
    expect(await stands(lab)).toEqual(old.serials)
  })

  it('that comes between look and change of a remediation gets no line', async () => {
    const lab = createFleetLab(sites([{ name: 'a' }]))
    await lab.apply(request)
    takeAway(lab, 'a')
    let asked = 0
    const { store } = lab
    const history = {
      lastChange: store.lastChange.bind(store),
      seenAsInitiator: store.seenAsInitiator.bind(store),
      remediations: store.remediations.bind(store),
      identities: async (hosts: readonly string[]) => {
        asked += 1
        if (asked === 1) return store.identities(hosts)
        return new Map([['a', { identity: old, runId: 'r', at: '2026-11-24T00:00:00Z' }]])
      },
    }
    const ended = await lab.remediate(request, { ports: { history } })
    expect(asked).toBe(2)
    expect([sent(ended), taken(ended), codes(ended).includes('IDENTITY_CHANGED block')]).toEqual([
      [],
      [],
      true,
    ])
    expect(ended.exitCode).toBe(1)
  })
})
