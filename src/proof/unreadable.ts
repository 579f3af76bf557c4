import { addressKey } from '../model/address.ts'

/**
 * Keys of all words in rows that could not be read. A peer that stands among them may or may not have an
 * SA: the row proves nothing either way. `198.51.100.7/500` is the address without its port.
 */
export function addressesIn(rows: readonly string[]): ReadonlySet<string> {
  const words = rows.flatMap((row) => row.split(/[\s,;()[\]]+/))
  return new Set(
    words.flatMap((word) => (word === '' ? [] : [addressKey(word), addressKey(word.replace(/\/.*$/, ''))])),
  )
}

/** The rows in which a peer stands, as the device printed them. */
export function rowsNaming(rows: readonly string[], peer: string): readonly string[] {
  return rows.filter((row) => addressesIn([row]).has(addressKey(peer)))
}
