import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseInventory } from '../../src/inventory/load.ts'
import { writePeersBlock } from '../../src/inventory/peers-block.ts'
import type { PeerDeclaration } from '../../src/model/intent.ts'
import type { UndeclaredPeer } from '../../src/model/undeclared-peer.ts'

const head = `version: 1
credentials: { c: { username: u, password: { env: P } } }
hosts:
  asa-hq: { address: 192.0.2.1, platform: asa, credential: c }
`

function peersOf(block: string): readonly PeerDeclaration[] {
  const loaded = parseInventory('inv.yml', head + block)
  if (loaded.kind === 'err') throw new Error(JSON.stringify(loaded.error))
  return loaded.value.inventory.peers
}

const peer: UndeclaredPeer = {
  address: '203.0.113.20',
  host: 'asa-hq',
  target: 'outside_map/10',
  startedBy: 'peer',
}

describe('the block of undeclared peers', () => {
  it('keys an ASA name by its target, also in a context', () => {
    const block = writePeersBlock([{ ...peer, address: 'branch', target: 'customer-a:outside_map/10' }])
    expect(peersOf(block).map(({ key }) => key)).toEqual(['asa-hq/customer-a:outside_map/10'])
  })

  it('has an entry to fill in, with all that the device said of it', () => {
    const block = writePeersBlock([
      { ...peer, tunnelGroup: '203.0.113.20', acl: 'vpn-branch', description: 'branch Osaka' },
    ])
    expect(block.slice(block.indexOf('\npeers:') + 1)).toBe(`peers:
  # asa-hq outside_map/10
  # tunnel-group: 203.0.113.20
  # crypto ACL: vpn-branch
  # description: branch Osaka
  # present SAs started by: peer
  203.0.113.20: { type: unknown }
`)
    expect(peersOf(block)).toEqual([{ key: '203.0.113.20', type: 'unknown' }])
  })

  it('names a peer without an address by its target, and an address of two targets once', () => {
    const block = writePeersBlock([
      { ...peer, address: 'branch-fw' },
      { ...peer, address: '2001:db8::1', target: 'outside_map/20' },
      { ...peer, address: '2001:DB8:0::1', target: 'outside_map/30' },
    ])
    expect(peersOf(block).map(({ key }) => key)).toEqual(['asa-hq/outside_map/10', '2001:db8::1'])
    expect(block).toContain('  # asa-hq outside_map/30\n')
  })

  it('is a block of no peers when all are declared', () => {
    expect(peersOf(writePeersBlock([]))).toEqual([])
  })

  it('loads again whatever the devices said', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'x\n  evil: { type: asa }',
        '\u2028y',
        '203.0.113.9',
        '::1',
        '198.51.100.0/24',
        '"',
        "'",
        '1e3',
        '10.1',
        '!t',
        '*a',
        'a: b',
        '# c',
        '\u0085z',
      ),
    )
    const anyPeer: fc.Arbitrary<UndeclaredPeer> = fc.record(
      {
        address: hostile,
        host: fc.constantFrom('asa-hq'),
        target: hostile,
        startedBy: hostile,
        tunnelGroup: hostile,
        acl: hostile,
        description: hostile,
      },
      { requiredKeys: ['address', 'host', 'target', 'startedBy'] },
    )
    fc.assert(
      fc.property(fc.array(anyPeer, { maxLength: 4 }), (peers) => {
        const loaded = peersOf(writePeersBlock(peers))
        expect(loaded.length).toBeLessThanOrEqual(peers.length)
        expect(loaded.every(({ type }) => type === 'unknown')).toBe(true)
        for (const { address } of peers) {
          if (address === '203.0.113.9') expect(loaded.map(({ key }) => key)).toContain(address)
        }
      }),
      { numRuns: 60 },
    )
  })
})
