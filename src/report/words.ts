import type { Coverage, DeviceOutcome } from '../model/outcome.ts'

type Word = Exclude<keyof Coverage, 'peers' | 'proven'>

const meanings: Readonly<Record<Word, string>> = {
  lost: 'lost: had an SA before the push and has none now',
  atRisk: 'at risk: only old SAs, started by this device; shown when the next one is made',
  waiting: 'waiting: only old SAs, started by the peer',
  idle: 'idle: had no SA before',
  ambiguous: 'ambiguous: may belong to several tunnels of this device, so that its SAs prove nothing for one',
}

const order: readonly Word[] = ['lost', 'atRisk', 'waiting', 'idle', 'ambiguous']

/** The words of coverage that occur in a report, explained once. */
export function wordsOf(devices: readonly DeviceOutcome[]): readonly string[] {
  const all = devices.flatMap((device) => device.targets.flatMap((target) => target.coverage ?? []))
  return order
    .filter((word) => all.some((coverage) => (coverage[word] ?? 0) > 0))
    .map((word) => meanings[word])
}
