import type { SoftwareFacts } from '../../model/facts.ts'
import { firstOf, headLine, shown } from '../text.ts'

// `IOS (tm) C2600 Software (…), Version 12.3(6f), …` and `Cisco IOS Software [Everest], …, Version 16.6.5, …`;
// developer builds say `Experimental Version`. Seen from IOS 11.2 to IOS-XE 17.15.
const product =
  /^(?:Cisco )?IOS (?:\(tm\)|Software)(?<name>(?: \[[^\]]*\])?,? .*?)(?:Experimental )?Version (?<version>[^\s,]+)/
const xeProduct = /^Cisco IOS[ -]XE Software,? Version (?<version>[^\s,]+)/
const xrProduct = /^Cisco IOS XR Software.*?,? Version (?<version>[^\s,[]+)/

const unit = '\\d+ +(?:year|week|day|hour|minute|second)s?'
// The line may wrap at the terminal's width.
const uptime = new RegExp(
  `^(?<host>\\S+)\\s+uptime is\\s+(?<time>${unit.replace(' +', '\\s+')}(?:,\\s*${unit.replace(' +', '\\s+')})*)`,
  'm',
)
const model = /^cisco (\S.*?) \([^)]*\)(?: processor\b.*|.* bytes of .*memory.*)$/i
const serial = /^Processor board ID (\w+)/i

function uptimeOf(text: string): { readonly host?: string; readonly uptime?: string } {
  const found = uptime.exec(text)?.groups
  if (found?.host === undefined || found.time === undefined) return {}
  return { host: found.host, uptime: found.time.replace(/\s+/g, ' ') }
}

function isXe(name: string, version: string, lines: readonly string[]): boolean {
  // Images of IOS-XE are IOS daemons on Linux; a Catalyst says IOS-XE or IOSXE in its name.
  if (/_LINUX_IOSD|IOS-?XE/i.test(name) || / \[[^\]]*\]/.test(name)) return true
  // `03.06.07E` on a product line is an IOS-XE number; IOS itself ended with 15.x.
  const major = Number(/^(\d+)\./.exec(version)?.[1] ?? 'NaN')
  return major === 3 || major >= 16 || lines.some((line) => /^\s*Cisco IOS[ -]XE software,/i.test(line))
}

/**
 * IOS and IOS-XE. `version` is what stands on the IOS line, `xeVersion` what a line of its own says:
 * one box may print 15.3(2)S1 and 03.09.01.S. Source: captures of 11.2 to 17.15.
 */
export function iosSoftware(text: string, lines: readonly string[]): SoftwareFacts | undefined {
  const line = headLine(lines, product)
  const xe = headLine(lines, xeProduct)
  const deciding = line ?? xe
  const version = deciding?.groups?.version
  if (deciding === undefined || version === undefined) return undefined
  const xeVersion =
    xe?.groups?.version ?? firstOf(lines, /^\s*(?:IOS XE Version|Cisco IOS[ -]XE Software, Version):? (\S+)/)
  const family = xeVersion !== undefined || isXe(line?.groups?.name ?? '', version, lines) ? 'ios-xe' : 'ios'
  const up = uptimeOf(text)
  return {
    os: family,
    evidence: deciding.input,
    ...shown({
      version,
      xeVersion: line === undefined ? undefined : xeVersion,
      hostname: up.host,
      uptime: up.uptime,
      model: firstOf(lines, model),
      serial: firstOf(lines, serial),
      controllerManaged: lines.some((each) => /^\s*Router operating mode:\s*Controller-Managed/i.test(each))
        ? true
        : undefined,
    }),
  }
}

/** IOS-XR, whose lines are nearly those of IOS. Source: captures of 6.1 and 6.5. */
export function xrSoftware(text: string, lines: readonly string[]): SoftwareFacts | undefined {
  const line = headLine(lines, xrProduct)
  if (line === undefined) return undefined
  const up = uptimeOf(text)
  return {
    os: 'iosxr',
    evidence: line.input,
    ...shown({
      version: line.groups?.version,
      // `System uptime is` names no host.
      hostname: up.host === 'System' ? undefined : up.host,
      uptime: up.uptime,
      model: firstOf(lines, model),
    }),
  }
}
