import type { PlatformId } from '../model/ids.ts'
import type { ParseAnswer } from '../platform/driver.ts'
import { driverFor } from '../platform/registry.ts'

export interface ParseRequest {
  /** As typed on the device: `show crypto isakmp sa`. */
  readonly command: string
  readonly text: string
  readonly platform: PlatformId
  /** The device's own addresses, where known: gives `roleGivenLocal`. */
  readonly localAddresses?: readonly string[]
}

export type ParseResult =
  | ParseAnswer
  | { readonly kind: 'unknown-command'; readonly known: readonly string[] }

/** Reads saved device output; what the text does not show is absent, never guessed. */
export function parse(request: ParseRequest): ParseResult {
  const { parsers } = driverFor(request.platform)
  const command = request.command.trim().replace(/\s+/g, ' ')
  const parser = parsers.find((one) => one.pattern.test(command))
  if (parser === undefined) return { kind: 'unknown-command', known: parsers.map((one) => one.command) }
  return parser.parse(request.text, { localAddresses: request.localAddresses ?? [] })
}
