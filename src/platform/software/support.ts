import type { SoftwareFacts } from '../../model/facts.ts'
import { supportsResponderOnly } from '../ios/release.ts'

/**
 * What ikero's support of a family rests on: output that such boxes printed, documents and simulated boxes
 * only, or nothing (it is refused).
 */
export type SupportEvidence = 'seen' | 'emulated' | 'refused'

/** A family of releases and what its support rests on: a row of the README and of `doctor`. */
export interface SupportRow {
  readonly family: string
  readonly evidence: SupportEvidence
  /** Why: where output comes from, or what is missing. */
  readonly because: string
  matches(software: SoftwareFacts): boolean
}

/** The first number of a release, of either line; absent for builds that are called by name. */
function major({ version, xeVersion }: SoftwareFacts): number | undefined {
  const numbers = [version, xeVersion].flatMap((text) => /^0*(\d{1,3})\./.exec(text ?? '')?.[1] ?? [])
  return numbers.length === 0 ? undefined : Math.max(...numbers.map(Number))
}

const lastXeSeen = 17

/** Every family, in the order in which a device is looked for: the first row that fits is its own. */
export const supportTable: readonly SupportRow[] = [
  {
    family: 'IOS-XE, controller-managed (SD-WAN)',
    evidence: 'refused',
    because: 'the controller owns the configuration',
    matches: ({ controllerManaged }) => controllerManaged === true,
  },
  {
    family: 'IOS before 12.4(24)T, and any 12.4 mainline',
    evidence: 'refused',
    because: 'it has no responder-only',
    matches: (software) => software.os === 'ios' && supportsResponderOnly(software) === 'no',
  },
  {
    family: 'IOS 12.4(24)T and later T, 15.x',
    evidence: 'seen',
    because: 'captures of 12.x and 15.x',
    matches: ({ os }) => os === 'ios',
  },
  {
    family: 'IOS-XE later than 17 (numbered by year)',
    evidence: 'emulated',
    because: 'known from its configuration model only',
    matches: (software) => software.os === 'ios-xe' && (major(software) ?? 0) > lastXeSeen,
  },
  {
    family: 'IOS-XE 3.x, 16, 17',
    evidence: 'seen',
    because: 'captures of 3.x, 16.x and 17.x',
    matches: ({ os }) => os === 'ios-xe',
  },
  {
    family: 'PIX 6.3 and older',
    evidence: 'refused',
    because: 'it has no connection type',
    matches: (software) => software.os === 'pix' && (major(software) ?? 0) < 7,
  },
  {
    family: 'PIX 7.x and 8.0',
    evidence: 'emulated',
    because: 'known from documents only',
    matches: ({ os }) => os === 'pix',
  },
  {
    family: 'ASA contexts before 9.0',
    evidence: 'emulated',
    because: 'known from documents only',
    matches: (software) =>
      software.os === 'asa' && software.contextMarker !== undefined && (major(software) ?? 0) < 9,
  },
  {
    family: 'ASA 7.0 and later',
    evidence: 'seen',
    because: 'captures of 9.x, and output of older ones that others published',
    matches: ({ os }) => os === 'asa',
  },
  {
    family: 'FTD, NX-OS, IOS-XR, and everything else',
    evidence: 'refused',
    because: 'it has none of the settings that ikero makes, or they cannot be made at its command line',
    matches: () => true,
  },
]

/** What the support of one device rests on. */
export function support(software: SoftwareFacts): SupportEvidence {
  return supportTable.find((row) => row.matches(software))?.evidence ?? 'refused'
}
