import { describe, expect, it } from 'vitest'
import type { DeviceFacts } from '../../../src/model/facts.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { DeviceIntent, PeerDeclaration, TargetIntent } from '../../../src/model/intent.ts'
import { targetName } from '../../../src/model/intent.ts'
import { asaDriver } from '../../../src/platform/asa/index.ts'
import { mapName } from '../../names.ts'
import { facts, intent } from './device.ts'

const entry = (seq: number, map = 'outside_map'): TargetIntent => ({
  kind: 'crypto-map-entry',
  map: mapName(map),
  seq,
})
const statics = (map = 'outside_map', except: readonly number[] = []): TargetIntent => ({
  kind: 'static-entries',
  map: mapName(map),
  except,
})

/** What is found, besides what is told of the rest of the device (initiations.test.ts, management.test.ts). */
function found(wish: DeviceIntent, device: DeviceFacts): readonly Finding[] {
  const { targets, findings } = asaDriver.precheck(device, wish)
  return [...findings, ...targets.flatMap((target) => target.findings)].filter(
    ({ code }) => code !== 'STILL_INITIATES' && code !== 'MANAGEMENT_THROUGH_TUNNEL',
  )
}

/** `severity CODE target`, in order. */
function judge(wish: DeviceIntent, device: DeviceFacts = facts()): readonly string[] {
  return found(wish, device).map((finding) =>
    [finding.severity, finding.code, finding.target].filter((part) => part !== undefined).join(' '),
  )
}

function messages(wish: DeviceIntent, device: DeviceFacts = facts()): string {
  return found(wish, device)
    .map((finding) => `${finding.message}; ${finding.next}`)
    .join('\n')
}

describe('targets of a playbook on an ASA', () => {
  it('`static` means every static entry besides the excepted ones, and says why a dynamic one is left', () => {
    const wish = intent([statics('outside_map', [100, 200])])
    const { targets } = asaDriver.precheck(facts(), wish)
    expect(targets.map(({ target }) => targetName(target))).toEqual(['outside_map/10', 'outside_map/20'])
    expect(found(wish, facts()).map(({ severity, code, target }) => [severity, code, target])).toEqual([
      ['info', 'ENTRY_DYNAMIC', undefined],
    ])
  })

  it('have value, wish, interfaces and peers as the device has them', () => {
    const [ten, twenty] = asaDriver.precheck(facts(), intent([entry(10), entry(20)])).targets
    expect(ten).toMatchObject({
      before: 'bidirectional',
      wanted: 'answer-only',
      usedBy: ['outside'],
      peers: { listed: ['203.0.113.20'], any: false },
      findings: [],
    })
    expect(twenty).toMatchObject({
      before: 'answer-only',
      peers: { listed: ['203.0.113.21', '203.0.113.22'], any: false },
    })
  })

  it('are wanted bidirectional when the setting is to be taken away', () => {
    const wish = intent([entry(20)], { state: 'bidirectional' })
    expect(asaDriver.precheck(facts(), wish).targets[0]?.wanted).toBe('bidirectional')
  })

  it('stand once, however often the playbook reaches them', () => {
    const { targets, findings } = asaDriver.precheck(
      facts(),
      intent([entry(65_535), statics('outside_map', [20, 100, 200]), entry(10)]),
    )
    expect(targets.map(({ target }) => targetName(target))).toEqual(['outside_map/65535', 'outside_map/10'])
    expect(findings.filter(({ code }) => code === 'ENTRY_DYNAMIC')).toEqual([])
  })

  it('rest on lines that change when the entry, its type or what it uses changes, and not on SAs', () => {
    const basis = (device: DeviceFacts): readonly string[] =>
      asaDriver.precheck(device, intent([entry(10)])).targets[0]?.basis ?? []
    const before = basis(facts())
    expect(before).toContain('crypto map outside_map 10 set connection-type bidirectional')
    expect(before).toContain('crypto map outside_map interface outside')
    expect(basis(facts({ ikeSas: 'none' }))).toEqual(before)
    const other = facts()
    const changed = other.cryptoMaps.map((one) =>
      one.seq === 10 ? { ...one, connectionTypePrinted: 'answer-only' } : one,
    )
    expect(basis({ ...other, cryptoMaps: changed })).not.toEqual(before)
  })
})

describe('checks of an ASA', () => {
  it.for([
    ['nothing for an entry that can take the setting', [entry(10)], []],
    ['a number that does not exist, 1 beside 10 and 100', [entry(1)], ['block ENTRY_MISSING outside_map/1']],
    ['a map that does not exist', [entry(10, 'OUTSIDE_MAP')], ['block ENTRY_MISSING OUTSIDE_MAP/10']],
    ['a map that does not exist, asked for `static`', [statics('nomap')], ['block ENTRY_MISSING']],
    ['a dynamic entry that is listed', [entry(65_535)], ['block ENTRY_DYNAMIC outside_map/65535']],
    ['an originate-only entry', [entry(100)], ['block ENTRY_ORIGINATE_ONLY outside_map/100']],
    ['an entry without ACL and proposal', [entry(200)], ['block ENTRY_INCOMPLETE outside_map/200']],
    ['a map on no interface', [entry(10, 'spare_map')], ['block MAP_UNBOUND spare_map/10']],
    [
      'an exception that does not exist, and that nothing is left',
      [statics('spare_map', [10, 40])],
      ['info ENTRY_MISSING', 'warn ENTRY_MISSING'],
    ],
  ] as const)('find %s', ([, targets, expected]) => {
    expect(judge(intent(targets))).toEqual(expected)
  })

  it('name the numbers and the maps that do exist', () => {
    expect(messages(intent([entry(1)]))).toContain('10, 20, 100, 200, 65535')
    expect(messages(intent([statics('nomap')]))).toContain('outside_map, spare_map')
  })

  it.for([
    ['a map', [entry(10, 'outside_mpa')]],
    ['a map, asked for `static`', [statics('OUTSIDE-MAP')]],
  ] as const)('offer the map that was probably meant by %s', ([, targets]) => {
    const [first] = found(intent(targets), facts())
    expect(first?.next).toMatch(/^did you mean outside_map\? correct the name/)
  })

  it('name what an incomplete entry lacks', () => {
    expect(messages(intent([entry(200)]))).toContain(
      'no match address and no transform set or IKEv2 proposal',
    )
  })

  it('refuse the map of a router', () => {
    expect(judge(intent([{ kind: 'ios-crypto-map', map: mapName('M') }]))).toEqual([
      'block PLATFORM_UNSUPPORTED',
    ])
  })

  it('refuse a user below level 15, and one who may not see the configuration', () => {
    expect(judge(intent([entry(10)]), facts({ privilege: 'level-5' }))).toEqual([
      'block PRIVILEGE_INSUFFICIENT',
    ])
    expect(judge(intent([entry(10)]), { ...facts(), configComplete: false })).toEqual([
      'block PRIVILEGE_INSUFFICIENT',
    ])
  })

  it('refuse a connection type that nobody knows', () => {
    const device = facts()
    const [first, ...rest] = device.cryptoMaps
    if (first === undefined) throw new Error('no entry')
    const { connectionType: _type, ...untyped } = first
    const cryptoMaps = [{ ...untyped, connectionTypePrinted: 'sometimes' }, ...rest]
    expect(judge(intent([entry(10)]), { ...device, cryptoMaps })).toEqual([
      'block RELEASE_UNKNOWN outside_map/10',
    ])
  })
})

describe('the peer of an entry', () => {
  const key = '203.0.113.20'
  const one = (peer: Omit<PeerDeclaration, 'key'>): readonly PeerDeclaration[] => [{ key, ...peer }]

  it.for([
    ['an ASA', one({ type: 'asa' }), []],
    ['a VPN 3000', one({ type: 'vpn3000' }), []],
    ['a PIX with 7.2', one({ type: 'pix', version: '7.2(4)' }), []],
    ['a PIX with 6.3', one({ type: 'pix', version: '6.3(5)' }), ['PEER_VERSION_TOO_OLD']],
    ['a PIX without a version', one({ type: 'pix' }), ['PEER_TYPE_UNKNOWN']],
    ['a router', one({ type: 'ios' }), ['PEER_TYPE_UNSUPPORTED']],
    ['a cloud gateway', one({ type: 'aws' }), ['PEER_TYPE_UNSUPPORTED']],
    ['of unknown type', one({ type: 'unknown' }), ['PEER_TYPE_UNKNOWN']],
    ['declared nowhere', [], ['PEER_TYPE_UNKNOWN']],
    ['declared by its target', [{ key: 'asa-hq/outside_map/10', type: 'asa' }], []],
    ['declared by its network', [{ key: '203.0.113.0/24', type: 'asa' }], []],
  ] as const)('%s', ([, peers, expected]) => {
    const codes = (state: 'responder-only' | 'bidirectional'): readonly string[] =>
      judge(intent([entry(10)], { peers, state }))
    expect(codes('responder-only')).toEqual(expected.map((code) => `block ${code} outside_map/10`))
    // Taking the setting away strands nobody.
    expect(codes('bidirectional')).toEqual(expected.map((code) => `info ${code} outside_map/10`))
  })

  it('is judged for each address of an entry with several', () => {
    const peers: readonly PeerDeclaration[] = [{ key: '203.0.113.21', type: 'asa' }]
    const text = messages(intent([entry(20)], { peers }))
    expect(text).toContain('203.0.113.22')
    expect(text).not.toContain('peer 203.0.113.21')
    const of = found(intent([entry(20)], { peers }), facts()).map((finding) => finding.peers)
    expect(of).toEqual([['203.0.113.22']])
  })
})
