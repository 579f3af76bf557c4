import { printable } from '../kernel/printable.ts'
import type { OsFamily, SoftwareFacts } from './facts.ts'

const families: Readonly<Record<OsFamily, string>> = {
  ios: 'IOS',
  'ios-xe': 'IOS-XE',
  asa: 'ASA',
  pix: 'PIX',
  ftd: 'FTD',
  nxos: 'NX-OS',
  iosxr: 'IOS-XR',
  other: 'unknown system',
}

// What needs more words where a sentence is made of it.
const spelledOut: Readonly<Partial<Record<OsFamily, string>>> = {
  ftd: 'Firepower Threat Defense (FTD)',
  other: 'a system that ikero does not know',
}

function withVersion(name: string, { version, xeVersion }: SoftwareFacts): string {
  const number = version ?? xeVersion
  return number === undefined ? name : `${name} ${printable(number)}`
}

/** How software is called in a column: `IOS-XE 17.9.4a`, `FTD 7.2.5`. */
export function softwareName(software: SoftwareFacts): string {
  return withVersion(families[software.os], software)
}

/** How software is called in a sentence: `Firepower Threat Defense (FTD) 7.2.5`. */
export function softwareInWords(software: SoftwareFacts): string {
  return withVersion(spelledOut[software.os] ?? families[software.os], software)
}
