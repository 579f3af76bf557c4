import { isAddress } from '../../model/address.ts'

/** ASA's `names`: a box prints a name where another prints the address, in configurations and SA tables. */
export type Names = ReadonlyMap<string, string>

/** From `name 203.0.113.20 branch [description …]` lines, in a configuration or in `show running-config names`. */
export function readNames(lines: readonly string[]): Names {
  const names = new Map<string, string>()
  for (const line of lines) {
    const [, address, name] = /^name (\S+) (\S+)/.exec(line) ?? []
    if (address !== undefined && name !== undefined && isAddress(address)) names.set(name, address)
  }
  return names
}

/** The address behind a name; the text itself where it is an address, or a name that nothing explains. */
export function addressOf(names: Names, text: string): string {
  return isAddress(text) ? text : (names.get(text) ?? text)
}
