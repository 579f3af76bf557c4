import type { Place } from '../document/place.ts'
import { windowRules } from '../document/window.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { type Amount, type Canary, defaultRefusals, type RolloutSettings } from '../model/rollout.ts'
import { oneOrMany, patternRules, repeated } from './lists.ts'

// How a change goes over many devices: `rollout`.

/** `3`, `25%`; undefined for anything else. */
export function amountOf(place: Place | undefined): Amount | undefined {
  const percent = /^(\d{1,3})%$/.exec(place?.text ?? '')?.[1]
  if (percent !== undefined) return { kind: 'percent', percent: Number(percent) }
  return place?.number === undefined ? undefined : { kind: 'count', count: place.number }
}

function canaryOf(place: Place | undefined): Canary {
  if (place === undefined || place.number !== undefined)
    return { kind: 'fewest-peers', count: place?.number ?? 1 }
  const patterns = oneOrMany(place).map((item) => ({ text: item.text ?? '', at: item.at() }))
  return { kind: 'named', hosts: [], patterns }
}

/** All of `rollout`, with its defaults. */
export function rolloutOf(rollout: Place | undefined): RolloutSettings {
  const stopAfter = rollout?.get('stopAfter')
  return {
    concurrency: rollout?.get('concurrency')?.number ?? 50,
    canary: canaryOf(rollout?.get('canary')),
    canaryNeeds: rollout?.get('canaryNeeds')?.text === 'verified' ? 'verified' : 'alive',
    wave: amountOf(rollout?.get('wave')) ?? { kind: 'percent', percent: 100 },
    stopAfter: {
      failed: amountOf(stopAfter?.get('failed')) ?? { kind: 'count', count: 1 },
      unreachable: amountOf(stopAfter?.get('unreachable')) ?? { kind: 'percent', percent: 10 },
      authentication: stopAfter?.get('authentication')?.number ?? defaultRefusals,
    },
    apart: (rollout?.get('apart')?.items() ?? []).flatMap((label) => label.text ?? []),
  }
}

/** What a schema cannot say of `rollout` and `window` (INVALID_VALUE, DUPLICATE). */
export function rolloutProblems(root: Place): readonly Diagnostic[] {
  const rollout = root.get('rollout')
  return [
    ...patternRules(oneOrMany(rollout?.get('canary'))),
    ...repeated(rollout?.get('apart')?.items() ?? [], 'the label'),
    ...windowRules(root.get('window')),
  ]
}
