import { printable } from '../../kernel/printable.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { DeviceFacts, IkeSa } from '../../model/facts.ts'
import { type ClearLine, parseClearLine } from '../../model/ids.ts'
import { softwareInWords } from '../../model/software-name.ts'

/** The words `ikev1` and `ikev2` came with 8.4; how earlier releases clear one peer is UNVERIFIED. */
function knowsVersions({ software }: Pick<DeviceFacts, 'software'>): boolean {
  const [, major = '', minor = ''] = /^(\d{1,3})\.(\d{1,3})\D/.exec(`${software.version ?? ''} `) ?? []
  return software.os === 'asa' && (Number(major) > 8 || (Number(major) === 8 && Number(minor) >= 4))
}

/**
 * IKEv1: the IKE SA, then the IPsec SAs, which outlive it; in this order, because phase 2 may start here while
 * the IKE SA is up. IKEv2: the IPsec SAs go with their IKE SA (RFC 7296, 1.4.1). Source: public scripts that
 * bounce one peer of an ASA by these lines.
 */
export function clears(
  facts: Pick<DeviceFacts, 'software'>,
  { peer = '', version }: Pick<IkeSa, 'peer' | 'version'>,
): Result<readonly ClearLine[], string> {
  if (!knowsVersions(facts))
    return err(`how ${softwareInWords(facts.software)} clears one peer alone is not known; 8.4 and later are`)
  const texts =
    version === 2
      ? [`clear crypto ikev2 sa ${peer}`]
      : [`clear crypto ikev1 sa ${peer}`, `clear crypto ipsec sa peer ${peer}`]
  const lines = texts.flatMap((text) => parseClearLine(text) ?? [])
  if (lines.length < texts.length)
    return err(`how to clear ${printable(peer)} alone is not known: it is no IPv4 address of one host`)
  return ok(lines)
}
