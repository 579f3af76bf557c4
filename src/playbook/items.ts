import type { Place } from '../document/place.ts'
import { parseContextName, parseMapName, parseProfileName } from '../model/ids.ts'
import type { TargetIntent } from '../model/intent.ts'
import type { PlaybookItem } from '../model/playbook.ts'
import { hostsOf } from './lists.ts'

function profileNames(list: Place | undefined) {
  return (list?.items() ?? []).flatMap((name) => parseProfileName(name.text ?? '') ?? [])
}

function numbersOf(list: Place | undefined): readonly number[] {
  return (list?.items() ?? []).flatMap((entry) => entry.number ?? [])
}

function profileTargets(profiles: Place | undefined): readonly TargetIntent[] {
  if (profiles?.get('in-use') !== undefined) {
    return [{ kind: 'profiles-in-use', except: profileNames(profiles.get('except')) }]
  }
  return profileNames(profiles).map((profile) => ({ kind: 'ipsec-profile', profile }))
}

function routerTargets(item: Place): readonly TargetIntent[] {
  const maps = (item.get('cryptoMaps')?.items() ?? []).flatMap((entry): readonly TargetIntent[] => {
    const map = parseMapName(entry.get('map')?.text ?? '')
    return map === undefined ? [] : [{ kind: 'ios-crypto-map', map }]
  })
  return [...profileTargets(item.get('profiles')), ...maps]
}

function asaTargets(item: Place): readonly TargetIntent[] {
  const name = parseContextName(item.get('context')?.text ?? '')
  const context = name === undefined ? {} : { context: name }
  const entries = (item.get('cryptoMaps')?.items() ?? []).flatMap((entry): readonly TargetIntent[] => {
    const map = parseMapName(entry.get('map')?.text ?? '')
    if (map === undefined) return []
    const numbers = entry.get('entries')
    if (numbers?.text !== undefined) {
      return [{ kind: 'static-entries', map, except: numbersOf(entry.get('except')), ...context }]
    }
    return numbersOf(numbers).map((seq) => ({ kind: 'crypto-map-entry', map, seq, ...context }))
  })
  return [...entries, ...profileTargets(item.get('vtiProfiles'))]
}

/** The items of `routers` and `asas` of a playbook without problems, in the order of the file. */
export function itemsOf(root: Place): readonly PlaybookItem[] {
  const routers = (root.get('routers')?.items() ?? []).map(
    (item): PlaybookItem => ({ platform: 'ios', hosts: hostsOf(item), targets: routerTargets(item) }),
  )
  const asas = (root.get('asas')?.items() ?? []).map(
    (item): PlaybookItem => ({ platform: 'asa', hosts: hostsOf(item), targets: asaTargets(item) }),
  )
  return [...routers, ...asas]
}
