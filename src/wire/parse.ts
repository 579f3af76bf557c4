import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { quoted } from '../kernel/printable.ts'
import { isAddress } from '../model/address.ts'
import type { PlatformId } from '../model/ids.ts'
import type { ParseAnswer } from '../model/parsed.ts'
import { driverFor } from '../platform/registry.ts'
import type { Invalid } from './options.ts'

/** Saved output of one show command. */
export interface ParseRequest {
  /** As typed on the device, abbreviated or not: `show crypto isakmp sa`, `sh ver`. */
  readonly command: string
  /** What the device printed; prompt and echo around it do no harm. */
  readonly text: string
  /** `ios`: IOS and IOS-XE; `asa`: ASA and PIX. */
  readonly platform: PlatformId
  /** The device's own addresses, where known: gives `roleGivenLocal`. */
  readonly localAddresses?: readonly string[]
}

/**
 * `facts`: what the text shows. `unrecognised`: it is no output of that command, and nothing is concluded from it.
 * `unknown-command`: there is no parser for it; `known` has those that there are. `invalid`: the request is wrong.
 */
export type ParseResult =
  | (ParseAnswer & {
      /** The command in full, as it was understood. */
      readonly command: string
    })
  | { readonly kind: 'unknown-command'; readonly known: readonly string[] }
  | Invalid

/** Reads saved device output; what the text does not show is absent, never guessed. Contacts nothing and never throws. */
export function parse({ command, text, platform, localAddresses = [] }: ParseRequest): ParseResult {
  const wrong = localAddresses.filter((address) => !isAddress(address))
  if (wrong.length > 0) return { kind: 'invalid', diagnostics: wrong.map(noAddress) }
  const { parsers } = driverFor(platform)
  const asked = command.trim().replace(/\s+/g, ' ')
  const parser = parsers.find((one) => one.pattern.test(asked))
  if (parser === undefined) return { kind: 'unknown-command', known: parsers.map((one) => one.command) }
  return { ...parser.parse(text, { localAddresses }), command: parser.command }
}

function noAddress(text: string): Diagnostic {
  return diagnostic(
    'USAGE',
    `${quoted(text)} is no address of the device`,
    undefined,
    'give IPv4 or IPv6 addresses',
  )
}
