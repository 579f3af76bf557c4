import {
  type ContextName,
  type DeviceName,
  type Fingerprint,
  type MapName,
  type ProfileName,
  parseContextName,
  parseDeviceName,
  parseFingerprint,
  parseMapName,
  parseProfileName,
  parseRunId,
  type RunId,
} from '../src/model/ids.ts'
import type { Target } from '../src/model/intent.ts'

function named<T>(name: T | undefined, text: string): T {
  if (name === undefined) throw new Error(`a test names something that no name may be: ${text}`)
  return name
}

/** A device's name, as an inventory gives it. */
export function deviceName(text: string): DeviceName {
  return named(parseDeviceName(text), text)
}

/** An IPsec profile's name, as a playbook gives it. */
export function profileName(text: string): ProfileName {
  return named(parseProfileName(text), text)
}

/** A crypto map's name, as a playbook gives it. */
export function mapName(text: string): MapName {
  return named(parseMapName(text), text)
}

/** A security context's name, as a playbook gives it. */
export function contextName(text: string): ContextName {
  return named(parseContextName(text), text)
}

/** A run's id. */
export function runId(text: string): RunId {
  return named(parseRunId(text), text)
}

/** A fingerprint that is one digit all over. */
export function fingerprint(digit: string): Fingerprint {
  return named(parseFingerprint(digit.repeat(64)), digit)
}

/** An IPsec profile as a target. */
export function profileTarget(text: string): Extract<Target, { kind: 'ipsec-profile' }> {
  return { kind: 'ipsec-profile', profile: profileName(text) }
}

/** A crypto map entry as a target. */
export function entryTarget(map: string, seq: number): Extract<Target, { kind: 'crypto-map-entry' }> {
  return { kind: 'crypto-map-entry', map: mapName(map), seq }
}
