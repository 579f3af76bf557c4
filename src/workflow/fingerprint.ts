import { createHash } from 'node:crypto'
import { IkeroError } from '../kernel/errors.ts'
import { type Fingerprint, parseFingerprint } from '../model/ids.ts'
import { type TargetState, targetName } from '../model/plan.ts'

/**
 * Digest over a target's configuration and everything that uses it, not over SAs: when it moves between
 * plan and push, the plan no longer speaks of this device.
 */
export function fingerprintOf(state: TargetState): Fingerprint {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([targetName(state.target), state.before, state.basis]))
  const made = parseFingerprint(hash.digest('hex'))
  if (made === undefined)
    throw new IkeroError('BAD_FINGERPRINT', 'bug', 'sha256 did not give 64 hexadecimal digits')
  return made
}
