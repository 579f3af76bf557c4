import { describe, expect, it } from 'vitest'
import { knownTarget } from '../../src/model/recorded-target.ts'
import { recordedChange } from '../../src/platform/recorded-change.ts'
import { driverFor } from '../../src/platform/registry.ts'
import { planFleet } from '../../src/workflow/fleet.ts'
import { asa, hub } from '../workflow/scenarios.ts'
import { createWorld, device, entry, profile } from '../workflow/world.ts'

const facts = async (text: string, request: ReturnType<typeof device>) => {
  const world = createWorld(text)
  const { plans } = await world.clock.settle(planFleet(world.request([request]), world.ports))
  const [plan] = plans
  if (plan === undefined) throw new Error('not planned')
  return plan.facts
}

const base = { fingerprint: '0', lines: [], revert: [] }

describe('the lines of a recorded change', () => {
  const vpn = knownTarget(
    { ...base, name: 'VPN', target: profile('VPN'), before: 'bidirectional', wanted: 'responder-only' },
    undefined,
  )
  const ten = knownTarget(
    {
      ...base,
      name: 'outside_map/10',
      target: entry('outside_map', 10),
      before: 'bidirectional',
      wanted: 'answer-only',
    },
    undefined,
  )
  if (vpn === undefined || ten === undefined) throw new Error('not known')

  const profileLines = ['crypto ipsec profile VPN', 'responder-only']
  const profileBack = ['crypto ipsec profile VPN', 'no responder-only']
  const set = 'crypto map outside_map 10 set connection-type'

  it.each([
    ['as ikero sends them', profileLines, profileBack, true],
    ['of another profile', ['crypto ipsec profile OTHER', 'responder-only'], profileBack, false],
    ['with one more', [...profileLines, 'no crypto map X'], profileBack, false],
    ['with another way back', profileLines, ['crypto ipsec profile VPN', 'responder-only'], false],
  ])('IOS: %s', async (_, lines, revert, fits) => {
    const now = await facts(hub(), device('hub1', [profile('VPN')]))
    const change = recordedChange(driverFor('ios'), now, vpn, { lines, revert })
    expect(change !== undefined).toBe(fits)
    if (fits) expect(change?.revert.map(({ line }) => line)).toEqual(profileBack)
  })

  it.each([
    ['as ikero sends them', [`${set} answer-only`], [`${set} bidirectional`], true],
    ['in the older spelling', [`${set} answer-only`], [`${set} bi-directional`], true],
    ['with a value of somebody else’s', [`${set} answer-only`], [`${set} originate-only`], false],
    [
      'of another entry',
      ['crypto map outside_map 20 set connection-type answer-only'],
      [`${set} bidirectional`],
      false,
    ],
    ['with more words', [`${set} answer-only ; reload`], [`${set} bidirectional`], false],
  ])('ASA: %s', async (_, lines, revert, fits) => {
    const now = await facts(asa(), device('asa1', [entry('outside_map', 10)], { platform: 'asa' }))
    expect(recordedChange(driverFor('asa'), now, ten, { lines, revert }) !== undefined).toBe(fits)
  })

  it.each([
    [{ name: 'OTHER' }],
    [{ before: 'anything' }],
    [{ wanted: 'bidirectional' }],
    [{ target: undefined }],
  ])('knows no target by %j', (more) => {
    const target = {
      ...base,
      name: 'VPN',
      target: profile('VPN'),
      before: 'bidirectional',
      wanted: 'responder-only',
    }
    const { target: kept, ...rest } = { ...target, ...more }
    expect(knownTarget(kept === undefined ? rest : { ...rest, target: kept }, undefined)).toBeUndefined()
    expect(knownTarget(target, 'customer-a')).toBeUndefined()
  })
})
