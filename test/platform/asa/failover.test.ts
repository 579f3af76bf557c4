import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FailoverFacts } from '../../../src/model/facts.ts'
import { lines } from '../../../src/platform/asa/commands.ts'
import { failoverOf } from '../../../src/platform/asa/failover-role.ts'
import { asaDriver } from '../../../src/platform/asa/index.ts'
import { mapName } from '../../names.ts'
import { captures, facts, intent } from './device.ts'

function role(failover: string, failoverState = ''): FailoverFacts | undefined {
  return failoverOf(captures({ failover, failoverState }))
}

describe('the part of an ASA in a failover pair', () => {
  it('is none where failover is off, and not known where nothing was shown', () => {
    expect(role('off')).toMatchObject({ on: false, active: true })
    expect(facts().failover).toBeUndefined()
    const refused = { line: lines.failover, text: '', refusal: 'ERROR: % Invalid input detected' }
    expect(failoverOf([refused])).toBeUndefined()
  })

  it.for([
    ['active', '', { active: true, state: 'Active' }],
    ['active', 'old-reason', { active: true, state: 'Active', synced: true }],
    ['active-mate-failed', '', { active: true, state: 'Active', synced: false }],
    ['active', 'syncing', { active: true, synced: false }],
    ['standby', '', { active: false, state: 'Standby Ready' }],
    [
      'standby-with-addresses',
      'standby',
      { active: false, state: 'Standby Ready', synced: true, activeAddress: '192.0.2.3' },
    ],
    ['in-a-context', '', { active: false, state: 'Standby Ready', activeAddress: '203.0.113.3' }],
    ['active-active', '', { active: false, state: 'Standby Ready', group: 2 }],
    ['', 'old-reason', { on: true, active: true, state: 'Active' }],
    ['', 'active-active', { on: true, active: false, state: 'Standby Ready', group: 2 }],
  ] as const)('is read from “%s” and “%s”', ([failover, state, expected]) => {
    expect(role(failover, state)).toMatchObject({ on: true, ...expected })
  })

  it('is not taken from the reason of an older failover, whatever it says', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Active', 'Ifc Failure', 'No Active unit found', 'Comm Failure'),
        (reason) => {
          const text = [
            '               State          Last Failure Reason      Date/Time',
            'This host  -   Secondary',
            `               Standby Ready  ${reason}`,
            `                              ${reason}`,
            'Other host -   Primary',
            `               Active         ${reason}`,
          ].join('\n')
          expect(failoverOf([{ line: lines.failoverState, text }])).toMatchObject({
            active: false,
            state: 'Standby Ready',
          })
        },
      ),
    )
  })

  it('is a standby one where the unit left the pair and stands by', () => {
    const text = 'Failover Off (pseudo-Standby)\nFailover unit Secondary\n'
    const states = [
      '               State          Last Failure Reason      Date/Time',
      'This host  -   Secondary',
      '               Disabled       None',
    ].join('\n')
    for (const more of [[], [{ line: lines.failoverState, text: states }]]) {
      expect(failoverOf([{ line: lines.failover, text }, ...more])).toMatchObject({
        on: true,
        active: false,
        state: 'pseudo-Standby',
      })
    }
  })

  it('is not active where the first line says more than On or Off', () => {
    const text = 'Failover Off (other words)\n'
    expect(failoverOf([{ line: lines.failover, text }])).toMatchObject({ on: true, active: false })
  })

  it('prints both of its units: their serial numbers and the addresses of their interfaces', () => {
    const text = [
      'Failover On ',
      'Serial Number: Ours JAX2000A001, Mate JAX2000A002',
      '        This host: Secondary - Standby Ready ',
      '                  Interface outside (203.0.113.4): Normal (Monitored)',
      '                  Interface spare (0.0.0.0): Normal (Waiting)',
      '        Other host: Primary - Active ',
      '                  Interface outside (203.0.113.3): Normal (Monitored)',
    ].join('\n')
    expect(failoverOf([{ line: lines.failover, text }])?.units).toEqual({
      own: { serial: 'JAX2000A001', addresses: ['outside 203.0.113.4'] },
      mate: { serial: 'JAX2000A002', addresses: ['outside 203.0.113.3'] },
    })
  })

  it('is not active where its own state is not shown', () => {
    expect(failoverOf([{ line: lines.failover, text: 'Failover On\n' }])).toMatchObject({ active: false })
  })
})

describe('a failover pair', () => {
  const wish = intent([{ kind: 'crypto-map-entry', map: mapName('outside_map'), seq: 10 }])
  const found = (failover: string, failoverState = '') =>
    asaDriver
      .precheck(facts({ failover, failoverState }), wish)
      .findings.filter(({ code }) => code.startsWith('FAILOVER'))

  it('takes nothing on its standby unit, and the address of the active one is named', () => {
    const [finding, ...more] = found('standby-with-addresses')
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'block', code: 'FAILOVER_STANDBY' })
    expect(finding?.message).toContain('192.0.2.3')
    expect(finding?.evidence).toContain('This host: Secondary - Standby Ready')
  })

  it('is warned of when the mate does not have the configuration', () => {
    expect(found('active-mate-failed').map(({ severity, code }) => [severity, code])).toEqual([
      ['warn', 'FAILOVER_UNSYNCED'],
    ])
  })

  it('in which both are well, and a single unit, are nothing to tell of', () => {
    expect(found('active', 'old-reason')).toEqual([])
    expect(found('off')).toEqual([])
  })
})
