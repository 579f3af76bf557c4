import { describe, expect, it } from 'vitest'
import type { Coverage } from '../../src/model/outcome.ts'
import { coverageText } from '../../src/proof/coverage-text.ts'

const none: Coverage = { peers: 0, proven: 0, waiting: 0, atRisk: 0, idle: 0, lost: 0 }
const clock = (ms: number): string => `T+${ms / 60_000}m`

describe('the sentence on coverage', () => {
  it('counts peers over all targets and names the last end', () => {
    const targets = [
      { coverage: { ...none, peers: 50, proven: 2, waiting: 48 }, completeByMs: 600_000 },
      { coverage: { ...none, peers: 30, waiting: 18, atRisk: 12 }, completeByMs: 1_200_000 },
    ]
    expect(coverageText(targets, clock)).toBe(
      '2 of 80 peers proven, 66 waiting, 12 at risk, 0 idle; complete by T+20m at the latest',
    )
  })

  it('says that the end is not known when one target does not know it', () => {
    const targets = [
      { coverage: { ...none, peers: 1, waiting: 1 }, completeByMs: 600_000 },
      { coverage: { ...none, peers: 1, atRisk: 1 } },
    ]
    expect(coverageText(targets, clock)).toBe(
      '0 of 2 peers proven, 1 waiting, 1 at risk, 0 idle; when the last old SA ends is not known',
    )
  })

  it('names no end when nothing is outstanding, and names the lost', () => {
    const targets = [{ coverage: { ...none, peers: 3, proven: 1, idle: 1, lost: 1 } }]
    expect(coverageText(targets, clock)).toBe('1 of 3 peers proven, 0 waiting, 0 at risk, 1 idle, 1 lost')
  })
})
