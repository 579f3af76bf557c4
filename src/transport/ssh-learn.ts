import { ok, type Result } from '../kernel/result.ts'
import type { Unreachable } from '../model/shell.ts'
import { algorithmOffer } from './algorithms.ts'
import { knownAs, knownTypesOf, type OfferedKey, offeredKey } from './host-key.ts'
import { proveHostKey, type SshDeps, type SshReach } from './ssh-connect.ts'

/**
 * The host key of a device, once the device has proven that it owns it. With `wanted` (`SHA256:…`) the keys
 * of other types are asked for too, until that one is found; where it is not, the first key is the answer.
 * Nobody is logged in. Codes: those of `proveHostKey`.
 */
export async function learnHostKey(
  target: SshReach,
  deps: SshDeps,
  wanted?: string,
): Promise<Result<OfferedKey, Unreachable>> {
  const { address, port } = knownAs(target)
  const known = knownTypesOf(target.knownHosts, address, port)
  let offer = algorithmOffer(known, target.algorithms, target.edits).serverHostKey
  let first: OfferedKey | undefined
  for (;;) {
    const got = await proveHostKey(target, deps, offer)
    if (got.kind === 'err') {
      // The device has no key of another type.
      return first !== undefined && got.error.code === 'ALGORITHMS_MISMATCH' ? ok(first) : got
    }
    const key = offeredKey(got.value.blob)
    if (wanted === undefined || key.fingerprint === wanted) return ok(key)
    first ??= key
    const seen = keyTypeBehind(got.value.algorithm)
    offer = offer.filter((one) => keyTypeBehind(one) !== seen)
    if (offer.length === 0) return ok(first)
  }
}

/** RSA keys sign by three names. */
function keyTypeBehind(algorithm: string): string {
  return algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm
}
