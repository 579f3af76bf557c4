import { printable } from '../../kernel/printable.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { DeviceFacts, IkeSa } from '../../model/facts.ts'
import { type ClearLine, parseClearLine } from '../../model/ids.ts'

/**
 * One line takes IKE and IPsec SAs of one peer, whatever the IKE version. `clear crypto isakmp ID` would leave
 * the IPsec SAs, and without its number it clears everybody (UNVERIFIED): it is not used. Source: public run
 * books and lab texts with `clear crypto session remote`.
 */
export function clears(
  _facts: Pick<DeviceFacts, 'software'>,
  { peer = '' }: Pick<IkeSa, 'peer' | 'version'>,
): Result<readonly ClearLine[], string> {
  const line = parseClearLine(`clear crypto session remote ${peer}`)
  if (line === undefined)
    return err(`how to clear ${printable(peer)} alone is not known: it is no IPv4 address of one host`)
  return ok([line])
}
