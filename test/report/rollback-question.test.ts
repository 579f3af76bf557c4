import { describe, expect, it } from 'vitest'
import { renderRollbackQuestion } from '../../src/report/rollback-question.ts'

const of = '20261124T193012-4f1c9a'

describe('the question before a rollback', () => {
  it('names first what cannot be reached, all of it, then what is left alone and why; all escaped', () => {
    const unreachable = Array.from({ length: 60 }, (_, nth) => ({
      host: `hub${nth}`,
      why: 'timed out\u001b[2J',
    }))
    const leftAlone = [{ host: 'fw1', target: 'outside_map/10', why: 'somebody changed it since' }]
    const text = renderRollbackQuestion(
      { of, unreachable, plans: [], saves: ['hub99'], leftAlone },
      { color: false, width: 100 },
    )
    const [first = '', ...rest] = text.split('\n')
    expect(first).toContain('cannot be reached, and stays as it is (60 devices): hub0, hub1')
    expect(text).toContain('hub59')
    const at = (what: string): number => rest.findIndex((line) => line.includes(what))
    expect(at(`takes run ${of} back on 0 devices`)).toBeGreaterThan(0)
    expect(at('left alone')).toBeGreaterThan(at('takes run'))
    expect(text).toContain('fw1 outside_map/10: somebody changed it since')
    expect(text).not.toContain('\u001b')
  })
})
