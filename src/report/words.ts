import type { Coverage, DeviceOutcome } from '../model/outcome.ts'

type Word = Exclude<keyof Coverage, 'peers' | 'proven'>

const meanings: Readonly<Record<Word, string>> = {
  lost: 'lost: had an SA before the push and has none now',
  atRisk: 'at risk: only old SAs, started by this device; shown when the next one is made',
  waiting: 'waiting: only old SAs, started by the peer',
  idle: 'idle: had no SA before',
  ambiguous: 'ambiguous: may belong to several tunnels of this device, so that its SAs prove nothing for one',
}

const ofOneSa =
  'at-risk: an old SA that this device started; its peer has another one, which it started itself'

const order: readonly Word[] = ['lost', 'atRisk', 'waiting', 'idle', 'ambiguous']

/** The words of coverage that occur in a report, explained once. */
export function wordsOf(devices: readonly DeviceOutcome[]): readonly string[] {
  const all = devices.flatMap((device) => device.targets.flatMap((target) => target.coverage ?? []))
  const words = order.filter((word) => all.some((coverage) => (coverage[word] ?? 0) > 0))
  // Coverage counts peers, a row is about one SA: a peer that started another one is not at risk.
  const rows = devices.some((device) => device.roles.some(({ proof }) => proof === 'at-risk'))
  const ofRows = rows && all.length > 0 && !words.includes('atRisk') ? [ofOneSa] : []
  return [...ofRows, ...words.map((word) => meanings[word])]
}
