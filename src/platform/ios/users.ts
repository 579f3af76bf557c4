import { isAddress } from '../../model/address.ts'
import { cleanLines } from './output.ts'

/** One line of `show users`. */
export interface UserLine {
  /** This very session. */
  readonly own: boolean
  readonly line: string
  /** Where it comes from, if that is an address; a name is not looked up. */
  readonly location?: string
}

const heading = /^\s*Line\s+User\s+Host\(s\)\s+Idle\s+Location/
// The location may be missing (console) or a name.
const row = /^(\*)?\s*\d+ ((?:con|aux|tty|vty) +[\d/]+)\s.*?(?:\s(\S+))?$/

/** Reads `show users`; undefined when the text is no such output. */
export function parseUsers(text: string): readonly UserLine[] | undefined {
  const lines = cleanLines(text)
  const start = lines.findIndex((line) => heading.test(line))
  if (start === -1) return undefined
  return lines.slice(start + 1).flatMap((text) => {
    const [, own, line, location] = row.exec(text) ?? []
    if (line === undefined) return []
    return [
      {
        own: own !== undefined,
        line: line.replace(/ +/, ' '),
        ...(location === undefined || !isAddress(location) ? {} : { location }),
      },
    ]
  })
}
