import { describe, expect, it } from 'vitest'
import { type AccountKind, type CommandRule, ruleText } from '../../src/model/command-set.ts'
import type { TargetIntent } from '../../src/model/intent.ts'
import { lines as asaLines } from '../../src/platform/asa/commands.ts'
import { asaDriver } from '../../src/platform/asa/index.ts'
import { type AskedOfDevice, commandSetOf } from '../../src/platform/command-set.ts'
import { iosDriver } from '../../src/platform/ios/index.ts'
import { lines as iosLines } from '../../src/platform/ios/probes.ts'
import { contextName as context, entryTarget, mapName as map, profileName, profileTarget } from '../names.ts'

const asked = (targets: readonly TargetIntent[], more: Partial<AskedOfDevice> = {}): AskedOfDevice => ({
  targets,
  clears: false,
  saves: false,
  ...more,
})
const set = (driver: typeof iosDriver, wish: AskedOfDevice, account: AccountKind = 'change') =>
  commandSetOf(driver, wish, account)
const texts = (rules: readonly CommandRule[]): readonly string[] => rules.map(ruleText)
const beyondReading = (driver: typeof iosDriver, wish: AskedOfDevice): readonly string[] => {
  const reading = new Set(texts(set(driver, wish, 'read').permits))
  return texts(set(driver, wish).permits).filter((text) => !reading.has(text))
}
const iosChange = ['configure terminal', 'end', 'end', 'responder-only', 'no responder-only']

describe('the lines of an account', () => {
  it('hold every read-only line that a platform has a name for', () => {
    const ios = texts(set(iosDriver, asked([]), 'read').permits)
    expect(Object.values(iosLines).filter((line) => !ios.includes(line))).toEqual([])
    const asa = texts(set(asaDriver, asked([]), 'read').permits)
    expect(Object.values(asaLines).filter((line) => !asa.includes(line))).toEqual([])
  })

  it('lead into configuration mode for a changing account only, and save or clear only where that is asked for', () => {
    const wish = asked([profileTarget('VPN')])
    expect(
      texts(set(iosDriver, wish, 'read').permits).filter((text) => !/^(?:show|terminal) /.test(text)),
    ).toEqual(['enable', 'exit'])
    expect(beyondReading(iosDriver, wish).toSorted()).toEqual(
      [...iosChange, 'crypto ipsec profile VPN'].toSorted(),
    )
    expect(
      beyondReading(iosDriver, { ...wish, saves: true, clears: true, revertTimer: { minutes: 7 } }),
    ).toEqual(
      expect.arrayContaining([
        'write memory',
        'clear crypto session remote ADDRESS',
        'configure terminal revert timer 7',
        'configure confirm',
      ]),
    )
    expect(beyondReading(iosDriver, { ...wish, revertTimer: 'auto' })).toContain(
      'configure terminal revert timer NUMBER',
    )
  })

  it('are open only where the device decides, and closed again by except', () => {
    const inUse = set(iosDriver, asked([{ kind: 'profiles-in-use', except: [profileName('OLD')] }]))
    expect(texts(inUse.permits)).toContain('crypto ipsec profile NAME')
    expect(texts(inUse.denies)).toEqual(['crypto ipsec profile OLD'])
    const named = asked([{ kind: 'profiles-in-use', except: [profileName('OLD')] }, profileTarget('OLD')])
    expect(set(iosDriver, named).denies).toEqual([])
    const entries = set(asaDriver, asked([{ kind: 'static-entries', map: map('1'), except: [20] }]))
    expect(texts(entries.permits)).toContain('crypto map 1 NUMBER set connection-type answer-only')
    expect(texts(entries.denies)).toEqual(
      ['answer-only', 'bidirectional', 'bi-directional'].map(
        (word) => `crypto map 1 20 set connection-type ${word}`,
      ),
    )
  })

  it('hold the contexts of an ASA by name, and nothing for a crypto map of a router, which is refused', () => {
    const entry = entryTarget('outside_map', 10)
    const inContext = { ...entry, context: context('customer-a') }
    expect(texts(set(asaDriver, asked([inContext]), 'read').permits)).toEqual(
      expect.arrayContaining(['changeto context customer-a', 'changeto system']),
    )
    expect(texts(set(asaDriver, asked([entry]), 'read').permits).join()).not.toContain('changeto')
    const refused = asked([{ kind: 'ios-crypto-map', map: map('OLD') }])
    expect(beyondReading(iosDriver, refused).join()).not.toContain('crypto')
  })

  it('hold a VTI profile of an ASA', () => {
    expect(beyondReading(asaDriver, asked([profileTarget('VTI')])).toSorted()).toEqual(
      [...iosChange, 'crypto ipsec profile VTI'].toSorted(),
    )
  })
})
