import { describe, expect, it } from 'vitest'
import { exitMeaning } from '../../src/report/exit-meaning.ts'
import { device, finding, profile, run } from './builders.ts'

const unsaved = device('hub1', 'verified', { findings: [finding('NOT_SAVED', 'warn')] })
const verified = device('hub1', 'verified', { targets: [profile('VPN', 'verified')] })
const asAsked = device('hub2', 'compliant', { targets: [profile('VPN', 'compliant')] })

describe('the exit code in words', () => {
  it.each([
    [0, 'plan', [], 'nothing to change'],
    [0, 'apply', [device('hub1', 'verified')], 'every target is as asked'],
    [0, 'verify', [verified], 'every target is proven'],
    [0, 'verify', [asAsked], 'every target is as asked; no change is on record that would prove a role'],
    [
      0,
      'verify',
      [verified, asAsked],
      'every target is proven or as asked; of 1 of 2, no change is on record that would prove a role',
    ],
    [1, 'apply', [device('hub1', 'blocked'), device('hub2', 'failed')], 'a device is failed or blocked'],
    [2, 'plan', [device('hub1', 'pending')], 'changes are pending, nothing was sent'],
    [3, 'apply', [device('hub1', 'unproven')], 'changed, but the proof of a target is outstanding'],
    [3, 'apply', [unsaved], 'changed, but a configuration is not saved'],
    [
      3,
      'apply',
      [unsaved, device('hub2', 'unproven')],
      'changed, but a target is unproven and a configuration is not saved',
    ],
    [4, 'apply', [device('hub5', 'unknown')], 'the state of hub5 is unknown: a person must look'],
    [130, 'apply', [], 'interrupted'],
    [64, 'apply', [], 'usage, playbook or inventory is wrong; nothing was contacted'],
  ] as const)('%i of %s is explained by what happened', (code, command, devices, meaning) => {
    expect(exitMeaning(code, run(devices, { command }))).toBe(meaning)
  })

  it('says of what drift has put back what is still open', () => {
    const remediation = { due: ['hub1'], begun: ['hub1'], held: [] }
    const meaning = (one: Parameters<typeof device>[2]): string =>
      exitMeaning(3, run([device('hub1', 'unproven', one)], { command: 'drift', remediation }))
    const sent = [profile('VPN', 'unproven')]
    const late = finding('PROOF_OVERDUE', 'warn')
    expect(meaning({ targets: sent })).toBe('put back, but the proof of a target is outstanding')
    expect(meaning({ findings: [finding('NOT_SAVED', 'warn')] })).toBe(
      'put back, but a configuration is not saved',
    )
    expect(meaning({ targets: sent, findings: [late] })).toBe(
      'put back, but the proof of a target is outstanding, and the proof of a target is overdue',
    )
    expect(meaning({ findings: [late] })).toBe('the proof of a target is overdue')
  })

  it('leaves out what the playbook expects, and says so', () => {
    const known = { reason: 'line ordered', until: '2027-01-31' }
    const expected = device('site-113', 'unreachable', { known })
    expect(exitMeaning(0, run([device('hub1', 'verified'), expected]))).toBe(
      'every target is as asked, apart from what the playbook expects',
    )
    expect(exitMeaning(1, run([device('hub1', 'blocked'), expected]))).toBe('a device is blocked')
  })
})
