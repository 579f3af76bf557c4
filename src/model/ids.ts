import { IkeroError } from '../kernel/errors.ts'
import { isAddress } from './address.ts'

declare const brand: unique symbol
type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** The platforms that ikero may write to: `ios` is IOS and IOS-XE, `asa` is ASA and PIX 7.0+. */
export const platformIds = ['ios', 'asa'] as const
/** `ios`: IOS and IOS-XE; `asa`: ASA and PIX 7.0 and later. */
export type PlatformId = (typeof platformIds)[number]

/** A name in the inventory. */
export type DeviceName = Brand<string, 'DeviceName'>
/** An IPsec profile's name, exact in case. */
export type ProfileName = Brand<string, 'ProfileName'>
/** A crypto map's name, exact in case. */
export type MapName = Brand<string, 'MapName'>
/** An ASA security context's name. */
export type ContextName = Brand<string, 'ContextName'>
/** A line that may be sent in configuration mode: one line, printable ASCII, no `?`, bounded. */
export type ConfigLine = Brand<string, 'ConfigLine'>
/** A line that cannot change a device: `show …` with at most one filter, or a terminal setting of this session. */
export type ReadOnlyLine = Brand<string, 'ReadOnlyLine'>
/** A privileged line that clears the SAs of exactly one peer: never one without its address. */
export type ClearLine = Brand<string, 'ClearLine'>
/** Digest over a target and everything that uses it: the part of a configuration that a plan was made from. */
export type Fingerprint = Brand<string, 'Fingerprint'>
export type RunId = Brand<string, 'RunId'>

// Names that reach a device come from this grammar: no blank, control character, `?`, quote, `;` or pipe.
const cliName = /^[A-Za-z0-9_][A-Za-z0-9_.:+/@#&=~-]{0,79}$/
const deviceName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$/
const configText = /^[\x20-\x7e]{1,240}$/
// A pipe may only choose lines: `redirect`, `append` and `tee` write files on the device.
const readOnlyText =
  /^(?:show [A-Za-z0-9][A-Za-z0-9 _.:+/@#&=~-]{0,200}(?: \| (?:include|exclude|section|begin) [A-Za-z0-9 _.:+/@#&=~-]{1,200})?|terminal (?:length|pager) 0|terminal width (?:511|512|0))$/

// The whole vocabulary of clearing: no line of it is valid without the address, and none takes a wildcard.
const clearText =
  /^clear crypto (?:session remote|ikev[12] sa|ipsec sa peer) ((?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2}))$/

export function parseDeviceName(text: string): DeviceName | undefined {
  return deviceName.test(text) ? (text as DeviceName) : undefined
}

export function parseProfileName(text: string): ProfileName | undefined {
  return cliName.test(text) ? (text as ProfileName) : undefined
}

export function parseMapName(text: string): MapName | undefined {
  return cliName.test(text) ? (text as MapName) : undefined
}

/** As `changeto context` takes it: at most 32 letters, digits, `_`, `-` and `.`. */
export function parseContextName(text: string): ContextName | undefined {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$/.test(text) ? (text as ContextName) : undefined
}

/** A crypto map entry's number: 1 to 65535. */
export function isSequence(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65_535
}

/** Builds a configuration line from validated parts; text that does not fit the grammar is a bug here (BAD_CONFIG_LINE). */
export function configLine(text: string): ConfigLine {
  if (!configText.test(text) || text.includes('?') || text.trim() !== text) {
    throw new IkeroError('BAD_CONFIG_LINE', 'bug', `not a line that may be sent: ${JSON.stringify(text)}`)
  }
  return text as ConfigLine
}

/** Builds a read-only line; anything that is not `show` or a session's terminal setting is a bug here (BAD_READ_LINE). */
export function readOnlyLine(text: string): ReadOnlyLine {
  if (!readOnlyText.test(text)) {
    throw new IkeroError('BAD_READ_LINE', 'bug', `not a read-only line: ${JSON.stringify(text)}`)
  }
  return text as ReadOnlyLine
}

/**
 * A line that clears one peer, as the platforms write it. Undefined for everything else: a line without an
 * address, an address that stands for many (0.0.0.0, multicast), IPv6 (its syntax is UNVERIFIED).
 */
export function parseClearLine(text: string): ClearLine | undefined {
  const address = clearText.exec(text)?.[1]
  const [first] = address?.split('.').map(Number) ?? []
  const unicast = first !== undefined && first > 0 && first !== 127 && first < 224
  return address !== undefined && isAddress(address) && unicast ? (text as ClearLine) : undefined
}

/** A hexadecimal digest made by `workflow/fingerprint`. */
export function parseFingerprint(text: string): Fingerprint | undefined {
  return /^[0-9a-f]{64}$/.test(text) ? (text as Fingerprint) : undefined
}

/** `20261124T193012-4f1c9a`: sorts by start, unique by its random tail. */
export function parseRunId(text: string): RunId | undefined {
  return /^\d{8}T\d{6}-[0-9a-f]{6}$/.test(text) ? (text as RunId) : undefined
}
