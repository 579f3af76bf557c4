import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeviceFacts } from '../../../src/model/facts.ts'
import type { Target } from '../../../src/model/intent.ts'
import type { TargetChange } from '../../../src/model/plan.ts'
import { asaDriver } from '../../../src/platform/asa/index.ts'
import { captureText } from '../../contract/captures.ts'
import { mapName } from '../../names.ts'
import { facts } from './device.ts'

const entry = (seq: number, map = 'outside_map'): Target => ({
  kind: 'crypto-map-entry',
  map: mapName(map),
  seq,
})
const texts = (change: TargetChange): { readonly lines: string[]; readonly revert: string[] } => ({
  lines: change.lines.map(({ line }) => line),
  revert: change.revert.map(({ line }) => line),
})
const set = (seq: number, word: string): string => `crypto map outside_map ${seq} set connection-type ${word}`

function printing(word: string | undefined): DeviceFacts {
  const device = facts()
  const cryptoMaps = device.cryptoMaps.map(
    ({ connectionType: _type, connectionTypePrinted: _printed, ...rest }) =>
      word === undefined
        ? rest
        : { ...rest, connectionType: 'bidirectional' as const, connectionTypePrinted: word },
  )
  return { ...device, cryptoMaps }
}

describe('the change of an entry', () => {
  it('is one flat line, and the way back the word that the device printed', () => {
    expect(asaDriver.change(facts(), entry(10), 'answer-only')).toEqual({
      lines: [{ line: set(10, 'answer-only'), opens: false }],
      revert: [{ line: set(10, 'bidirectional'), opens: false }],
    })
  })

  it('goes back to the other spelling on a device that has it', () => {
    expect(texts(asaDriver.change(printing('bi-directional'), entry(10), 'answer-only')).revert).toEqual([
      set(10, 'bi-directional'),
    ])
  })

  it('goes back to the default, written out, where nothing was printed', () => {
    expect(texts(asaDriver.change(printing(undefined), entry(10), 'answer-only')).revert).toEqual([
      set(10, 'bidirectional'),
    ])
  })

  it('takes the setting away, and can give it back', () => {
    expect(texts(asaDriver.change(facts(), entry(20), 'bidirectional'))).toEqual({
      lines: [set(20, 'bidirectional')],
      revert: [set(20, 'answer-only')],
    })
  })

  it('is never made for an entry that does not exist or is dynamic, nor to originate-only', () => {
    expect(() => asaDriver.change(facts(), entry(1), 'answer-only')).toThrow(/not checked/)
    expect(() => asaDriver.change(facts(), entry(65_535), 'answer-only')).toThrow(/not checked/)
    expect(() => asaDriver.change(facts(), entry(10), 'originate-only')).toThrow(/not checked/)
  })
})

describe('reading back', () => {
  const line = asaDriver.readBack(entry(10))
  const value = (text: string, target: Target): unknown => {
    const read = asaDriver.valueIn({ line, text }, target)
    return read.kind === 'ok' ? read.value : read.error.message
  }
  const every = captureText('asa', 'show-running-config-all-crypto-map', 'every-type')

  it('asks for the defaults too', () => {
    expect(line).toBe('show running-config all crypto map')
  })

  it.for([
    [entry(10), 'bidirectional'],
    [entry(20), 'answer-only'],
    [entry(100), 'originate-only'],
    [entry(1), 'absent'],
    [entry(65_535), 'absent'],
    [entry(10, 'OUTSIDE_MAP'), 'absent'],
    [entry(10, 'spare_map'), 'bidirectional'],
  ] as const)('takes exactly the entry of this map and number: %o is %s', ([target, expected]) => {
    expect(value(every, target)).toBe(expected)
  })

  it('takes the other spelling for the same', () => {
    const text = captureText('asa', 'show-running-config-all-crypto-map', 'older-spelling')
    expect(value(text, entry(10))).toBe('bidirectional')
  })

  it('takes an entry without the line for the default', () => {
    expect(value('crypto map outside_map 10 set peer 203.0.113.20\n', entry(10))).toBe('bidirectional')
  })

  it('is a fault for a refusal, for other output and for an unknown word', () => {
    expect(asaDriver.valueIn({ line, text: '', refusal: 'ERROR: x' }, entry(10)).kind).toBe('err')
    expect(value('IKEv1 SAs:\n', entry(10))).toMatch(/holds other lines/)
    expect(value('crypto map outside_map 10 set connection-type sometimes\n', entry(10))).toMatch(/sometimes/)
  })

  it('reads what a change wrote, for every entry and either wish', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 65_535 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(numbers, fc.nat(), (all, pick) => {
        const chosen = all[pick % all.length] ?? 1
        const text = all.map((seq) => set(seq, seq === chosen ? 'answer-only' : 'bidirectional')).join('\n')
        for (const seq of all)
          expect(value(text, entry(seq))).toBe(seq === chosen ? 'answer-only' : 'bidirectional')
      }),
    )
  })
})
