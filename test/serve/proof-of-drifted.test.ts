import { describe, expect, it } from 'vitest'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import { emptyServeState, type ServeState } from '../../src/model/serve-state.ts'
import { reduceServe } from '../../src/serve/reduce.ts'
import { device, profile, run } from '../report/builders.ts'

const drifted = device('hub1', 'pending', {
  targets: [profile('VPN', 'pending', { pendingKind: 'drifted', after: 'bidirectional' })],
})
/** What `verify` says of a target that somebody has changed since. */
const nothingToProve = device('hub1', 'failed', {
  targets: [profile('VPN', 'failed', { after: 'bidirectional' }), profile('BRANCH', 'verified')],
  error: { code: 'READ_BACK_FAILED', message: 'VPN reads bidirectional', next: 'run plan' },
})

function afterCheck(outcome: DeviceOutcome): ServeState {
  const result = run([outcome], { command: 'drift' })
  const event = {
    kind: 'run-ended',
    schedule: 'hubs',
    dueAt: '',
    durationMs: 1,
    exitCode: 2,
    result,
  } as const
  return reduceServe(emptyServeState, { at: '2026-11-24T02:00:00.000Z', event })
}

function afterProof(state: ServeState, outcome: DeviceOutcome): ServeState['devices'][number] | undefined {
  const event = {
    kind: 'proof-checked',
    runId: 'r',
    exitCode: 1,
    result: run([outcome], { command: 'verify' }),
  } as const
  return reduceServe(state, { at: '2026-11-24T02:30:00.000Z', event }).devices[0]
}

describe('a look at the proof of a target that somebody has changed since', () => {
  it('leaves a device as it stands that is known to have drifted', () => {
    const state = afterCheck(drifted)
    expect(afterProof(state, nothingToProve)).toEqual(state.devices[0])
  })

  it('says of a device that was well what the next check will say, so that it is told once', () => {
    const seen = afterProof(afterCheck(device('hub1', 'compliant')), nothingToProve)
    expect(seen?.now).toEqual(afterCheck(drifted).devices[0]?.now)
  })

  it('still says that another target of the device has failed', () => {
    const contradicted = {
      code: 'ROLE_CONTRADICTED',
      severity: 'block',
      target: 'BRANCH',
      message: 'BRANCH started',
      next: 'look',
    } as const
    const both = {
      ...nothingToProve,
      targets: [profile('VPN', 'failed', { after: 'bidirectional' }), profile('BRANCH', 'failed')],
      findings: [contradicted],
    }
    expect(afterProof(afterCheck(drifted), both)?.now).toMatchObject({
      status: 'failed',
      codes: ['ROLE_CONTRADICTED'],
    })
  })
})
