import { formatDuration } from '../kernel/duration.ts'
import type { WantedState } from '../model/intent.ts'
import type { DeviceError } from '../model/outcome.ts'
import type { TargetVerdict } from '../proof/judge.ts'
import { contradictedError, lostError } from './proof-errors.ts'
import type { TargetProof } from './prove.ts'
import type { RevertOutcome } from './rollback.ts'

/** A target that proof gave up on. */
export interface Wrong {
  readonly atMs: number
  /** As it was judged then: what the device does afterwards is not about the change any more. */
  readonly verdict: TargetVerdict
  readonly error: DeviceError
  /** `left`: nothing is sent, because taking it back would not help. */
  readonly outcome: RevertOutcome | { readonly kind: 'left' }
  /** A clear of this run brought it about. */
  readonly cleared?: true
}

/** Never sent yet: the first try needs no waiting. */
export const notTriedYet: RevertOutcome = {
  kind: 'failed',
  again: true,
  error: { code: 'REVERT_FAILED', message: 'the revert was not sent', next: 'send the revert lines by hand' },
}

/** How proof ends for it. `allBack`: every peer that it had lost is there again. */
export function wrongOutcome({ outcome, verdict, error }: Wrong, allBack: boolean): TargetProof {
  switch (outcome.kind) {
    case 'failed':
      return { kind: 'unknown', verdict, error: outcome.error }
    case 'left':
      return allBack ? { kind: 'unproven', verdict } : { kind: 'unknown', verdict, error }
    case 'reverted':
      if (allBack) return { kind: 'rolled-back', verdict, error, value: outcome.value }
      return {
        kind: 'unknown',
        verdict,
        value: outcome.value,
        error: { ...error, message: `${error.message}, and not every peer has come back` },
      }
  }
}

/** What is told of it, and whether taking the target back can help. */
export function wrongError(
  target: TargetVerdict,
  lostElsewhere: readonly string[],
  wanted: WantedState,
): { readonly error: DeviceError; readonly helps: boolean } {
  if (target.verdict === 'contradicted') {
    return { error: contradictedError(target, 'it was taken back'), helps: true }
  }
  const path = 'look at the path of this device to its peers'
  if (lostElsewhere.length > 0) {
    const then = `at the same time ${lostElsewhere.join(', ')}, which this change does not concern: not only this change; nothing was taken back`
    return {
      error: lostError(target, then, `${path}; send the revert lines if the change is to blame`),
      helps: false,
    }
  }
  if (wanted === 'bidirectional') {
    const then = 'this end may start again, so nothing was taken back'
    return { error: lostError(target, then, path), helps: false }
  }
  const next = 'find out why this peer does not start the tunnel by itself before changing this end again'
  return { error: lostError(target, 'it was taken back', next), helps: true }
}

/** `proof.require`: what is not proven at the end of proof does not stay. `sinceMs`: since the push. */
export function unprovenError({ name, coverage }: TargetVerdict, sinceMs: number): DeviceError {
  return {
    code: 'PROOF_REQUIRED',
    message: `${name} was not proven within ${formatDuration(sinceMs)} (${coverage.proven} of ${coverage.peers} peers), and proof is required: it was taken back`,
    next: 'give the proof longer than the oldest SA still lives (proof.within), or let the SAs be renewed (proof.renegotiate), or do not require proof in the run itself and run verify later',
  }
}
