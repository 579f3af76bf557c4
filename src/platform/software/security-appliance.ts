import type { SoftwareFacts } from '../../model/facts.ts'
import { firstOf, headLine, shown } from '../text.ts'

const asaLine =
  /^Cisco Adaptive Security Appliance (?:Software )?Version (?<version>[^\s<]+)(?:\s+<(?<marker>context|system)>)?/
const pixLine =
  /^Cisco PIX (?:Firewall|Security Appliance)(?: Software)? Version (?<version>[^\s<]+)(?:\s+<(?<marker>context|system)>)?/
// Only a model line says Threat Defense; `Firepower Extensible Operating System` stands in a plain ASA's text.
const ftdLine =
  /^Model\s*:\s*(?<model>.*?Threat Defense.*?)\s*(?:\(\d+\)\s*)?Version (?<version>[^\s,]+)(?:\s+\(Build (?<build>[^)]+)\))?/
const ftdBanner = /^-{3,}\[\s*(\S+)\s*\]-{3,}/
const up = /^(?<host>\S+) up (?<time>\d+ .*)$/

function common(lines: readonly string[]): Partial<SoftwareFacts> {
  const running = lines.map((line) => up.exec(line)?.groups).find((groups) => groups !== undefined)
  return shown({
    hostname: running?.host,
    uptime: running?.time?.trimEnd(),
    model: firstOf(lines, /^Hardware:\s*([^,\s][^,]*?)\s*(?:,|$)/),
    serial: firstOf(lines, /^Serial Number:\s*(\S+)/),
  })
}

/** FTD prints an ASA's version line too, and must be asked for first. Source: captures of 6.8 and 10.0. */
export function ftdSoftware(lines: readonly string[]): SoftwareFacts | undefined {
  const line = headLine(lines, ftdLine)
  if (line === undefined) return undefined
  return {
    ...common(lines),
    os: 'ftd',
    evidence: line.input,
    ...shown({
      version: line.groups?.version,
      build: line.groups?.build,
      model: line.groups?.model,
      asaVersion: headLine(lines, asaLine)?.groups?.version,
      ...(firstOf(lines, ftdBanner) === undefined ? {} : { hostname: firstOf(lines, ftdBanner) }),
    }),
  }
}

/** ASA and PIX, with the mark that a context or the system space puts behind the version. */
export function applianceSoftware(lines: readonly string[]): SoftwareFacts | undefined {
  const asa = headLine(lines, asaLine)
  const line = asa ?? headLine(lines, pixLine)
  if (line === undefined) return undefined
  const marker = line.groups?.marker
  return {
    ...common(lines),
    os: asa === undefined ? 'pix' : 'asa',
    evidence: line.input,
    ...shown({
      version: line.groups?.version,
      contextMarker: marker === 'context' || marker === 'system' ? marker : undefined,
    }),
  }
}
