import { describe, expect, it } from 'vitest'
import type { Coverage, DeviceOutcome, RoleRow } from '../../src/model/outcome.ts'
import { wordsOf } from '../../src/report/words.ts'
import { device, profile } from './builders.ts'

const row: RoleRow = {
  target: 'VPN',
  peer: '203.0.113.12',
  protocol: 'ikev1',
  reading: 'initiator',
  fresh: false,
  proof: 'at-risk',
}
const counts: Coverage = { peers: 1, proven: 0, waiting: 0, atRisk: 0, idle: 0, lost: 0 }
const hub = (coverage: Coverage): DeviceOutcome =>
  device('hub1', 'unproven', { targets: [profile('VPN', 'unproven', { coverage })], roles: [row] })

describe('the words of a report', () => {
  it('explains an old SA of this device where its peer is not at risk', () => {
    const [first, ...rest] = wordsOf([hub({ ...counts, waiting: 1 })])
    expect(first).toMatch(/^at-risk: an old SA that this device started; its peer has another one/)
    expect(rest).toEqual(['waiting: only old SAs, started by the peer'])
  })

  it('explains a peer at risk once', () => {
    const words = wordsOf([hub({ ...counts, atRisk: 1 })])
    expect(words).toHaveLength(1)
    expect(words[0]).toMatch(/^at risk: only old SAs/)
  })
})
