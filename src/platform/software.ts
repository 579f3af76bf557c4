import type { SoftwareFacts } from '../model/facts.ts'
import type { ParsedFacts } from '../model/parsed.ts'
import { iosSoftware, xrSoftware } from './software/ios-family.ts'
import { nxosSoftware, otherSoftware } from './software/look-alikes.ts'
import { applianceSoftware, ftdSoftware } from './software/security-appliance.ts'
import { excerptOf, firstOf, linesOf, shown } from './text.ts'

// Output that quotes a version of a neighbour, or a configuration: never `show version`.
const foreign =
  /^(?:Device ID: ?\S|Entry address\(es\):|Local Intf:|System Description:|Building configuration|Current configuration : \d|Using \d+ out of \d+ bytes|: Saved|ASA Version \d|PIX Version \d)/m

/**
 * What box printed this `show version`; undefined when the text is no such output. FTD is asked for before
 * ASA and IOS-XR before IOS, because each prints nearly the other's line. Only the lines that name the
 * product decide: bootstrap, licence and device manager lines carry versions too.
 */
export function parseSoftware(text: string): SoftwareFacts | undefined {
  if (foreign.test(text)) return undefined
  const lines = linesOf(text)
  return (
    ftdSoftware(lines) ??
    applianceSoftware(lines) ??
    nxosSoftware(lines) ??
    xrSoftware(text, lines) ??
    iosSoftware(text, lines) ??
    otherSoftware(lines)
  )
}

/** The same for a device that must be something: text that names no product is a box that ikero does not know. */
export function softwareOf(text: string): SoftwareFacts {
  return parseSoftware(text) ?? { os: 'other', evidence: excerptOf(text) }
}

/** The facts of `show version` that `parse` prints; undefined when the text is no such output. */
export function parseShowVersionFacts(text: string): ParsedFacts | undefined {
  const software = parseSoftware(text)
  if (software === undefined) return undefined
  const { os, version, xeVersion, hostname, uptime, model, contextMarker, build, asaVersion } = software
  const modelId = os === 'asa' ? firstOf(linesOf(text), /^Model Id:\s*(\S+)/) : undefined
  return shown({
    os,
    version,
    xeVersion,
    hostname,
    uptime,
    model,
    modelId,
    contextMarker,
    build,
    asaVersion,
  })
}
