import type { LastChange } from '../model/facts.ts'

// "! Last configuration change at 16:34:34 PDT Wed Jul 1 2015 by pyclass" stands in a running configuration of IOS
// (captured output); after a reload without a change it has no user. ": Written by admin at 11:02:07.123 UTC Tue Nov 24
// 2026" heads a configuration that ASA stored: it tells of the last save, which is the last that an ASA tells.
const headings = [
  /^! (?<what>Last configuration change) at (?<at>[^\n]{1,80}?)(?: by (?<by>\S{1,64}))?[ \t]*$/m,
  /^: (?<what>Written) by (?<by>\S{1,64}) at (?<at>[^\n]{1,80}?)[ \t]*$/m,
]

/** Headings stand before anything that a user could have written. */
const headLength = 2_000

/**
 * Who changed a configuration last, by its own heading; undefined where it does not tell. The time is the
 * device's, as it prints it: its clock may be wrong, and nothing is decided by it.
 */
export function lastChangeOf(configuration: string): LastChange | undefined {
  const head = configuration.slice(0, headLength).replaceAll('\r', '')
  for (const heading of headings) {
    const found = heading.exec(head)
    const at = found?.groups?.at
    if (found === null || at === undefined) continue
    const by = found.groups?.by
    const what = found.groups?.what === 'Written' ? 'saved' : 'changed'
    return { what, at, ...(by === undefined ? {} : { by }), evidence: found[0].trim() }
  }
  return undefined
}
