import { describe, expect, it } from 'vitest'
import type { PeerImpact } from '../../src/model/impact.ts'
import { peerImpacts } from '../../src/topology/impact.ts'
import type { TopologyInput } from '../../src/topology/input.ts'
import { asa, reading, router, run, sa } from './builders.ts'

const [here, there] = ['203.0.113.1', '203.0.113.2']
const peerOf = (input: TopologyInput, host = 'hub1'): PeerImpact | undefined =>
  peerImpacts(input).get(host)?.[0]?.peers[0]

describe('the remote ends of a target, for a person who decides', () => {
  it.each([
    [[], 'nobody'],
    [[sa(there, 'responder')], 'peer'],
    [[sa(there, 'initiator')], 'this-device'],
    [[sa(there, 'initiator'), sa(there, 'responder')], 'both'],
    [[sa(there, 'unknown')], 'not-known'],
  ] as const)('tells who started the present SAs (%#)', (sas, startedBy) => {
    expect(peerOf(run([router('hub1', here, there, { facts: reading(...sas) })]))).toMatchObject({
      startedBy,
    })
  })

  it('takes the longest remaining lifetime, and none where one SA prints none', () => {
    const two = [
      sa(there, 'responder', { remainingSeconds: 60 }),
      sa(there, 'initiator', { remainingSeconds: 90 }),
    ]
    expect(peerOf(run([router('hub1', here, there, { facts: reading(...two) })]))?.remainingSeconds).toBe(90)
    const bare = [...two, sa(there, 'responder')]
    const peer = peerOf(run([router('hub1', here, there, { facts: reading(...bare) })]))
    expect(peer).not.toHaveProperty('remainingSeconds')
  })

  it('knows the kind of a peer that was read by its own word, and names it', () => {
    const devices = [router('hub1', here, there), router('spoke1', there, here)]
    expect(peerOf(run(devices))).toMatchObject({ type: 'ios', typeBasis: 'read', name: 'spoke1' })
    expect(peerOf(run(devices))?.typeSource).toMatch(/^spoke1: /)
  })

  it('knows it else by the inventory, with who said so, or not at all', () => {
    const device = asa('hub1', here, [there])
    const declared = [{ key: there, type: 'aws', version: '2', by: 'cloud team' }] as const
    expect(peerOf(run([device], { declared }))).toMatchObject({
      type: 'aws',
      typeBasis: 'declared',
      typeSource: `inventory, peers ${there}; version 2; cloud team`,
      canStart: { answer: 'no', why: 'it is an AWS gateway, which by default waits to be called' },
    })
    expect(peerOf(run([device]))).toMatchObject({
      type: 'unknown',
      typeBasis: 'not-known',
      canStart: { answer: 'not-known' },
    })
  })

  it('says when a peer was last seen to start, where the run store knows', () => {
    const seenAsInitiator = (): string => '2026-11-20T03:00:00.000Z'
    expect(peerOf(run([router('hub1', here, there)], { seenAsInitiator }))?.canStart).toEqual({
      answer: 'yes',
      why: 'it was seen to start, last at 2026-11-20T03:00:00.000Z',
    })
  })

  it('says of two ends that would both only answer that nobody starts, whatever was seen before', () => {
    const devices = [
      router('hub1', here, there, { facts: reading(sa(there, 'responder')) }),
      router('spoke1', there, here, { responderOnly: true }),
    ]
    expect(peerOf(run(devices))?.canStart).toMatchObject({ answer: 'no' })
  })

  it('keeps the head of evidence only: records must stay small', () => {
    const many = Array.from({ length: 9 }, () => sa(there, 'responder', { evidence: 'x'.repeat(9_000) }))
    const evidence = peerOf(run([router('hub1', here, there, { facts: reading(...many) })]))?.evidence
    expect(evidence?.join('').length).toBeLessThan(500)
  })
})
