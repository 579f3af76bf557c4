import { describe, expect, it } from 'vitest'
import type { DeviceFacts } from '../../../src/model/facts.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { Target, TargetIntent, WantedState } from '../../../src/model/intent.ts'
import { asaDriver } from '../../../src/platform/asa/index.ts'
import { hasVtiResponderOnly } from '../../../src/platform/asa/vti-release.ts'
import { captureText } from '../../contract/captures.ts'
import { mapName, profileName } from '../../names.ts'
import { facts, intent } from './device.ts'

const profile = (name: string): Target => ({ kind: 'ipsec-profile', profile: profileName(name) })
const device = (version?: string): DeviceFacts => {
  const read = facts({ configuration: 'vti-and-map' })
  return version === undefined ? read : { ...read, software: { ...read.software, version } }
}
const of = (
  targets: readonly TargetIntent[],
  read: DeviceFacts = device(),
  state: WantedState = 'responder-only',
): readonly Finding[] => {
  const { targets: states, findings } = asaDriver.precheck(read, intent(targets, { state }))
  return [...findings, ...states.flatMap((one) => one.findings)].filter(
    ({ code }) => code !== 'STILL_INITIATES' && code !== 'MANAGEMENT_THROUGH_TUNNEL',
  )
}
const codes = (...args: Parameters<typeof of>): readonly string[] =>
  of(...args).map(({ severity, code, target }) => `${severity} ${code} ${target ?? '-'}`)

describe('a VTI profile', () => {
  it('is a target with its tunnels, their peers and what its SAs live', () => {
    const [north] = asaDriver.precheck(device(), intent([profile('NORTH')])).targets
    expect(north).toMatchObject({
      before: 'bidirectional',
      wanted: 'responder-only',
      usedBy: ['Tunnel1'],
      peers: { listed: ['203.0.113.31'], any: false },
      ikeVersions: [2],
      lifetimes: { ikeSeconds: 43_200, ipsecSeconds: 3600, ipsecKilobytes: 0 },
      findings: [],
    })
    expect(north?.basis).toContain(' tunnel destination 203.0.113.31')
  })

  it.for([
    ['a name that differs in case', [profile('north')], ['block PROFILE_MISSING north']],
    ['one that nothing uses', [profile('SPARE')], ['block PROFILE_UNUSED SPARE']],
    ['one of a tunnel that is shut down', [profile('OLD')], ['block PROFILE_UNUSED OLD']],
    ['one of two tunnels', [profile('SOUTH')], ['warn PROFILE_SHARED SOUTH']],
    [
      'all in use',
      [{ kind: 'profiles-in-use', except: [profileName('OLD')] }],
      ['warn PROFILE_SHARED SOUTH'],
    ],
    [
      'all in use, and one that is shut down is left alone',
      [{ kind: 'profiles-in-use', except: [profileName('SOUTH')] }],
      ['warn PROFILE_UNUSED -'],
    ],
  ] as const)('is judged: %s', ([, targets, expected]) => {
    expect(codes(targets)).toEqual(expected)
  })

  it('is offered by the name that was meant', () => {
    expect(of([profile('NORHT')])[0]?.next).toBe('did you mean NORTH? it defines NORTH, SOUTH, OLD, SPARE')
  })

  it.for([
    ['9.16(4)', 'yes'],
    ['9.8(1)', 'yes'],
    ['9.7(1)4', 'unknown'],
    ['9.6(4)', 'no'],
    ['8.4(7)', 'no'],
    ['98.1(1)86', 'unknown'],
    ['100.8(40)11', 'unknown'],
  ] as const)('of %s knows responder-only: %s', ([version, expected]) => {
    expect(hasVtiResponderOnly({ os: 'asa', version, evidence: '' })).toBe(expected)
  })

  it('is refused where the release is not known to have it, unless the device shows it', () => {
    const { responderOnlyShown: _shown, ...without } = device('9.7(1)')
    expect(codes([profile('NORTH')], without)).toEqual(['block RELEASE_UNKNOWN NORTH'])
    expect(codes([profile('NORTH')], device('9.7(1)'))).toEqual(['info RELEASE_UNKNOWN NORTH'])
    expect(codes([profile('NORTH')], device('9.6(1)'))).toEqual(['block RELEASE_TOO_OLD NORTH'])
    expect(hasVtiResponderOnly({ os: 'pix', version: '8.0(4)', evidence: '' })).toBe('no')
    expect(hasVtiResponderOnly({ os: 'asa', evidence: '' })).toBe('unknown')
  })

  it('does not exist in multiple context mode', () => {
    const read = device()
    const inContext = { ...read, software: { ...read.software, contextMarker: 'context' as const } }
    expect(codes([profile('NORTH')], inContext)).toContain('block VPN_IN_CONTEXT_UNSUPPORTED NORTH')
  })
})

describe('the change of a VTI profile', () => {
  const texts = (name: string, wanted: 'responder-only' | 'bidirectional') => {
    const { lines, revert } = asaDriver.change(device(), profile(name), wanted)
    return { lines: lines.map(({ line }) => line), revert: revert.map(({ line }) => line) }
  }

  it('is a line in the profile, and its inverse', () => {
    expect(texts('NORTH', 'responder-only')).toEqual({
      lines: ['crypto ipsec profile NORTH', 'responder-only'],
      revert: ['crypto ipsec profile NORTH', 'no responder-only'],
    })
    expect(texts('SOUTH', 'bidirectional')).toEqual({
      lines: ['crypto ipsec profile SOUTH', 'no responder-only'],
      revert: ['crypto ipsec profile SOUTH', 'responder-only'],
    })
  })

  it('expects the mode of the profile in the prompt, however it is written', () => {
    const [enter, line] = asaDriver.change(device(), profile('NORTH'), 'responder-only').lines
    for (const sub of ['config-ipsec-profile', 'ipsec-profile', 'config-ipsecprofile']) {
      expect(enter?.subMode?.test(sub) === true && line?.subMode?.test(sub) === true).toBe(true)
    }
    expect(enter?.subMode?.test('config')).toBe(false)
    expect([enter?.opens, line?.opens]).toEqual([true, false])
  })

  it('is never made for a profile that does not exist, nor to answer-only', () => {
    expect(() => asaDriver.change(device(), profile('GONE'), 'responder-only')).toThrow(/not checked/)
    expect(() => asaDriver.change(device(), profile('NORTH'), 'answer-only')).toThrow(/not checked/)
  })

  it('is read back from the whole configuration, an entry on the same device from its own line', () => {
    const line = asaDriver.readBack(profile('NORTH'))
    expect(line).toBe('show running-config')
    expect(asaDriver.readBack({ kind: 'crypto-map-entry', map: mapName('outside_map'), seq: 10 })).toBe(
      'show running-config all crypto map',
    )
    const text = captureText('asa', 'show-running-config', 'vti-and-map')
    const value = (name: string, printed = text): unknown => {
      const read = asaDriver.valueIn({ line, text: printed }, profile(name))
      return read.kind === 'ok' ? read.value : 'fault'
    }
    expect(['NORTH', 'SOUTH', 'south'].map((name) => value(name))).toEqual([
      'bidirectional',
      'responder-only',
      'absent',
    ])
    expect(value('NORTH', text.replace(': end', ''))).toBe('fault')
    expect(asaDriver.valueIn({ line, text: '', refusal: 'ERROR: x' }, profile('NORTH')).kind).toBe('err')
  })
})
