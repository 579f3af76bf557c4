import { describe, expect, it } from 'vitest'
import type { ReportInput } from '../../src/report/change-report.ts'
import { decisionPoints } from '../../src/report/decision.ts'
import { coverage, device, entry, finding, profile, profileLines, run } from './builders.ts'
import { boardApply, boardPlan, impact, input, peerImpact } from './report-inputs.ts'

const said = (one: ReportInput, label: string): string | undefined =>
  decisionPoints(one)
    .find((point) => point.label === label)
    ?.sentences.join(' ')

describe('what a board decides by', () => {
  it('is asked in one order: what, when, what can go wrong, how it goes back', () => {
    expect(decisionPoints(boardPlan).map(({ label }) => label)).toEqual([
      'What is asked for',
      'What holds it up',
      'When it takes effect',
      'What can go wrong',
      'How it goes back',
    ])
    expect(decisionPoints(boardApply).map(({ label }) => label)).toContain('What is proven')
  })

  it('says by code and name what refused a device or ended with it, but not what is expected', () => {
    expect(said(boardPlan, 'What holds it up')).toBe('PEER_TYPE_UNSUPPORTED (asa-hq), CONNECT_FAILED (hub9).')
    const error = { code: 'CONNECT_FAILED', message: 'no answer', next: 'look' } as const
    const known = device('hub9', 'unreachable', { error, known: { reason: 'ordered', until: '2027-01-31' } })
    expect(decisionPoints(input(run([known], { command: 'plan' }))).map(({ label }) => label)).toEqual([
      'What is asked for',
    ])
  })

  it('names the peers that nothing shows able to start, and who took a risk on', () => {
    expect(said(boardPlan, 'What can go wrong')).toBe(
      'Nothing shows that 1 peer can start: hub1 with 203.0.113.12; if not, such a tunnel stays down once its present SA has ended. 1 blocking finding accepted by noc, with reasons below.',
    )
  })

  it('names those that cannot, and counts warnings by code and device', () => {
    const never = peerImpact('203.0.113.30', { canStart: { answer: 'no', why: 'it waits' } })
    const one = device('asa-hq', 'pending', {
      targets: [
        entry('outside_map/10', 'pending', {
          sent: false,
          impact: impact([never], { wanted: 'answer-only' }),
        }),
      ],
      findings: [finding('PROFILE_SHARED', 'warn'), finding('PROFILE_SHARED', 'warn')],
    })
    const text = said(input(run([one], { command: 'plan' })), 'What can go wrong')
    expect(text).toContain('1 peer cannot start: asa-hq with 203.0.113.30; such a tunnel stays down')
    expect(text).toContain('Warnings: PROFILE_SHARED (asa-hq).')
  })

  it('says of what was taken back that it is not in effect', () => {
    const error = { code: 'PEER_LOST', message: 'lost', next: 'look' } as const
    const target = profile('VPN', 'rolled-back', {
      after: 'bidirectional',
      impact: impact([peerImpact('203.0.113.11')]),
    })
    const one = device('hub1', 'rolled-back', {
      targets: [target],
      findings: [finding('PEER_LOST', 'block')],
      error,
    })
    const back = input(run([one]))
    expect(said(back, 'What was changed')).toContain('bidirectional → responder-only, taken back')
    expect(said(back, 'What went wrong')).toBe('PEER_LOST (hub1).')
    expect(said(back, 'When it takes effect')).toContain('It is taken back: it is not in effect.')
    expect(said(back, 'What can go wrong')).toBeUndefined()
  })

  it('has no doubt about a start where the setting is taken away', () => {
    const doubt = peerImpact('203.0.113.30', { canStart: { answer: 'no', why: 'it waits' } })
    const away = profile('VPN', 'pending', {
      sent: false,
      impact: impact([doubt], { wanted: 'bidirectional' }),
    })
    const one = device('hub1', 'pending', { targets: [away] })
    expect(said(input(run([one], { command: 'plan' })), 'What can go wrong')).toBeUndefined()
    expect(said(input(run([one], { command: 'plan' })), 'When it takes effect')).toContain('at once')
  })

  it('counts settings of several kinds', () => {
    const one = device('hub1', 'pending', {
      targets: [
        profile('VPN', 'pending', { sent: false, impact: impact([]) }),
        profile('DMVPN', 'pending', { sent: false, impact: impact([]) }),
        entry('outside_map/10', 'pending', { sent: false, impact: impact([], { wanted: 'answer-only' }) }),
      ],
    })
    expect(said(input(run([one], { command: 'plan' })), 'What is asked for')).toContain(
      'The setting: bidirectional → responder-only (2 targets); bidirectional → answer-only (1 target).',
    )
  })

  it('adds up what is proven over all targets', () => {
    const one = device('hub1', 'unproven', {
      targets: [
        profile('A', 'unproven', { coverage: coverage({ peers: 3, proven: 1, waiting: 1, atRisk: 1 }) }),
        profile('B', 'verified', { coverage: coverage() }),
      ],
    })
    expect(said(input(run([one])), 'What is proven')).toBe(
      '3 of 5 peers proven by a fresh SA that the peer started, 1 at risk, 1 waiting.',
    )
  })

  it('counts only lines that still stand as the way back, and names a revert timer', () => {
    const change = { ...profileLines, revertTimer: { minutes: 5 } }
    const targets = [profile('VPN', 'verified')]
    const gone = device('hub1', 'rolled-back', {
      targets: [profile('VPN', 'rolled-back')],
      change: profileLines,
    })
    const stands = ['hub2', 'hub3'].map((host) => device(host, 'verified', { targets, change }))
    const text = said(input(run([gone, ...stands])), 'How it goes back')
    expect(text).toContain('1 device was taken back already')
    expect(text).toContain('4 lines on 2 devices')
    expect(text).toContain('hub2, hub3: the device takes the change back by itself')
  })
})
