import { describe, expect, it } from 'vitest'
import { iosDriver } from '../../../src/platform/ios/index.ts'
import { lines } from '../../../src/platform/ios/probes.ts'
import { factsOf, hubConfig, map, profileTarget } from './builders.ts'

const value = (text: string, name: string) =>
  iosDriver.valueIn({ line: lines.config, text }, profileTarget(name))

describe('a change of IOS', () => {
  it('enters the profile, sets it, and goes back to the present value', () => {
    const { lines: sent, revert } = iosDriver.change(factsOf(), profileTarget('VPN'), 'responder-only')
    expect(sent.map((step) => [step.line, step.opens])).toEqual([
      ['crypto ipsec profile VPN', true],
      ['responder-only', false],
    ])
    expect(revert.map((step) => step.line)).toEqual(['crypto ipsec profile VPN', 'no responder-only'])
    expect(sent.every((step) => step.subMode?.test('ipsec-profile'))).toBe(true)
    expect(sent.every((step) => step.subMode?.test('config'))).toBe(false)
  })

  it('reverts a profile that is set to being set', () => {
    const { lines: sent, revert } = iosDriver.change(factsOf(), profileTarget('VPN2'), 'bidirectional')
    expect(sent.at(-1)?.line).toBe('no responder-only')
    expect(revert.at(-1)?.line).toBe('responder-only')
  })

  it('is never made of a profile that does not exist, nor of a crypto map', () => {
    expect(() => iosDriver.change(factsOf(), profileTarget('TYPO'), 'responder-only')).toThrow(
      /does not exist/,
    )
    const entry = { kind: 'crypto-map-entry', map: map('MAP'), seq: 10 } as const
    expect(() => iosDriver.change(factsOf(), entry, 'answer-only')).toThrow(/crypto map/)
    expect(() => iosDriver.change(factsOf(), profileTarget('VPN'), 'answer-only')).toThrow(/cannot be/)
  })

  it('is read back by exact name', () => {
    expect(value(hubConfig, 'VPN')).toEqual({ kind: 'ok', value: 'bidirectional' })
    expect(value(hubConfig, 'VPN2')).toEqual({ kind: 'ok', value: 'responder-only' })
    expect(value(hubConfig, 'vpn')).toEqual({ kind: 'ok', value: 'absent' })
    expect(value(hubConfig, 'VPN22')).toEqual({ kind: 'ok', value: 'absent' })
  })

  it.for([
    ['cut off', hubConfig.slice(0, -5)],
    ['nothing', ''],
    ['of another command', 'Interface  IP-Address\nend\n'],
  ] as const)('is not read back from output that is %s', ([, text]) => {
    expect(value(text, 'VPN').kind).toBe('err')
  })

  it('is not read back when the device refuses the line', () => {
    const refused = { line: lines.config, text: hubConfig, refusal: 'Command authorization failed.' }
    expect(iosDriver.valueIn(refused, profileTarget('VPN'))).toMatchObject({
      kind: 'err',
      error: { excerpt: 'Command authorization failed.' },
    })
  })
})
