import { describe, expect, it } from 'vitest'
import { renderApproval } from '../../src/report/plan-summary.ts'
import { contextName, entryTarget, profileTarget } from '../names.ts'
import { finding } from './builders.ts'
import { changeOf, plan, targetPlan } from './plans.ts'

const profileChange = changeOf(
  ['crypto ipsec profile VPN', 'responder-only'],
  ['crypto ipsec profile VPN', 'no responder-only'],
)
const asa = { os: 'asa', version: '9.16(3)19', evidence: 'Version 9.16(3)19' } as const
const tooOld = finding('RELEASE_TOO_OLD', 'block', { message: '12.4(25) is too old', next: 'upgrade' })

const lab = [
  plan('hub1', [targetPlan(profileTarget('VPN'), profileChange)]),
  plan('hub2', [targetPlan(profileTarget('VPN'), profileChange, { peers: { listed: [], any: true } })], {
    findings: [finding('PROOF_UNLIKELY', 'warn')],
  }),
  plan(
    'asa-hq',
    [
      targetPlan(
        entryTarget('outside_map', 10),
        changeOf(
          ['crypto map outside_map 10 set connection-type answer-only'],
          ['crypto map outside_map 10 set connection-type bidirectional'],
        ),
        { peers: { listed: ['203.0.113.20'], any: false } },
      ),
    ],
    { platform: 'asa', software: asa },
  ),
  plan('old1', [targetPlan(profileTarget('VPN'), { kind: 'blocked' })], { findings: [tooOld] }),
  plan('hub9', [targetPlan(profileTarget('VPN'), { kind: 'no-change' }, { before: 'responder-only' })]),
]

describe('the summary before apply asks', () => {
  it('names the contexts of a device, which it counts once', () => {
    const line = changeOf(
      ['crypto map outside_map 10 set connection-type answer-only'],
      ['crypto map outside_map 10 set connection-type bidirectional'],
    )
    const inContext = (name: string, decision = line) =>
      plan('fw1', [targetPlan({ ...entryTarget('outside_map', 10), context: contextName(name) }, decision)], {
        platform: 'asa',
        software: asa,
        context: contextName(name),
      })
    const all = [inContext('customer-a'), inContext('customer-b'), inContext('old', { kind: 'blocked' })]
    const text = renderApproval(all, { color: false, width: 100 })
    expect(text).toContain('will change 2 targets on 1 of 1 device')
    expect(text).toContain('fw1/customer-a, fw1/customer-b (1 device)')
    expect(text).toContain('fw1/old: refused with the rest of its device; nothing will be sent')
  })

  it('keeps targets with long lists of peers within the columns', () => {
    const peers = { listed: ['203.0.113.11', '203.0.113.12', '203.0.113.13'], any: true }
    const text = renderApproval(
      [plan('hub1', [targetPlan(profileTarget('VPN'), profileChange, { peers })])],
      {
        color: false,
        width: 80,
      },
    )
    expect(text).toContain('(203.0.113.11, 203.0.113.12, 203.0.113.13, any other)')
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  it('says in full that another box is taken, also where nothing else is asked', () => {
    const finding = {
      code: 'IDENTITY_CHANGED',
      severity: 'warn',
      message: 'another device answers: serial: FTX1, now FTX2',
      next: 'n',
    } as const
    const other = {
      ...plan('hub7', [targetPlan(profileTarget('VPN'), { kind: 'no-change' })]),
      findings: [finding],
    }
    const text = renderApproval([other], { color: false, width: 100 }).replace(/\s+/g, ' ')
    expect(text).toContain('nothing to change on 1 device')
    expect(text).toContain(
      'new box hub7: another device answers: serial: FTX1, now FTX2; a yes takes this box for it from now on',
    )
    const refused = { ...other, findings: [{ ...finding, severity: 'block' as const }] }
    expect(renderApproval([refused], { color: false, width: 100 })).not.toContain('a yes takes')
  })

  it('names what is only saved, and does not count it as changed', () => {
    const unsaved = plan('hub7', [
      targetPlan(profileTarget('VPN'), { kind: 'save' }, { before: 'responder-only' }),
    ])
    const alone = renderApproval([unsaved], { color: false, width: 100 })
    expect(alone).toContain('will save 1 of 1 device; nothing to change')
    expect(alone).toContain('hub7: VPN, as asked in running and not in startup')
    const beside = renderApproval([...lab, unsaved], { color: false, width: 100 })
    expect(beside).toContain('will change 3 targets on 3 of 6 devices')
    expect(beside).toContain('hub7: VPN, as asked in running and not in startup')
    expect(beside).toMatch(/as asked +hub9\n/)
  })

  for (const width of [80, 120]) {
    it(`reads as reviewed at ${width} columns`, async () => {
      await expect(renderApproval(lab, { color: false, width })).toMatchFileSnapshot(
        `golden/approval-${width}.txt`,
      )
    })
  }

  it('names every line once, however many devices get it', () => {
    const plans = Array.from({ length: 1000 }, (_, index) =>
      plan(`site-${index}`, [targetPlan(profileTarget('VPN'), profileChange)]),
    )
    const text = renderApproval(plans, { color: false, width: 80 })
    expect(text.match(/^ {2}will send {3}crypto ipsec profile VPN$/gm)).toHaveLength(1)
    expect(text).toContain('(1000 devices)')
    expect(text.split('\n').length).toBeLessThan(60)
  })

  it('says that a refused device gets nothing, and why', () => {
    const text = renderApproval(lab, { color: false, width: 80 })
    expect(text).toMatch(/blocked +old1: RELEASE_TOO_OLD; nothing will be sent/)
  })

  it('names the risks that somebody took on, and whose they are', () => {
    const accepted = { by: 'noc', until: '2027-03-31', reason: 'an ASA run by a partner' }
    const taken = finding('PEER_TYPE_UNKNOWN', 'block', { target: 'VPN', accepted })
    const plans = [plan('hub1', [targetPlan(profileTarget('VPN'), profileChange)], { findings: [taken] })]
    const text = renderApproval(plans, { color: false, width: 120 })
    expect(text).toContain(
      'accepted    PEER_TYPE_UNKNOWN on hub1 VPN: accepted by noc until 2027-03-31: an ASA run by a partner',
    )
    expect(text).not.toMatch(/^ {2}blocked/m)
  })

  it('says so when there is nothing to change', () => {
    const text = renderApproval(lab.slice(-1), { color: false, width: 80 })
    expect(text.split('\n')[0]).toBe('nothing to change on 1 device')
    expect(text).not.toContain('promise')
  })

  it('tells of a revert timer beside the lines that are sent under it', () => {
    const target = targetPlan(profileTarget('VPN'), profileChange)
    const timed = (host: string, minutes: number) => ({ ...plan(host, [target]), revertTimer: { minutes } })
    const text = renderApproval(
      [timed('hub1', 5), timed('hub2', 5), timed('hub3', 8), plan('hub4', [target])],
      { color: false, width: 120 },
    )
    expect(text).toMatch(/hub1, hub2 \(2 devices\)[\s\S]*takes the change back by itself after 5 min/)
    expect(text.match(/takes the change back by itself/g)).toHaveLength(2)
  })
})
