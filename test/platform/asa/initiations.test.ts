import { describe, expect, it } from 'vitest'
import type { DeviceFacts } from '../../../src/model/facts.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { TargetIntent, WantedState } from '../../../src/model/intent.ts'
import { lines } from '../../../src/platform/asa/commands.ts'
import { asaDriver } from '../../../src/platform/asa/index.ts'
import { mapName, profileName } from '../../names.ts'
import { captures, facts, intent, session } from './device.ts'

const still = (
  targets: readonly TargetIntent[],
  device: DeviceFacts,
  state: WantedState = 'responder-only',
): readonly Finding[] =>
  asaDriver
    .precheck(device, intent(targets, { state }))
    .findings.filter(({ code }) => code === 'STILL_INITIATES')
const secrets = ['vpnclient vpngroup SITES password s3cret', 'vpnclient username site password s3cret']

/** The hub with more lines in its configuration. */
function withLines(more: readonly string[]): DeviceFacts {
  const read = asaDriver.facts(
    captures().map((one) =>
      one.line === lines.configuration
        ? { ...one, text: one.text.replace(/^: end/m, `${more.join('\n')}\n: end`) }
        : one,
    ),
    session,
  )
  if (read.kind === 'err') throw new Error(read.error.message)
  return read.value
}

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

  it('is an Easy VPN client that is enabled, with its server and without its secrets', () => {
    const client = (lines: readonly string[]) => withLines(['vpnclient server 198.51.100.1', ...lines])
    const [finding, ...more] = still([ten], client([...secrets, 'vpnclient enable']))
    expect(more).toEqual([])
    expect(finding?.message).toContain('Easy VPN client')
    expect(finding?.evidence).toContain('vpnclient server 198.51.100.1\nvpnclient enable')
    expect(JSON.stringify(finding)).not.toContain('s3cret')
    expect(still([ten], client(secrets))[0]?.message ?? '').not.toContain('Easy VPN')
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
