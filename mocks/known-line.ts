import { drop, here, linesHere } from './config-edit.ts'
import type { Call, Reply } from './device-state.ts'

/**
 * A line that the configuration has already is accepted again, and its `no` form takes it away: so a
 * scenario's own lines can be typed although no table knows their words.
 */
export function knownLine(call: Call, line: string): Reply | undefined {
  if (call.session.config === undefined) return undefined
  const lines = linesHere(call)
  const same = lines.find((node) => node.line === line)
  if (same !== undefined) {
    const enters = here(call).length === 0 && same.children.length > 0
    return enters ? { session: { ...call.session, config: [line] } } : {}
  }
  const taken = /^no (.+)$/.exec(line)?.[1]
  if (taken !== undefined && lines.some((node) => node.line === taken)) {
    return drop(call, (other) => other === taken)
  }
  // From a sub-mode, a block of the top may be entered directly.
  const top = call.device.running.some((node) => node.line === line && node.children.length > 0)
  return top && here(call).length > 0 ? { session: { ...call.session, config: [line] } } : undefined
}
