import { freezeOf, freezeRules } from '../document/freeze.ts'
import type { Place } from '../document/place.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { parseDuration } from '../kernel/duration.ts'
import type { Playbook } from '../model/playbook.ts'
import { defaultRemediation, longestBreakerMs, type RemediationRules } from '../model/remediation.ts'
import { amountOf } from './rollout.ts'

// What holds `drift --remediate` back: `drift`.

const longestBreakerDays = longestBreakerMs / 86_400_000

/** `drift`, where the playbook has it, with its defaults. A freeze goes by the calendar of the window's place, else by UTC. */
export function driftOf(root: Place): Pick<Playbook, 'drift'> {
  const drift = root.get('drift')
  if (drift === undefined) return {}
  const zone = root.get('window')?.get('timezone')?.text ?? 'UTC'
  return {
    drift: {
      maxDevices: amountOf(drift.get('maxDevices')) ?? defaultRemediation.maxDevices,
      breaker: breakerOf(drift.get('breaker')),
      freeze: freezeOf(drift.get('freeze'), zone),
    },
  }
}

function breakerOf(breaker: Place | undefined): RemediationRules['breaker'] {
  const { times, withinMs } = defaultRemediation.breaker
  return {
    times: breaker?.get('times')?.number ?? times,
    withinMs: parseDuration(breaker?.get('within')?.text ?? '') ?? withinMs,
  }
}

function breakerRules(within: Place | undefined): readonly Diagnostic[] {
  const ms = parseDuration(within?.text ?? '')
  if (within === undefined || ms === undefined || ms <= longestBreakerMs) return []
  const message = `drift.breaker.within must be at most ${longestBreakerDays}d, not ${within.text}`
  return [diagnostic('INVALID_VALUE', message, within.at())]
}

/** What a schema cannot say of `drift` (INVALID_VALUE). */
export function driftProblems(root: Place): readonly Diagnostic[] {
  const drift = root.get('drift')
  return [...breakerRules(drift?.get('breaker')?.get('within')), ...freezeRules(drift?.get('freeze'))]
}
