import { describe, expect, it } from 'vitest'
import type { DeviceFacts } from '../../../src/model/facts.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { TargetIntent, WantedState } from '../../../src/model/intent.ts'
import { asaDriver } from '../../../src/platform/asa/index.ts'
import { mapName, profileName } from '../../names.ts'
import { facts, intent } from './device.ts'

const still = (
  targets: readonly TargetIntent[],
  device: DeviceFacts,
  state: WantedState = 'responder-only',
): readonly Finding[] =>
  asaDriver
    .precheck(device, intent(targets, { state }))
    .findings.filter(({ code }) => code === 'STILL_INITIATES')
const ten: TargetIntent = { kind: 'crypto-map-entry', map: mapName('outside_map'), seq: 10 }

describe('what an ASA still starts', () => {
  it('are entries in use that do not only answer, and not templates, remains or maps on no interface', () => {
    expect(facts().initiations?.map(({ what }) => what)).toEqual(['outside_map/10', 'outside_map/100'])
  })

  it('are profiles of VTIs that are up, without responder-only', () => {
    const { initiations } = facts({ configuration: 'vti-and-map' })
    expect(initiations?.filter(({ kind }) => kind === 'profile').map(({ what }) => what)).toEqual([
      'the profile NORTH of Tunnel1',
    ])
  })

  it('is listed once for a device, without its targets and with its own lines', () => {
    const [finding, ...more] = still([ten], facts({ configuration: 'vti-and-map' }))
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'info' })
    expect(finding).not.toHaveProperty('target')
    expect(finding?.message).toContain('NORTH')
    expect(finding?.message).not.toContain('outside_map/10')
    expect(finding?.evidence).toContain('tunnel protection ipsec profile NORTH')
  })

  it('is nothing where everything that starts is a target, or is to start', () => {
    const device = facts({ configuration: 'vti-and-map' })
    const all: readonly TargetIntent[] = [
      { kind: 'static-entries', map: mapName('outside_map'), except: [] },
      { kind: 'ipsec-profile', profile: profileName('NORTH') },
    ]
    expect(still(all, device)).toEqual([])
    expect(still([ten], device, 'bidirectional')).toEqual([])
  })
})
