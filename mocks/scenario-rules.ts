import type { Place } from '../src/document/place.ts'
import type { Diagnostic } from '../src/kernel/diagnostics.ts'
import { parseDuration } from '../src/kernel/duration.ts'
import { printable } from '../src/kernel/printable.ts'
import { isAddress } from '../src/model/address.ts'
import { iosRelease } from './ios/release.ts'

/** A pattern of the file; undefined where it is absent or no regular expression. */
export function patternOf(place: Place | undefined): RegExp | undefined {
  try {
    return place?.text === undefined ? undefined : new RegExp(place.text)
  } catch {
    return undefined
  }
}

function problem(code: Diagnostic['code'], place: Place, message: string, hint?: string): Diagnostic {
  return { code, severity: 'error', message, at: place.at(), ...(hint === undefined ? {} : { hint }) }
}

/** What the schema cannot say: references, releases, addresses, patterns. */
export function scenarioProblems(root: Place): readonly Diagnostic[] {
  const devices = root.get('devices')?.items() ?? []
  const ends = root.get('peers')?.get('ends')?.items() ?? []
  const jumps = root.get('jumps')?.items() ?? []
  const names = new Set(devices.flatMap((device) => device.get('name')?.text ?? []))
  return [
    ...viaProblems(devices, jumps),
    ...clockProblems(root.get('clock')),
    ...devices.flatMap(deviceProblems),
    ...devices.flatMap(spaceProblems),
    ...pairProblems(devices),
    ...duplicates([...devices, ...jumps, ...ends], 'name'),
    ...ends.flatMap((end) => endProblems(end, names)),
    ...duplicates(ends, 'address'),
  ]
}

function clockProblems(place: Place | undefined): readonly Diagnostic[] {
  if (place?.text === undefined || !Number.isNaN(new Date(place.text).getTime())) return []
  return [
    problem(
      'INVALID_VALUE',
      place,
      `${printable(place.text)} is not a time`,
      'write it like 2026-01-12T08:00:00Z',
    ),
  ]
}

function viaProblems(devices: readonly Place[], jumps: readonly Place[]): readonly Diagnostic[] {
  const names = jumps.flatMap((jump) => jump.get('name')?.text ?? [])
  return devices
    .flatMap((device) => device.get('via')?.items() ?? [])
    .filter((place) => place.text !== undefined && !names.includes(place.text))
    .map((place) =>
      problem(
        'UNKNOWN_REFERENCE',
        place,
        `${printable(place.text ?? '')} is no jump host of this scenario`,
        names.length === 0 ? 'add it below jumps' : `jump hosts are ${names.map(printable).join(', ')}`,
      ),
    )
}

function deviceProblems(device: Place): readonly Diagnostic[] {
  const lines = device.get('faults')?.get('lines')?.items() ?? []
  const patterns = [
    device.get('refuse'),
    device.get('authorization')?.get('deny'),
    ...(device.get('authorization')?.get('permit')?.items() ?? []),
    device.get('faults')?.get('cutOff')?.get('while'),
    ...(device.get('edits')?.items() ?? []).map((edit) => edit.get('line')),
    ...lines.flatMap((line) => [line.get('line'), line.get('prompt')?.get('from')]),
  ]
  return [
    ...versionProblems(device),
    ...clockProblems(device.get('clock')),
    ...lines.flatMap(lineFaultProblems),
    ...pendingRevertProblems(device),
    ...patterns.flatMap((place) =>
      place?.text === undefined || patternOf(place) !== undefined
        ? []
        : [problem('INVALID_VALUE', place, `${printable(place.text)} is not a regular expression`)],
    ),
  ]
}

function pendingRevertProblems(device: Place): readonly Diagnostic[] {
  const place = device.get('pendingRevert')
  const ms = parseDuration(place?.text ?? '')
  if (place === undefined || ms === undefined) return []
  if (device.get('platform')?.text === 'asa')
    return [problem('INVALID_VALUE', place, 'pendingRevert is of an IOS device', 'take it out')]
  if (ms % 60_000 === 0 && ms <= 7_200_000) return []
  return [problem('INVALID_VALUE', place, `${place.text} is not a whole number of minutes up to 120`)]
}

/** What a line fault needs, and what excludes each other. */
function lineFaultProblems(fault: Place): readonly Diagnostic[] {
  const [prints, bytes] = [fault.get('prints'), fault.get('bytes')]
  const [reply, asks] = [fault.get('reply'), fault.get('asks')]
  const how = fault.get('how')
  const others = fault.entries().filter(([key]) => !['line', 'skip', 'times', 'prompt'].includes(key))
  const [without] = fault.get('line') === undefined ? others : []
  const nothing = others.length === 0 && fault.get('prompt') === undefined
  return [
    ...(without === undefined
      ? []
      : [
          problem(
            'MISSING_KEY',
            without[1],
            `${without[0]} needs a line that it happens at`,
            'add line: ^show',
          ),
        ]),
    ...(nothing
      ? [problem('MISSING_KEY', fault, 'nothing happens at this line', 'say what, such as cut: 10')]
      : []),
    ...(prints !== undefined && bytes !== undefined
      ? [problem('INVALID_VALUE', bytes, 'prints and bytes are the same thing', 'keep one of them')]
      : []),
    ...(reply !== undefined && asks !== undefined
      ? [problem('INVALID_VALUE', asks, 'a line has a reply or a question, not both', 'keep one of them')]
      : []),
    ...(how !== undefined && fault.get('ends') === undefined
      ? [problem('MISSING_KEY', how, 'how needs ends', 'add ends: before or ends: after')]
      : []),
  ]
}

/** What an ASA may have besides, and what everybody needs. */
function spaceProblems(device: Place): readonly Diagnostic[] {
  const asa = device.get('platform')?.text === 'asa'
  const [mode, contexts, failover] = [device.get('mode'), device.get('contexts'), device.get('failover')]
  const onlyAsa = [mode, contexts, failover].filter((place) => place !== undefined && !asa)
  const standby = failover?.get('state')?.text === 'standby'
  const multiple = mode?.text === 'multiple'
  const name = device.get('name') ?? device
  return [
    ...onlyAsa.flatMap((place) =>
      place === undefined
        ? []
        : [problem('INVALID_VALUE', place, `${place.path.at(-1) ?? ''} is of an ASA`, 'set platform: asa')],
    ),
    ...(device.get('config') === undefined && !standby
      ? [problem('MISSING_KEY', name, `config is missing`, 'give the lines of its running configuration')]
      : []),
    ...(multiple && contexts === undefined && !standby
      ? [problem('MISSING_KEY', mode, 'contexts is missing for mode: multiple')]
      : []),
    ...(contexts !== undefined && !multiple
      ? [problem('INVALID_VALUE', contexts, 'contexts needs mode: multiple', 'add mode: multiple')]
      : []),
    ...duplicates(contexts?.items() ?? [], 'name'),
  ]
}

/** A pair is two devices, one of each unit, of which one is active. */
function pairProblems(devices: readonly Place[]): readonly Diagnostic[] {
  const pairs = new Map<string, Place[]>()
  for (const failover of devices.flatMap((device) => device.get('failover') ?? [])) {
    const pair = failover.get('pair')?.text
    if (pair !== undefined) pairs.set(pair, [...(pairs.get(pair) ?? []), failover])
  }
  return [...pairs].flatMap(([pair, units]) => {
    const first = units[0]
    const differ = (key: string): boolean => new Set(units.map((unit) => unit.get(key)?.text)).size === 2
    if (first === undefined || (units.length === 2 && differ('unit') && differ('state'))) return []
    return [
      problem(
        'INVALID_VALUE',
        first.get('pair') ?? first,
        `the failover pair ${printable(pair)} is not two units, one of them active`,
        'give one device unit: primary, the other unit: secondary, and one of them state: standby',
      ),
    ]
  })
}

const asaVersion = /^\d{1,2}\.\d{1,2}\(\d{1,3}\)\d{0,3}$/

function versionProblems(device: Place): readonly Diagnostic[] {
  const place = device.get('version')
  const text = place?.text
  if (place === undefined || text === undefined) return []
  const asa = device.get('platform')?.text === 'asa'
  const pix = asa && device.get('model')?.text?.startsWith('PIX') === true
  const known = asa
    ? asaVersion.test(text) && (!pix || /^(?:6\.|7\.|8\.0)/.test(text))
    : iosRelease(text) !== undefined
  if (known) return []
  const like = pix ? '7.2(4) or 8.0(4)' : asa ? '9.16(3)19' : '15.2(4)M6, 12.4(25) or 17.9.4a'
  return [
    problem(
      'INVALID_VALUE',
      place,
      `${printable(text)} is not a release that can be simulated`,
      `write it like ${like}`,
    ),
  ]
}

function endProblems(end: Place, names: ReadonlySet<string>): readonly Diagnostic[] {
  const address = end.get('address')
  const to = end.get('to')
  const wanted = to?.text === undefined ? (to?.items() ?? []) : [to]
  const wrong = wanted.filter(
    (place) => place.text !== undefined && !isAddress(place.text) && !names.has(place.text),
  )
  return [
    ...(address?.text === undefined || isAddress(address.text)
      ? []
      : [problem('INVALID_VALUE', address, `${printable(address.text)} is not an address`)]),
    ...wrong.map((place) =>
      problem(
        'UNKNOWN_REFERENCE',
        place,
        `${printable(place.text ?? '')} is neither a device of this scenario nor an address`,
        `devices are ${[...names].map(printable).join(', ')}`,
      ),
    ),
  ]
}

function duplicates(items: readonly Place[], key: string): readonly Diagnostic[] {
  const seen = new Set<string>()
  return items.flatMap((item) => {
    const place = item.get(key)
    if (place?.text === undefined) return []
    if (!seen.has(place.text)) {
      seen.add(place.text)
      return []
    }
    return [problem('DUPLICATE', place, `the ${key} ${printable(place.text)} is used twice`)]
  })
}
