import { describe, expect, it } from 'vitest'
import { codeGroups } from '../../src/model/explain.ts'
import { renderCodeList, renderExplanation } from '../../src/report/explain.ts'

const codes = codeGroups.flatMap((group) => group.codes)

describe('the explanation of a code', () => {
  it.each([40, 80, 120])('fits into %i columns', (width) => {
    for (const one of codes)
      for (const line of renderExplanation(one, { color: false, width }).split('\n'))
        expect(line.length).toBeLessThanOrEqual(width)
    for (const line of renderCodeList({ color: false, width }).split('\n'))
      expect(line.length).toBeLessThanOrEqual(width)
  })

  it('colours the code only where colour is wanted', () => {
    const [one] = codes
    if (one === undefined) throw new Error('no codes')
    expect(renderExplanation(one, { color: true, width: 80 })).toContain('\u001b[1m')
    expect(renderExplanation(one, { color: false, width: 80 })).not.toContain('\u001b')
  })
})
