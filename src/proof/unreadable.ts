import { addressKey } from '../model/address.ts'

/** A log line that a device printed between its rows. */
const logLine = /%[A-Z0-9_]+(?:-[A-Z0-9_]+)*-[0-7]-[A-Z0-9_]+:/
/** `IKE Peer: P` (ASA), `dst: P` (IOS, IPv6), `Remote  P/500` (IOS IKEv2, IPv6). */
const labelled = /^\s*(?:\d+\s+)?(?:IKE Peer:|dst:|src:|Local|Remote)\s+(\S+)$/i
/** `src dst …`, `id local/500 remote/500 …`, `row peer type …`: the ends stand first, behind a number at most. */
const columns = /^\s*(?:\d+\s+)?(\S+)(?:\s+(\S+))?/
const endWithPort = /^[^\s/]+\/\d{1,5}$/
/** Also an address that was cut off. */
const addressLike = /^(?=.*[.:])[0-9A-Fa-f.:]+(?:\/\d{0,5})?$/
const connectionType = /^(?:L2L|user)$/i

/**
 * The two ends in a line, where it can be no other than the beginning of an SA's row: a line that only names
 * an address (a log line that complains of a peer) has none.
 */
function endsOfLine(line: string): readonly string[] {
  if (logLine.test(line)) return []
  const label = labelled.exec(line)?.[1]
  if (label !== undefined) return [label]
  const [, first = '', second] = columns.exec(line) ?? []
  if (!isEnd(first)) return []
  if (second === undefined || connectionType.test(second)) return [first]
  return isEnd(second) ? [first, second] : []
}

function isEnd(word: string): boolean {
  return addressLike.test(word) || endWithPort.test(word)
}

/**
 * Keys of the ends of all rows that could not be read. A peer that stands among them may or may not have an
 * SA: the row proves nothing either way. `198.51.100.7/500` is the address without its port.
 */
export function endsIn(rows: readonly string[]): ReadonlySet<string> {
  const ends = rows.flatMap((row) => row.split('\n')).flatMap(endsOfLine)
  return new Set(ends.map((end) => addressKey(end.replace(/\/\d*$/, ''))))
}

/** The rows of a peer, as the device printed them. */
export function rowsOf(rows: readonly string[], peer: string): readonly string[] {
  return rows.filter((row) => endsIn([row]).has(addressKey(peer)))
}
