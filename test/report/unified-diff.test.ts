import fc from 'fast-check'
import { expect, it } from 'vitest'
import { unifiedDiff } from '../../src/report/unified-diff.ts'

const lines = fc.array(fc.constantFrom('a', 'b', 'c', ' d'), { maxLength: 12 })

it('holds both sides of a difference, each in its order, and nothing twice', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = unifiedDiff(before, after)
      const side = (sign: '-' | '+') => diff.filter((one) => one.sign !== sign).map(({ text }) => text)
      expect(side('+')).toEqual(before)
      expect(side('-')).toEqual(after)
    }),
  )
})

it('keeps what is the same', () => {
  expect(unifiedDiff(['a', 'b'], ['a', 'c', 'b'])).toEqual([
    { sign: ' ', text: 'a' },
    { sign: '+', text: 'c' },
    { sign: ' ', text: 'b' },
  ])
})
