import { nearest } from '../../kernel/nearest.ts'
import { assertNever } from '../../kernel/never.ts'
import { printable } from '../../kernel/printable.ts'
import type { CryptoMapEntry, DeviceFacts } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import { type MapName, type ProfileName, parseProfileName } from '../../model/ids.ts'
import {
  type DeviceIntent,
  entryName,
  type Target,
  type TargetIntent,
  targetName,
} from '../../model/intent.ts'
import { usersOf } from '../profile-target.ts'

/** A target of the device, with the entry behind it where there is one. */
export interface Expanded {
  readonly target: Target
  readonly entry?: CryptoMapEntry
}

export interface Expansion {
  readonly targets: readonly Expanded[]
  /** Dynamic entries that `static` reaches and leaves alone. */
  readonly dynamic: readonly CryptoMapEntry[]
  /** On no target: maps and exceptions that are not there. */
  readonly findings: readonly Finding[]
}

function listed(names: readonly (string | number)[]): string {
  return names.length === 0 ? 'none' : names.join(', ')
}

/** The numbers of one map, as a message names them. */
export function numbersOf(facts: DeviceFacts, map: string): string {
  return listed(facts.cryptoMaps.filter((entry) => entry.map === map).map((entry) => entry.seq))
}

/** The maps of the device, as a message names them. */
export function mapsOf(facts: DeviceFacts): string {
  return listed([...new Set(facts.cryptoMaps.map((entry) => printable(entry.map)))])
}

/** `did you mean outside_map? `, before what to do about a map that is not there; empty where none is near. */
export function meantMap(facts: DeviceFacts, map: string): string {
  const meant = nearest(
    map,
    facts.cryptoMaps.map((entry) => entry.map),
  )
  return meant === undefined ? '' : `did you mean ${printable(meant)}? `
}

function dynamicNote(entry: CryptoMapEntry): Finding {
  return {
    code: 'ENTRY_DYNAMIC',
    severity: 'info',
    message: `${entry.map}/${entry.seq} is a dynamic entry: it answers by nature, nothing to set`,
    evidence: entry.evidence.join('\n'),
    next: 'nothing to do',
  }
}

function mapMissing(facts: DeviceFacts, map: string): Finding {
  return {
    code: 'ENTRY_MISSING',
    severity: 'block',
    message: `there is no crypto map ${map} on the device; it has ${mapsOf(facts)}`,
    next: `${meantMap(facts, map)}correct the name of the map in the playbook; names are exact in case`,
  }
}

function noStatic(map: string, exceptions: number): Finding {
  const why = exceptions > 0 ? 'has no static entry besides the excepted ones' : 'has no static entry'
  return {
    code: 'ENTRY_MISSING',
    severity: 'warn',
    message: `the crypto map ${map} ${why}: nothing to set`,
    next: 'take the map out of the playbook, or correct its name and its except list',
  }
}

function exceptMissing(map: string, seq: number): Finding {
  return {
    code: 'ENTRY_MISSING',
    severity: 'info',
    message: `${map}/${seq} is excepted in the playbook and does not exist`,
    next: 'take the number out of the except list',
  }
}

function expandStatic(facts: DeviceFacts, map: MapName, except: readonly number[]): Expansion {
  const context = facts.context === undefined ? {} : { context: facts.context }
  const entries = facts.cryptoMaps.filter((entry) => entry.map === map)
  if (entries.length === 0) return { targets: [], dynamic: [], findings: [mapMissing(facts, map)] }
  const kept = entries.filter((entry) => !except.includes(entry.seq))
  const statics = kept.filter((entry) => !entry.dynamic)
  const gone = except.filter((seq) => !entries.some((entry) => entry.seq === seq))
  return {
    targets: statics.map((entry) => ({
      target: { kind: 'crypto-map-entry', map, seq: entry.seq, ...context },
      entry,
    })),
    dynamic: kept.filter((entry) => entry.dynamic),
    findings: [
      ...gone.map((seq) => exceptMissing(map, seq)),
      ...(statics.length === 0 ? [noStatic(map, except.length - gone.length)] : []),
    ],
  }
}

/** Every IPsec profile that a tunnel interface uses and the configuration defines. */
function expandInUse(facts: DeviceFacts, except: readonly ProfileName[]): Expansion {
  const excepted = new Set<string>(except)
  const named = facts.profiles.filter(({ name, usedBy }) => usedBy.length > 0 && !excepted.has(name))
  const up = named.filter(({ name }) => usersOf(facts, name).some((tunnel) => tunnel.shutdown !== true))
  const names = up.flatMap(({ name }) => parseProfileName(name) ?? [])
  return {
    targets: names.map((profile) => ({ target: { kind: 'ipsec-profile', profile } })),
    dynamic: [],
    findings: [
      ...named.filter((profile) => !up.includes(profile)).map(({ name }) => shutDown(name)),
      ...(names.length > 0 || named.length > 0 ? [] : [noneInUse()]),
    ],
  }
}

function shutDown(name: string): Finding {
  return {
    code: 'PROFILE_UNUSED',
    severity: 'warn',
    message: `only interfaces that are shut down use the IPsec profile ${printable(name)}: it is left alone, and would start tunnels as before when they come up`,
    next: 'run apply again when they are up, or except the profile in the playbook',
  }
}

function noneInUse(): Finding {
  return {
    code: 'PROFILE_UNUSED',
    severity: 'warn',
    message: 'no tunnel interface of this device uses an IPsec profile: every profile in use is none',
    next: 'check that this host belongs into the playbook',
  }
}

function refused(message: string, next: string): Expansion {
  const finding: Finding = { code: 'PLATFORM_UNSUPPORTED', severity: 'block', message, next }
  return { targets: [], dynamic: [], findings: [finding] }
}

function expandOne(facts: DeviceFacts, intent: TargetIntent): Expansion {
  switch (intent.kind) {
    case 'static-entries':
      return expandStatic(facts, intent.map, intent.except)
    case 'crypto-map-entry': {
      const entry = facts.cryptoMaps.find(({ map, seq }) => map === intent.map && seq === intent.seq)
      const expanded = entry === undefined ? { target: intent } : { target: intent, entry }
      return { targets: [expanded], dynamic: [], findings: [] }
    }
    case 'ipsec-profile':
      return { targets: [{ target: intent }], dynamic: [], findings: [] }
    case 'profiles-in-use':
      return expandInUse(facts, intent.except)
    case 'ios-crypto-map':
      return refused(
        `the crypto map ${intent.map} is named as one of a router, and this device is an ASA`,
        'name it under asas, cryptoMaps in the playbook',
      )
    default:
      return assertNever(intent)
  }
}

/**
 * The targets that a playbook means on this device, each once, in the order in which it names them: an entry
 * that is listed by number and reached by `static` too is one target.
 */
export function expand(
  facts: DeviceFacts,
  intent: Pick<DeviceIntent, 'targets'>,
): Omit<Expansion, 'dynamic'> {
  const parts = intent.targets.map((one) => expandOne(facts, one))
  const targets = new Map<string, Expanded>()
  for (const expanded of parts.flatMap((part) => part.targets)) {
    const name = targetName(expanded.target)
    if (!targets.has(name)) targets.set(name, expanded)
  }
  // An entry that is listed by number speaks for itself as a target.
  const left = new Set(parts.flatMap((part) => part.dynamic)).values()
  const notes = [...left].filter((entry) => !targets.has(entryName(entry, facts.context))).map(dynamicNote)
  return { targets: [...targets.values()], findings: [...parts.flatMap((part) => part.findings), ...notes] }
}
