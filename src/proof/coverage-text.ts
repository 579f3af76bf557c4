import type { Coverage } from '../model/outcome.ts'

/** The parts of a target's verdict that the sentence is made of. */
export interface CoveredTarget {
  readonly coverage: Coverage
  readonly completeByMs?: number
}

/** Coverage of several targets together. A peer of two targets counts in both. */
export function totalCoverage(all: readonly Coverage[]): Coverage {
  const sum = (key: keyof Coverage): number =>
    all.reduce((total, coverage) => total + (coverage[key] ?? 0), 0)
  const ambiguous = sum('ambiguous')
  return {
    peers: sum('peers'),
    proven: sum('proven'),
    waiting: sum('waiting'),
    atRisk: sum('atRisk'),
    idle: sum('idle'),
    lost: sum('lost'),
    ...(ambiguous === 0 ? {} : { ambiguous }),
  }
}

/**
 * `2 of 80 peers proven, 66 waiting, 12 at risk, 0 idle; complete by 03:41 at the latest`, over all targets.
 * `timeOf` writes a moment since the push as the time of day. Lost peers, and ambiguous ones, are added where
 * there are any; the end is left out where nothing is outstanding, and said to be unknown where a device
 * prints no lifetimes. Ambiguous peers are not outstanding: waiting tells nothing more of them.
 */
export function coverageText(
  targets: readonly CoveredTarget[],
  timeOf: (sincePushMs: number) => string,
): string {
  const total = totalCoverage(targets.map((target) => target.coverage))
  const lost = total.lost > 0 ? `, ${total.lost} lost` : ''
  const ambiguous = total.ambiguous === undefined ? '' : `, ${total.ambiguous} ambiguous`
  const counts = `${total.proven} of ${total.peers} peers proven, ${total.waiting} waiting, ${total.atRisk} at risk, ${total.idle} idle${lost}${ambiguous}`
  const open = targets.filter(({ coverage }) => coverage.waiting + coverage.atRisk > 0)
  if (open.length === 0) return counts
  const ends = open.flatMap((target) => target.completeByMs ?? [])
  return ends.length < open.length
    ? `${counts}; when the last old SA ends is not known`
    : `${counts}; complete by ${timeOf(Math.max(...ends))} at the latest`
}
