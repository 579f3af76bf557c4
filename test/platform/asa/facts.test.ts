import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lines } from '../../../src/platform/asa/commands.ts'
import { asaDriver } from '../../../src/platform/asa/index.ts'
import { captureText } from '../../contract/captures.ts'
import { captures, facts, session } from './device.ts'

const namesAndVti = { configuration: 'names-and-vti', cryptoMaps: '', sessions: '', ikeSas: 'none' } as const
const allLine = {
  line: lines.cryptoMaps,
  text: 'crypto map outside_map 1 set connection-type bidirectional\ncrypto map outside_map 1 set peer branch\n',
}

function named(): ReturnType<typeof facts> {
  const read = asaDriver.facts([...captures(namesAndVti), allLine], session)
  if (read.kind === 'err') throw new Error(read.error.message)
  return read.value
}

describe('the facts of an ASA', () => {
  it('have the connection type of every static entry, the hidden default too', () => {
    expect(facts().cryptoMaps.map((entry) => [entry.map, entry.seq, entry.connectionType])).toEqual([
      ['outside_map', 10, 'bidirectional'],
      ['outside_map', 20, 'answer-only'],
      ['outside_map', 100, 'originate-only'],
      ['outside_map', 200, 'bidirectional'],
      ['outside_map', 65535, undefined],
      ['spare_map', 10, 'bidirectional'],
    ])
  })

  it('have own addresses, without those of the standby unit', () => {
    expect(facts().ownAddresses).toEqual(['203.0.113.3', '10.20.0.1', '2001:db8:20::1'])
  })

  it('have hostname, groups and descriptions from the configuration', () => {
    const { hostname, tunnelGroups, peerDescriptions, configComplete, privileged } = facts()
    expect({ hostname, configComplete, privileged }).toEqual({
      hostname: 'asa-hq',
      configComplete: true,
      privileged: true,
    })
    expect(tunnelGroups).toEqual([
      { name: '203.0.113.20', type: 'ipsec-l2l' },
      { name: '203.0.113.21', type: 'ipsec-l2l' },
      { name: 'remote users', type: 'remote-access' },
    ])
    expect(peerDescriptions).toEqual({
      '203.0.113.20': 'branch office, first floor',
      '203.0.113.23': 'branch office, first floor',
    })
  })

  it('take no line of a banner or a certificate for configuration', () => {
    expect(facts().cryptoMaps.map((entry) => entry.seq)).not.toContain(99)
  })

  it('know what an entry rests on, and no key', () => {
    const related = facts().cryptoMaps[0]?.related ?? []
    expect(related).toEqual([
      'crypto map outside_map interface outside',
      'access-list to_branch remark branch office, first floor',
      'access-list to_branch extended permit ip 10.20.0.0 255.255.0.0 10.30.0.0 255.255.0.0',
      'tunnel-group 203.0.113.20 type ipsec-l2l',
      'tunnel-group 203.0.113.20 ipsec-attributes',
      'crypto ipsec security-association lifetime seconds 28800',
      'crypto ikev2 policy 1',
      ' encryption aes-256',
      ' integrity sha256',
      ' group 14',
      ' prf sha256',
      ' lifetime seconds 86400',
      'crypto ikev1 policy 10',
      ' authentication pre-share',
      ' encryption aes-256',
      ' hash sha',
      ' group 5',
      ' lifetime 86400',
    ])
  })

  it('give peers that are written as names by address', () => {
    expect(named().cryptoMaps[0]).toMatchObject({
      peers: ['203.0.113.20'],
      interfaces: ['outside', 'backup'],
      connectionType: 'bidirectional',
    })
    expect(named().cryptoMaps[0]?.related).toContain('name 203.0.113.20 branch description the branch')
  })

  it('read VTI tunnels and their profiles', () => {
    const { tunnels, profiles, profilesUsedButNotDefined, peerDescriptions } = named()
    expect(profiles).toMatchObject([{ name: 'PARTNER', responderOnly: true, usedBy: ['Tunnel1'] }])
    expect(profiles).toHaveLength(1)
    expect(tunnels.map(({ evidence: _evidence, ...tunnel }) => tunnel)).toEqual([
      {
        name: 'Tunnel1',
        profile: 'PARTNER',
        destination: '203.0.113.21',
        source: 'outside',
        sourceAddresses: ['203.0.113.5'],
        anyPeer: false,
        shared: false,
      },
      { name: 'Tunnel2', profile: 'GONE', anyPeer: true, shared: false },
    ])
    expect(profilesUsedButNotDefined).toEqual(['GONE'])
    expect(peerDescriptions).toEqual({ '203.0.113.21': 'tunnel to the partner' })
  })

  it('say that a user below level 15 is not privileged, whatever the prompt', () => {
    expect(facts({ privilege: 'level-5' }).privileged).toBe(false)
  })

  it('are none for a configuration that was cut off anywhere', () => {
    const whole = captureText('asa', 'show-running-config', 'hub')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.trimEnd().length - 1 }), (end) => {
        const cut = { line: lines.configuration, text: whole.slice(0, end) }
        expect(asaDriver.facts([...captures(), cut], session).kind).toBe('err')
      }),
    )
  })

  it('are none where the device does not show its connection types: a change could not be read back', () => {
    const refused = { line: lines.cryptoMaps, text: '', refusal: 'ERROR: % Invalid input detected' }
    expect(asaDriver.facts([...captures(), refused], session)).toMatchObject({
      kind: 'err',
      error: { line: 'show running-config all crypto map', excerpt: 'ERROR: % Invalid input detected' },
    })
  })

  it('are facts without a configuration where the user may not see it', () => {
    const refused = { line: lines.configuration, text: '', refusal: 'Command authorization failed' }
    const read = asaDriver.facts([...captures(), refused], session)
    expect(read).toMatchObject({ kind: 'ok', value: { configComplete: false, cryptoMaps: [] } })
  })

  it('never throw, whatever the device prints', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 5 }), (texts) => {
        const [configuration = '', cryptoMaps = '', ikeSas = ''] = texts
        const all = [
          { line: lines.configuration, text: `${configuration}\n: end` },
          { line: lines.cryptoMaps, text: cryptoMaps },
          { line: lines.ikeSas, text: `There are no IKEv1 SAs\n${ikeSas}` },
        ]
        expect(['ok', 'err']).toContain(asaDriver.facts(all, session).kind)
      }),
    )
  })
})
