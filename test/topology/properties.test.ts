import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConnectionType } from '../../src/model/facts.ts'
import { initiatesWords, peerTypes } from '../../src/model/intent.ts'
import type { TopologyDevice, TopologyInput } from '../../src/topology/input.ts'
import { deadTunnels, judgeTopology } from '../../src/topology/judge.ts'
import { asa, found, onlyRead, reading, router, run, sa } from './builders.ts'

const addresses = ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'] as const
const types: readonly (ConnectionType | undefined)[] = [
  undefined,
  'bidirectional',
  'answer-only',
  'originate-only',
]

const wish = fc.constantFrom('responder-only', 'bidirectional')
const rows = fc.array(
  fc
    .tuple(
      fc.constantFrom(...addresses),
      fc.constantFrom('initiator', 'responder', 'unknown'),
      fc.constantFrom(1, 2),
    )
    .map(([peer, role, version]) => sa(peer, role, { version })),
  { maxLength: 4 },
)
const lifetimes = fc.record(
  {
    ikeSeconds: fc.constantFrom(600, 3_600, 86_400),
    ipsecSeconds: fc.constantFrom(600, 3_600, 28_800),
    ipsecKilobytes: fc.constantFrom(0, 1_000, 4_608_000),
  },
  { requiredKeys: [] },
)

/** The k-th device, at the k-th address, whose peers are some of the addresses. */
function deviceAt(index: number): fc.Arbitrary<TopologyDevice> {
  const own = addresses[index] ?? ''
  const others = addresses.filter((address) => address !== own)
  const state = fc.record({ lifetimes, ikeVersions: fc.constantFrom<readonly (1 | 2)[]>([1], [2], [1, 2]) })
  const asRouter = fc
    .record({ peer: fc.constantFrom(...others), responderOnly: fc.boolean(), wanted: wish, sas: rows, state })
    .map(({ peer, sas, ...over }) => router(`d${index}`, own, peer, { ...over, facts: reading(...sas) }))
  const asAsa = fc
    .record({
      peers: fc.subarray([...others], { minLength: 1 }),
      type: fc.constantFrom(...types),
      wanted: wish,
      sas: rows,
      state,
    })
    .map(({ peers, type, wanted, sas, state: over }) =>
      asa(`d${index}`, own, peers, {
        wanted,
        state: over,
        facts: reading(...sas),
        entry: type === undefined ? {} : { connectionType: type },
      }),
    )
  return fc.oneof(asRouter, asAsa)
}

const input: fc.Arbitrary<TopologyInput> = fc
  .tuple(
    fc.tuple(...addresses.map((_, index) => deviceAt(index))),
    fc.array(fc.constantFrom('playbook', 'read', 'unread'), { minLength: 4, maxLength: 4 }),
    fc.array(
      fc.record({
        key: fc.constantFrom(...addresses, '203.0.113.0/30', 'd0/VPN'),
        type: fc.constantFrom(...peerTypes),
        initiates: fc.constantFrom(...initiatesWords),
      }),
      { maxLength: 3 },
    ),
  )
  .map(([devices, parts, declared]) => {
    const of = (part: string) => devices.filter((_, index) => parts[index] === part)
    return run(of('playbook'), {
      read: of('read').map(onlyRead),
      unread: of('unread').map(({ host }) => ({ host, endpoints: [] })),
      declared,
    })
  })

describe('whatever the devices are', () => {
  it('a bidirectional wish is never blocked', () => {
    fc.assert(
      fc.property(input, (given) => {
        const away = given.devices.filter((one) => one.wanted === 'bidirectional')
        const findings = away.flatMap((one) => judgeTopology(given).get(one.host) ?? [])
        expect(findings.filter((one) => one.severity === 'block')).toEqual([])
      }),
    )
  })

  it('of two routers that call each other, both are refused or neither', () => {
    const pair = fc.tuple(fc.boolean(), fc.boolean(), rows, rows)
    fc.assert(
      fc.property(pair, ([a, b, here, there]) => {
        const [first, second] = addresses
        const given = run([
          router('a', first, second, { responderOnly: a, facts: reading(...here) }),
          router('b', second, first, { responderOnly: b, facts: reading(...there) }),
        ])
        const [ours, theirs] = ['a', 'b'].map((host) => found(given, host, 'BOTH_ENDS_RESPONDER').length)
        expect(ours).toBe(1)
        expect(theirs).toBe(1)
        expect(deadTunnels(given).length).toBe(a && b ? 2 : 0)
      }),
    )
  })

  it('of any two ends of the run that name each other alone, one is not refused for both ends without the other', () => {
    fc.assert(
      fc.property(input, (given) => {
        for (const one of given.devices) {
          for (const finding of found(given, one.host, 'BOTH_ENDS_RESPONDER')) {
            const other = given.devices.find(({ facts }) =>
              facts.ownAddresses.some((own) => finding.peers?.includes(own)),
            )
            const back = other?.targets.some(({ peers }) =>
              peers.listed.some((peer) => one.facts.ownAddresses.includes(peer)),
            )
            if (other === undefined || back !== true || other.wanted !== one.wanted) continue
            const theirs = found(given, other.host, 'BOTH_ENDS_RESPONDER').flatMap(({ peers }) => peers ?? [])
            expect(theirs).toContain(one.facts.ownAddresses[0])
          }
        }
      }),
    )
  })

  it('every finding is about a target of the run, says what is and what to do', () => {
    fc.assert(
      fc.property(input, (given) => {
        for (const [, findings] of judgeTopology(given)) {
          for (const one of findings) {
            expect(one.target).toBeDefined()
            expect(one.message.length).toBeGreaterThan(20)
            expect(one.next.length).toBeGreaterThan(5)
            expect(new Set(one.peers).size).toBe(one.peers?.length)
          }
        }
      }),
    )
  })

  it('the order of devices changes nothing', () => {
    fc.assert(
      fc.property(input, (given) => {
        const turned = { ...given, devices: [...given.devices].reverse(), read: [...given.read].reverse() }
        for (const { host } of given.devices) {
          expect(judgeTopology(turned).get(host)).toEqual(judgeTopology(given).get(host))
        }
      }),
    )
  })
})
