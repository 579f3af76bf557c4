import { describe, expect, it } from 'vitest'
import { parseClearLine } from '../../src/model/ids.ts'
import type { Decision, DevicePlan } from '../../src/model/plan.ts'
import { interruptionText, renderClearQuestion } from '../../src/report/clears.ts'
import { renderApproval } from '../../src/report/plan-summary.ts'
import { profileTarget } from '../names.ts'
import { changeOf, plan, targetPlan } from './plans.ts'

function clearing(peers: readonly string[]): Decision {
  const change = changeOf(['responder-only'], ['no responder-only'])
  if (change.kind !== 'change') throw new Error('no change')
  const clears = peers.map((peer) => ({
    peer,
    lines: [parseClearLine(`clear crypto session remote ${peer}`) ?? []].flat(),
  }))
  return { ...change, clears: { peers: clears, atMostMs: 90_000 } }
}

const hub1 = plan('hub1', [targetPlan(profileTarget('VPN'), clearing(['203.0.113.11', '203.0.113.12']))])
const hub2: DevicePlan = {
  ...plan('hub2', [targetPlan(profileTarget('VPN'), clearing(['203.0.113.21']))]),
}
const known: DevicePlan = {
  ...hub2,
  facts: { ...hub2.facts, managementThrough: { name: 'Gi0/1', tunnel: false, evidence: '' } },
}
const plain = { color: false, width: 100 }

describe('the question about clears', () => {
  it('gives every line, their number, and what they interrupt', () => {
    const text = renderClearQuestion([hub1, hub2], plain)
    expect(text).toMatch(/will clear the SAs of 3 peers on 2 devices/)
    expect(text.match(/clear crypto session remote \S+/g)).toEqual([
      'clear crypto session remote 203.0.113.11',
      'clear crypto session remote 203.0.113.12',
      'clear crypto session remote 203.0.113.21',
    ])
    expect(text.replace(/\s+/g, ' ')).toContain(
      'one peer at a time, each tunnel is down until the peer calls',
    )
    expect(text.replace(/\s+/g, ' ')).toContain('not called after 1m 30s has its target taken back')
  })

  it('says on which devices it is not known whether the session runs through such a tunnel', () => {
    const text = renderClearQuestion([hub1, known], plain).replace(/\s+/g, ' ')
    expect(text).toContain('one of these tunnels: hub1')
    expect(renderClearQuestion([known], plain)).not.toContain('one of these tunnels')
  })
})

describe('the summary before apply asks', () => {
  it('shows the clears with their lines, which the second question asks about', () => {
    const text = renderApproval([hub1], plain)
    expect(text).toContain('clear crypto session remote 203.0.113.12')
    expect(text).toMatch(/will clear\s+2 peers/)
  })

  it('says nothing of clears where there are none', () => {
    const none = plan('hub1', [targetPlan(profileTarget('VPN'), changeOf(['responder-only'], []))])
    expect(renderApproval([none], plain)).not.toContain('clear')
  })
})

describe('what clears interrupt', () => {
  it.each([
    [1, /^1 peer: its tunnel is down/],
    [12, /^12 peers: one peer at a time, each tunnel is down/],
  ])('is told for %d', (peers, text) => {
    expect(interruptionText(peers, 30_000)).toMatch(text)
  })
})
