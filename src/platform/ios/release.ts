import type { SoftwareFacts } from '../../model/facts.ts'

/** A classic IOS release, `15.2(4)M6`. Two of them have an order only inside one train. */
export interface IosRelease {
  readonly major: number
  readonly minor: number
  readonly maintenance: number
  /** Letter inside the brackets: rebuild of a mainline, `12.4(21a)`. */
  readonly respin: string
  /** Empty for a mainline. */
  readonly train: string
  readonly rebuild: number
  /** Letter behind the rebuild, `15.5(3)S4b`. */
  readonly letter: string
}

const classic = /^(\d{1,2})\.(\d{1,2})\((\d{1,3})([a-z]?)\)([A-Z]*)(\d{0,3})([a-z]?)$/

/** Reads a release string; interim, developer and special builds (`15.2(4.0.55)E`) are not releases. */
export function parseIosRelease(text: string): IosRelease | undefined {
  const found = classic.exec(text)
  if (found === null) return undefined
  const [, major, minor, maintenance, respin = '', train = '', rebuild = '', letter = ''] = found
  return {
    major: Number(major),
    minor: Number(minor),
    maintenance: Number(maintenance),
    respin,
    train,
    rebuild: rebuild === '' ? 0 : Number(rebuild),
    letter,
  }
}

/**
 * Negative, zero or positive inside one train; undefined across trains: 12.4(25) has the higher number
 * than 12.4(24)T and lacks what that has.
 */
export function compareInTrain(a: IosRelease, b: IosRelease): number | undefined {
  if (a.train !== b.train) return undefined
  const numbers = [
    a.major - b.major,
    a.minor - b.minor,
    a.maintenance - b.maintenance,
    compareText(a.respin, b.respin),
    a.rebuild - b.rebuild,
    compareText(a.letter, b.letter),
  ]
  return numbers.find((difference) => difference !== 0) ?? 0
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** Whether a release knows `responder-only`; `unknown` is settled by asking the device, never by guessing. */
export type Support = 'yes' | 'no' | 'unknown'

const firstT: IosRelease = {
  major: 12,
  minor: 4,
  maintenance: 24,
  respin: '',
  train: 'T',
  rebuild: 0,
  letter: '',
}

function classicSupport(release: IosRelease): Support {
  const { major, minor, train } = release
  if (major === 15) return train === 'M' || train === 'T' ? 'yes' : 'unknown'
  if (major > 15) return 'unknown'
  // A mainline takes fixes only, so no 12.4 or older has a feature of 12.4(24)T, whatever its number.
  if (train === '') return major < 12 || minor <= 4 ? 'no' : 'unknown'
  if (train !== 'T') return 'unknown'
  return (compareInTrain(release, firstT) ?? -1) >= 0 ? 'yes' : 'no'
}

const xeNumber = /^0*(\d{1,3})\.0*(\d{1,3})\.0*(\d{1,3})(?:[a-z]\w{0,15})?$/

/** First IOS-XE release whose published configuration model has the setting: 16.3.1. */
function xeSupport(number: string): Support {
  const found = xeNumber.exec(number)
  if (found === null) return 'unknown'
  const [major = 0, minor = 0, maintenance = 0] = found.slice(1, 4).map(Number)
  if (major < 16 || (major === 16 && minor < 3)) return 'unknown'
  return major === 16 && minor === 3 && maintenance < 1 ? 'unknown' : 'yes'
}

/**
 * The three-valued gate. Sources: Cisco's responder-only feature pages (12.4T, 15MT) and the IOS-XE
 * configuration models from 16.3.1. Where a box prints two numbers, both must speak for it.
 */
export function supportsResponderOnly(software: SoftwareFacts): Support {
  const { os, version, xeVersion } = software
  if (os === 'ios') {
    const release = version === undefined ? undefined : parseIosRelease(version)
    return release === undefined ? 'unknown' : classicSupport(release)
  }
  if (os !== 'ios-xe') return 'no'
  const numbers = [version, xeVersion].flatMap((number) => (number === undefined ? [] : [number]))
  return numbers.length > 0 && numbers.every((number) => xeSupport(number) === 'yes') ? 'yes' : 'unknown'
}
