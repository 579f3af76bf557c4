import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ownerState } from '../../src/runs/lease-owner.ts'
import {
  decodeLease,
  encodeLease,
  hostOfLeaseFile,
  leaseFileOf,
  maxLeaseBytes,
} from '../../src/runs/lease-record.ts'
import { leaseOf, markOf, processOf, there } from './leases.ts'

const hosts = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$/)

describe('the file of a lease', () => {
  it.each([
    ['hub1', 'hub1.json'],
    ['fw-1.example.net', 'fw-1.example.net.json'],
    ['Hub1', '%48ub1.json'],
    ['con', '%63on.json'],
    ['nul.dc2', '%6eul.dc2.json'],
    ['console', 'console.json'],
  ])('of %s is %s', (host, name) => {
    expect(leaseFileOf(host)).toBe(name)
    expect(hostOfLeaseFile(name)).toBe(host)
  })

  it('is another one for every device, also where the file system takes capitals for small letters', () => {
    fc.assert(
      fc.property(hosts, hosts, (one, other) => {
        expect(hostOfLeaseFile(leaseFileOf(one))).toBe(one)
        expect(leaseFileOf(one)).toMatch(/^[a-z0-9_.%-]{1,200}$/)
        expect(leaseFileOf(one).toLowerCase() === leaseFileOf(other).toLowerCase()).toBe(one === other)
      }),
    )
  })

  it.each(['hub1.guard', 'Hub1.json', '.json', '%2e%2e%2fx.json', 'hub1.json.00ff.tmp', '%4.json'])(
    'is not %s',
    (name) => {
      expect(hostOfLeaseFile(name)).toBeUndefined()
    },
  )
})

describe('a lease', () => {
  const lease = leaseOf('hub1', markOf(7))

  it('reads back as it was written, and has one length whatever its heartbeat', () => {
    expect(decodeLease(encodeLease(lease), 'hub1')).toEqual({ kind: 'ok', value: lease })
    const later = encodeLease({ ...lease, heartbeat: '2027-01-01T00:00:00.000Z' })
    expect(later.length).toBe(encodeLease(lease).length)
  })

  it.each([
    ['of another device', { host: 'hub2' }],
    ['without a run', { runId: '../..' }],
    ['without a token', { token: 'abc' }],
    ['of a number of a process that is none', { pid: -1 }],
    ['with a time that is none', { heartbeat: '2026-13-24T19:30:00.000Z' }],
    ['with an owner of any length', { owner: 'x'.repeat(300) }],
    ['of another format', { v: 2 }],
  ])('%s is not believed', (_, part) => {
    expect(decodeLease(JSON.stringify({ v: 1, ...lease, ...part }), 'hub1').kind).toBe('err')
  })

  it('that is torn, changed or noise is an answer, and never a lease of another', () => {
    const text = encodeLease(lease)
    for (let cut = 0; cut < text.length - 2; cut += 1)
      expect(decodeLease(text.slice(0, cut), 'hub1').kind).toBe('err')
    fc.assert(
      fc.property(fc.string({ maxLength: maxLeaseBytes }), (noise) => {
        expect(decodeLease(noise, 'hub1').kind).toBe('err')
      }),
    )
  })
})

describe('the owner of a lease', () => {
  const me = markOf(1)
  const other = markOf(7)
  const now = Date.parse('2026-11-24T19:30:00.000Z')
  const old = { heartbeat: '2026-11-24T19:27:59.000Z' }
  const fresh = { heartbeat: '2026-11-24T19:28:01.000Z' }

  it.each([
    ['alive where its process runs, however old the heartbeat', other, old, there(other), 'alive'],
    ['dead where its process is gone, however fresh the heartbeat', other, fresh, {}, 'dead'],
    [
      'dead where another process has its number',
      other,
      fresh,
      { 7: { kind: 'there', started: '9' } },
      'dead',
    ],
    ['alive by its heartbeat where no start is told', other, fresh, { 7: { kind: 'there' } }, 'alive'],
    ['unknown without one where no start is told', other, old, { 7: { kind: 'there' } }, 'unknown'],
    ['alive by its heartbeat where nothing is told', other, fresh, { 7: { kind: 'not-told' } }, 'alive'],
    ['alive by its heartbeat on another machine', markOf(7, { machine: 'noc2' }), fresh, {}, 'alive'],
    ['unknown without one on another machine', markOf(7, { machine: 'noc2' }), old, {}, 'unknown'],
    ['not dead after a reboot, or in another container', markOf(7, { boot: 'b2' }), fresh, {}, 'alive'],
    ['not dead where its number is not known', markOf(0), fresh, {}, 'alive'],
    [
      'alive by a heartbeat of the future',
      markOf(7, { machine: 'noc2' }),
      { heartbeat: '2026-11-25T00:00:00.000Z' },
      {},
      'alive',
    ],
  ] as const)('is %s', (_, mark, part, running, state) => {
    expect(ownerState(leaseOf('hub1', mark, part), processOf(me, running), now)).toBe(state)
  })
})
