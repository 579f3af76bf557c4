import type { Place } from '../src/document/place.ts'
import { parseDuration } from '../src/kernel/duration.ts'
import { parseConfig } from './config-tree.ts'
import { faultsFrom } from './faults/load-faults.ts'
import type { IkeHabits } from './ike-types.ts'
import {
  type ScenarioContext,
  type ScenarioDevice,
  type ScenarioEdit,
  type ScenarioFailover,
  savings,
} from './scenario.ts'
import { patternOf } from './scenario-rules.ts'

/** A duration in milliseconds; undefined where none is written. */
export function msOf(place: Place | undefined, key: string): number | undefined {
  return parseDuration(place?.get(key)?.text ?? '')
}

/** The texts of a list, or the one text that stands for a list of one. */
export function textsOf(place: Place | undefined): readonly string[] {
  if (place?.text !== undefined) return [place.text]
  return place?.items().flatMap((item) => item.text ?? []) ?? []
}

/** An own word of a device or end comes before that of the world. */
export function habitsOf(place: Place, renews: boolean, world: Place | undefined): IkeHabits {
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

/** Devices in the order of the file; a standby unit without a configuration has that of its mate. */
export function devicesOf(root: Place): readonly ScenarioDevice[] {
  const devices = (root.get('devices')?.items() ?? []).map((place) => deviceOf(place, root.get('peers')))
  return devices.map((box) => {
    const { failover } = box
    if (failover?.state !== 'standby' || box.config !== '') return box
    const mate = devices.find((other) => other !== box && other.failover?.pair === failover.pair)
    if (mate === undefined) return box
    const { config, unsaved, contexts } = mate
    return { ...box, config, unsaved, ...(contexts === undefined ? {} : { contexts }) }
  })
}

function deviceOf(place: Place, world: Place | undefined): ScenarioDevice {
  const text = (key: string): string => place.get(key)?.text ?? ''
  const name = text('name')
  const platform = text('platform') === 'asa' ? 'asa' : 'ios'
  const clock = place.get('clock')?.text
  const via = textsOf(place.get('via'))
  const pendingRevertMs = msOf(place, 'pendingRevert')
  return {
    name,
    platform,
    model: place.get('model')?.text ?? (platform === 'asa' ? 'ASA5516' : 'IOSv'),
    version: text('version'),
    hostname: place.get('hostname')?.text ?? name,
    groups: textsOf(place.get('groups')),
    startsIn: text('privilege') === 'privileged' ? 'privileged' : 'user',
    banner: text('banner'),
    config: text('config'),
    unsaved: text('unsaved'),
    ...(pendingRevertMs === undefined ? {} : { pendingRevertMs }),
    edits: (place.get('edits')?.items() ?? []).map(editOf),
    habits: habitsOf(place, place.get('renews')?.value === true, world),
    ...labelsOf(place.get('labels')),
    ...failoverOf(place.get('failover')),
    ...contextsOf(place.get('contexts')),
    ...refusalsOf(place),
    ...(clock === undefined ? {} : { clock: new Date(clock) }),
    ...(via.length === 0 ? {} : { via }),
    faults: faultsFrom(place.get('faults')),
  }
}

function editOf(place: Place): ScenarioEdit {
  const line = patternOf(place.get('line'))
  return {
    afterMs: msOf(place, 'after') ?? 0,
    ...(line === undefined ? {} : { line }),
    types: textsOf(place.get('types')),
  }
}

function refusalsOf(place: Place): Pick<ScenarioDevice, 'refuse' | 'deny' | 'permit' | 'saving'> {
  const saving = savings.find((one) => one === place.get('saving')?.text)
  const refuse = patternOf(place.get('refuse'))
  const deny = patternOf(place.get('authorization')?.get('deny'))
  const permit = place.get('authorization')?.get('permit')?.items()
  return {
    ...(saving === undefined ? {} : { saving }),
    ...(refuse === undefined ? {} : { refuse }),
    ...(deny === undefined ? {} : { deny }),
    ...(permit === undefined ? {} : { permit: permit.flatMap((one) => patternOf(one) ?? []) }),
  }
}

function labelsOf(place: Place | undefined): Pick<ScenarioDevice, 'labels'> {
  if (place === undefined) return {}
  const entries = place.entries().map(([key, item]): [string, string] => [key, item.text ?? ''])
  return { labels: Object.fromEntries(entries) }
}

function failoverOf(place: Place | undefined): Pick<ScenarioDevice, 'failover'> {
  if (place === undefined) return {}
  const failover: ScenarioFailover = {
    pair: place.get('pair')?.text ?? '',
    unit: place.get('unit')?.text === 'secondary' ? 'secondary' : 'primary',
    state: place.get('state')?.text === 'standby' ? 'standby' : 'active',
    synced: place.get('synced')?.value !== false,
  }
  return { failover }
}

function contextsOf(place: Place | undefined): Pick<ScenarioDevice, 'contexts'> {
  if (place === undefined) return {}
  const contexts = place.items().map((item, index): ScenarioContext => {
    const config = item.get('config')?.text ?? ''
    const interfaces = parseConfig(config).flatMap(({ line }) => /^interface (\S+)/.exec(line)?.[1] ?? [])
    return { name: item.get('name')?.text ?? '', admin: index === 0, config, interfaces }
  })
  return { contexts }
}
