import { describe, expect, it } from 'vitest'
import { partOf } from '../../../src/platform/ios/role.ts'

const ours = { src: '203.0.113.1', dst: '203.0.113.11' }
const theirs = { src: '203.0.113.11', dst: '203.0.113.1' }
const known = (own: readonly string[], peers: readonly string[]) => ({ own, peers })

describe('this device’s part in an SA', () => {
  it('is known by a configured peer where no own address is', () => {
    const peers = known([], ['203.0.113.11'])
    expect(partOf(ours, undefined, peers)).toEqual({
      role: 'initiator',
      local: '203.0.113.1',
      peer: '203.0.113.11',
    })
    expect(partOf(theirs, undefined, peers)).toMatchObject({ role: 'responder', peer: '203.0.113.11' })
  })

  it.for([
    ['both ends are configured peers', known([], ['203.0.113.1', '203.0.113.11'])],
    ['neither end is one', known([], ['203.0.113.12'])],
    ['both ends are own addresses', known(['203.0.113.1', '203.0.113.11'], ['203.0.113.11'])],
  ] as const)('is not known where %s', ([, addresses]) => {
    expect(partOf(ours, undefined, addresses)).toEqual({ role: 'unknown' })
  })

  it('is what the own address says where a configured peer says otherwise', () => {
    expect(partOf(ours, undefined, known(['203.0.113.1'], ['203.0.113.1']))).toMatchObject({
      role: 'initiator',
    })
  })

  it('is not known where Local and Remote contradict the own address, whatever is configured', () => {
    const columns = { local: '203.0.113.11', remote: '203.0.113.1' }
    expect(partOf(ours, columns, known(['203.0.113.1'], ['203.0.113.11']))).toEqual({ role: 'unknown' })
  })

  it('is known by Local and Remote, also where a configured peer would say otherwise', () => {
    const columns = { local: '203.0.113.11', remote: '203.0.113.1' }
    expect(partOf(ours, columns, known([], ['203.0.113.11']))).toMatchObject({ role: 'responder' })
  })
})
