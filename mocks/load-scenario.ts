import { openDocument } from '../src/document/load.ts'
import type { Place } from '../src/document/place.ts'
import { mergeProblems } from '../src/document/problems.ts'
import { readText } from '../src/document/read.ts'
import type { Diagnostic } from '../src/kernel/diagnostics.ts'
import { err, ok, type Result } from '../src/kernel/result.ts'
import { initiatesWords, type PeerType, peerTypes } from '../src/model/intent.ts'
import { faultsFrom } from './faults/load-faults.ts'
import { devicesOf, habitsOf, msOf, textsOf } from './load-device.ts'
import schema from './scenario.schema.json' with { type: 'json' }
import type { Scenario, ScenarioEnd, ScenarioJump, ScenarioPeers } from './scenario.ts'
import { scenarioProblems } from './scenario-rules.ts'

/** Reads a scenario file; every mistake of it comes back at once, with its place. */
export function loadScenario(path: string): Result<Scenario, readonly Diagnostic[]> {
  const text = readText(path)
  return text.kind === 'err' ? err([text.error]) : parseScenario(path, text.value)
}

/** The same from a text; `path` stands in the positions. */
export function parseScenario(path: string, text: string): Result<Scenario, readonly Diagnostic[]> {
  const { document, problems } = openDocument(text, { file: path, schema })
  const all = document === undefined ? problems : mergeProblems(problems, scenarioProblems(document.root))
  if (document === undefined || all.some((problem) => problem.severity === 'error')) return err(all)
  return ok(scenarioOf(path, document.root))
}

const hour = 3_600_000

function scenarioOf(path: string, root: Place): Scenario {
  const login = root.get('login')
  const password = login?.get('password')?.text
  const enable = login?.get('enable')?.text
  return {
    path,
    clock: new Date(root.get('clock')?.text ?? '2026-01-12T08:00:00Z'),
    login: {
      username: login?.get('username')?.text ?? 'netops',
      ...(password === undefined ? {} : { password }),
      ...(enable === undefined ? {} : { enable }),
    },
    devices: devicesOf(root),
    jumps: (root.get('jumps')?.items() ?? []).map(jumpOf),
    peers: peersOf(root.get('peers')),
  }
}

function jumpOf(place: Place): ScenarioJump {
  const dies = place.get('dies')?.number
  return {
    name: place.get('name')?.text ?? '',
    faults: faultsFrom(place.get('faults')),
    ...(dies === undefined ? {} : { dies }),
  }
}

function peersOf(place: Place | undefined): ScenarioPeers {
  const renewMs = msOf(place, 'renew')
  const ikeLifetimeMs = msOf(place, 'ikeLifetime')
  return {
    ...(renewMs === undefined ? {} : { renewMs }),
    ...(ikeLifetimeMs === undefined ? {} : { ikeLifetimeMs }),
    ipsecLifetimeMs: msOf(place, 'ipsecLifetime') ?? hour,
    ends: (place?.get('ends')?.items() ?? []).map((end) => endOf(end, place)),
  }
}

function endOf(place: Place, world: Place | undefined): ScenarioEnd {
  const text = (key: string): string => place.get(key)?.text ?? ''
  const silent = place.get('silent')?.value === true
  const starts = !silent && place.get('starts')?.value !== false
  const lifetimeMs = msOf(place, 'lifetime')
  const version = place.get('version')?.text
  const initiates = initiatesWords.find((word) => word === place.get('initiates')?.text)
  return {
    name: text('name'),
    address: text('address'),
    protocol: text('protocol') === 'ikev2' ? 'ikev2' : 'ikev1',
    type: peerTypeOf(text('type')),
    starts,
    habits: habitsOf(place, starts, world),
    ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
    silent,
    declared: place.get('declared')?.value !== false,
    ...(version === undefined ? {} : { version }),
    ...(initiates === undefined ? {} : { initiates }),
    to: textsOf(place.get('to')),
  }
}

function peerTypeOf(text: string): PeerType {
  return peerTypes.find((type) => type === text) ?? 'unknown'
}
