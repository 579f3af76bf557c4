import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseContextName, parseMapName, parseProfileName } from '../../src/model/ids.ts'
import { isTargetName, targetName } from '../../src/model/intent.ts'

const name = (longest: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,${longest - 1}}$`))

describe('the name of a target', () => {
  it('is known as one, however long its parts are', () => {
    const parts = fc.tuple(name(80), fc.integer({ min: 1, max: 65_535 }), fc.option(name(32)))
    fc.assert(
      fc.property(parts, ([text, seq, inContext]) => {
        const [map, profile] = [parseMapName(text), parseProfileName(text)]
        const context = inContext === null ? undefined : parseContextName(inContext)
        if (map === undefined || profile === undefined) return expect.unreachable()
        const entry = {
          kind: 'crypto-map-entry',
          map,
          seq,
          ...(context === undefined ? {} : { context }),
        } as const
        expect(isTargetName(targetName(entry))).toBe(true)
        expect(isTargetName(targetName({ kind: 'ipsec-profile', profile }))).toBe(true)
      }),
    )
  })

  it.each([
    '',
    '*',
    'm/*',
    'a b',
    'a;b/10',
    'x?',
    `${'m'.repeat(81)}/10`,
    `c d:${'m'.repeat(80)}/10`,
    `${'m'.repeat(78)}/70000`,
  ])('is not %j', (text) => {
    expect(isTargetName(text)).toBe(false)
  })
})
