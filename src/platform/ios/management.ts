import { type Capture, captureOf } from '../../model/capture.ts'
import type { DeviceFacts } from '../../model/facts.ts'
import type { IosConfig } from './config.ts'
import { wayTo } from './config-routes.ts'
import { lines } from './probes.ts'
import { parseUsers } from './users.ts'

/**
 * The interface through which this session reaches the device: its own line of `show users` gives the far
 * end, the configuration the way there. Undefined where either does not tell.
 */
export function managementThrough(
  captures: readonly Capture[],
  config: IosConfig,
): DeviceFacts['managementThrough'] {
  const capture = captureOf(captures, lines.users)
  const users = capture?.refusal === undefined ? parseUsers(capture?.text ?? '') : undefined
  const own = users?.filter((each) => each.own) ?? []
  const client = own.length === 1 ? own[0]?.location : undefined
  const way = client === undefined ? undefined : wayTo(config.routes, client)
  if (client === undefined || way === undefined) return undefined
  return {
    name: way.interface,
    tunnel: config.tunnels.some((tunnel) => tunnel.name === way.interface),
    evidence: [`this session comes from ${client}`, ...way.lines].join('\n'),
  }
}
