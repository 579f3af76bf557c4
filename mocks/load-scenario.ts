import { openDocument } from '../src/document/load.ts'
import type { Place } from '../src/document/place.ts'
import { mergeProblems } from '../src/document/problems.ts'
import { readText } from '../src/document/read.ts'
import type { Diagnostic } from '../src/kernel/diagnostics.ts'
import { parseDuration } from '../src/kernel/duration.ts'
import { err, ok, type Result } from '../src/kernel/result.ts'
import { type PeerType, peerTypes } from '../src/model/intent.ts'
import type { IkeHabits } from './ike-types.ts'
import schema from './scenario.schema.json' with { type: 'json' }
import type { Scenario, ScenarioDevice, ScenarioEnd, ScenarioPeers } from './scenario.ts'
import { patternOf, scenarioProblems } from './scenario-rules.ts'

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
    devices: (root.get('devices')?.items() ?? []).map((place) => deviceOf(place, root.get('peers'))),
    peers: peersOf(root.get('peers')),
  }
}

function texts(place: Place | undefined): readonly string[] {
  if (place?.text !== undefined) return [place.text]
  return place?.items().flatMap((item) => item.text ?? []) ?? []
}

function deviceOf(place: Place, world: Place | undefined): ScenarioDevice {
  const text = (key: string): string => place.get(key)?.text ?? ''
  const name = text('name')
  const platform = text('platform') === 'asa' ? 'asa' : 'ios'
  const hang = place.get('hang')?.text
  const drop = place.get('drop')
  const dropLine = patternOf(drop?.get('line'))
  const refuse = patternOf(place.get('refuse'))
  const deny = patternOf(place.get('authorization')?.get('deny'))
  return {
    name,
    platform,
    model: place.get('model')?.text ?? (platform === 'asa' ? 'ASA5516' : 'IOSv'),
    version: text('version'),
    hostname: place.get('hostname')?.text ?? name,
    groups: texts(place.get('groups')),
    startsIn: text('privilege') === 'privileged' ? 'privileged' : 'user',
    banner: text('banner'),
    config: text('config'),
    unsaved: text('unsaved'),
    habits: habitsOf(place, place.get('renews')?.value === true, world),
    ...(hang === 'login' || hang === 'after-login' ? { hang } : {}),
    ...(dropLine === undefined
      ? {}
      : { drop: { line: dropLine, when: drop?.get('when')?.text === 'before' ? 'before' : 'after' } }),
    ...(refuse === undefined ? {} : { refuse }),
    ...(deny === undefined ? {} : { deny }),
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

function msOf(place: Place | undefined, key: string): number | undefined {
  return parseDuration(place?.get(key)?.text ?? '')
}

/** An own word of a device or end comes before that of the world. */
function habitsOf(place: Place, renews: boolean, world: Place | undefined): IkeHabits {
  const flag = (key: string): boolean => (place.get(key) ?? world?.get(key))?.value === true
  const onTrafficMs = msOf(place, 'onTraffic')
  const gapMs = msOf(place, 'gap')
  const diesMs = msOf(place, 'dies')
  return {
    renews,
    ...(flag('rekey') ? { rekeys: true } : {}),
    ...(flag('ikeLapses') ? { lapses: true } : {}),
    ...(onTrafficMs === undefined ? {} : { onTrafficMs }),
    ...(gapMs === undefined ? {} : { gapMs }),
    ...(diesMs === undefined ? {} : { diesMs }),
  }
}

function endOf(place: Place, world: Place | undefined): ScenarioEnd {
  const text = (key: string): string => place.get(key)?.text ?? ''
  const silent = place.get('silent')?.value === true
  const starts = !silent && place.get('starts')?.value !== false
  const lifetimeMs = msOf(place, 'lifetime')
  return {
    name: text('name'),
    address: text('address'),
    protocol: text('protocol') === 'ikev2' ? 'ikev2' : 'ikev1',
    type: peerTypeOf(text('type')),
    starts,
    habits: habitsOf(place, starts, world),
    ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
    silent,
    to: texts(place.get('to')),
  }
}

function peerTypeOf(text: string): PeerType {
  return peerTypes.find((type) => type === text) ?? 'unknown'
}
