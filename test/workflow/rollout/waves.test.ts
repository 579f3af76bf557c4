import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Amount, Canary } from '../../../src/model/rollout.ts'
import { Budget, stopsAt } from '../../../src/workflow/rollout/budgets.ts'
import {
  canariesOf,
  type WaveDevice,
  type WaveRules,
  waveSize,
  wavesOf,
} from '../../../src/workflow/rollout/waves.ts'

const count = (number: number): Amount => ({ kind: 'count', count: number })
const share = (percent: number): Amount => ({ kind: 'percent', percent })
const fewest = (number: number): Canary => ({ kind: 'fewest-peers', count: number })
const named = (...hosts: readonly string[]): Canary => ({ kind: 'named', hosts, patterns: [] })

function devices(number: number, of: (nth: number) => Partial<WaveDevice> = () => ({})): WaveDevice[] {
  return Array.from({ length: number }, (_, nth) => ({ host: `r${nth}`, peers: 1, apart: [], ...of(nth) }))
}

const hosts = (list: readonly WaveDevice[], rules: WaveRules): readonly (readonly string[])[] =>
  wavesOf(list, rules).map((wave) => wave.hosts)

describe('how many a wave has, and how many stop', () => {
  // The same rows stand in docs/rollout.md.
  it.each([
    [count(3), 10, 3, 3],
    [count(3), 1, 3, 3],
    [share(25), 10, 2, 3],
    [share(25), 3, 1, 1],
    [share(10), 200, 20, 20],
    [share(10), 15, 1, 2],
    [share(10), 4, 1, 1],
    [share(33), 100, 33, 33],
    [share(100), 7, 7, 7],
    [share(100), 1, 1, 1],
    [share(1), 1, 1, 1],
    [share(0), 50, 1, 1],
    [share(50), 0, 1, 1],
  ])('%j of %i: waves of %i, stops at %i', (amount, total, size, stops) => {
    expect([waveSize(amount, total), stopsAt(amount, total)]).toEqual([size, stops])
  })

  it('never a bigger wave than the share, never a stop before it is reached', () => {
    const arbitrary = fc.record({
      total: fc.integer({ min: 1, max: 10_000 }),
      percent: fc.integer({ min: 0, max: 100 }),
    })
    fc.assert(
      fc.property(arbitrary, ({ total, percent }) => {
        const size = waveSize(share(percent), total)
        const stops = stopsAt(share(percent), total)
        expect(size >= 1 && size <= total && stops >= 1 && stops <= total).toBe(true)
        if (size > 1) expect(size * 100).toBeLessThanOrEqual(total * percent)
        expect(stops * 100).toBeGreaterThanOrEqual(total * percent)
        if (stops > 1) expect((stops - 1) * 100).toBeLessThan(total * percent)
        // More per cent never means a smaller wave or an earlier stop.
        const more = share(Math.min(100, percent + 1))
        expect(waveSize(more, total)).toBeGreaterThanOrEqual(size)
        expect(stopsAt(more, total)).toBeGreaterThanOrEqual(stops)
      }),
    )
  })

  it('a budget counts a host once, and stays used up', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 }).map(String)),
        fc.integer({ min: 1, max: 10 }),
        (told, most) => {
          const budget = new Budget(count(most), 30)
          let usedUp = false
          for (const host of told) {
            budget.count(host)
            expect(budget.usedUp || !usedUp).toBe(true)
            usedUp = budget.usedUp
          }
          expect(usedUp).toBe(new Set(told).size >= most)
        },
      ),
    )
  })
})

describe('who goes first', () => {
  const list = devices(4, (nth) => ({ peers: [5, 1, 3, 1][nth] ?? 0 }))

  it.each([
    ['those with the fewest peers, of equals the first', fewest(1), ['r1']],
    ['in the order of the run', fewest(3), ['r1', 'r2', 'r3']],
    ['nobody', fewest(0), []],
    ['all, where there are not more', fewest(9), ['r0', 'r1', 'r2', 'r3']],
    ['those that are named', named('r2', 'r0', 'gone'), ['r0', 'r2']],
  ])('%s', (_, canary, expected) => {
    expect(canariesOf(list, canary).map(({ host }) => host)).toEqual(expected)
  })

  it('not two that are to be kept apart, while others are there', () => {
    const pair = devices(3, (nth) => ({ apart: nth < 2 ? ['ha-pair tyo'] : [], peers: nth }))
    expect(canariesOf(pair, fewest(2)).map(({ host }) => host)).toEqual(['r0', 'r2'])
    expect(hosts(pair, { canary: fewest(3), wave: share(100) })).toEqual([['r0', 'r2'], ['r1']])
  })
})

describe('waves', () => {
  it('are the canary, then shares of all that are to be changed, in the order of the run', () => {
    expect(hosts(devices(10), { canary: fewest(1), wave: share(25) })).toEqual([
      ['r0'],
      ['r1', 'r2'],
      ['r3', 'r4'],
      ['r5', 'r6'],
      ['r7', 'r8'],
      ['r9'],
    ])
    expect(wavesOf(devices(3), { canary: fewest(1), wave: share(100) }).map(({ canary }) => canary)).toEqual([
      true,
      false,
    ])
    expect(hosts([], { canary: fewest(1), wave: share(100) })).toEqual([])
  })

  it('never have two devices with the same value of a label, whatever the room', () => {
    const pairs = devices(6, (nth) => ({ apart: [`ha-pair p${Math.floor(nth / 2)}`] }))
    expect(hosts(pairs, { canary: fewest(0), wave: share(100) })).toEqual([
      ['r0', 'r2', 'r4'],
      ['r1', 'r3', 'r5'],
    ])
  })

  it('have what is only known from documents by itself, family by family', () => {
    const mixed = devices(5, (nth) => (nth % 2 === 0 ? {} : { emulated: nth === 1 ? 'pix 7' : 'pix 8' }))
    expect(hosts(mixed, { canary: fewest(0), wave: share(100) })).toEqual([
      ['r0', 'r2', 'r4'],
      ['r1'],
      ['r3'],
    ])
  })

  const fleet = fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 200 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 10_000 }) },
  )
  const rules = fc.record({
    canary: fc.oneof(
      fc.integer({ min: 0, max: 20 }).map(fewest),
      fc
        .array(fc.integer({ min: 0, max: 200 }), { maxLength: 5 })
        .map((all) => named(...all.map((one) => `r${one}`))),
    ),
    wave: fc.oneof(fc.integer({ min: 1, max: 300 }).map(count), fc.integer({ min: 1, max: 100 }).map(share)),
  })

  it('hold every device exactly once, within their size, apart and by family, canaries first', () => {
    fc.assert(
      fc.property(fleet, rules, fc.integer({ min: 1, max: 97 }), (number, rule, spread) => {
        const list = devices(number, (nth) => ({
          peers: (nth * 7) % 11,
          apart: nth % 3 === 0 ? [`pair ${Math.floor(nth / 2) % spread}`, `site ${nth % spread}`] : [],
          ...(nth % 29 === 28 ? { emulated: `pix ${nth % 2}` } : {}),
        }))
        const waves = wavesOf(list, rule)
        const byHost = new Map(list.map((device) => [device.host, device]))
        expect(waves.flatMap((wave) => wave.hosts).toSorted()).toEqual(
          list.map(({ host }) => host).toSorted(),
        )
        const canaries = waves.filter(({ canary }) => canary)
        expect(waves.slice(0, canaries.length).every(({ canary }) => canary)).toBe(true)
        for (const wave of waves) {
          expect(wave.hosts.length).toBeGreaterThan(0)
          if (!wave.canary) expect(wave.hosts.length).toBeLessThanOrEqual(waveSize(rule.wave, number))
          const members = wave.hosts.flatMap((host) => byHost.get(host) ?? [])
          const labels = members.flatMap(({ apart }) => apart)
          expect(new Set(labels).size).toBe(labels.length)
          expect(new Set(members.map(({ emulated }) => emulated)).size).toBe(1)
          // Within a wave the order is that of the run.
          const order = wave.hosts.map((host) => Number(host.slice(1)))
          expect(order).toEqual(order.toSorted((a, b) => a - b))
        }
        expect(wavesOf(list, rule)).toEqual(waves)
      }),
      { numRuns: 60 },
    )
  })

  it('keep the order of the run from wave to wave where nothing has to be kept apart', () => {
    fc.assert(
      fc.property(fleet, fc.integer({ min: 1, max: 100 }), (number, percent) => {
        const all = wavesOf(devices(number), { canary: fewest(0), wave: share(percent) })
        expect(all.flatMap((wave) => wave.hosts)).toEqual(devices(number).map(({ host }) => host))
        expect(all).toHaveLength(Math.ceil(number / waveSize(share(percent), number)))
      }),
    )
  })

  it('are soon told for ten thousand members of one label', () => {
    const all = wavesOf(
      devices(10_000, () => ({ apart: ['site x'] })),
      { canary: fewest(1), wave: share(100) },
    )
    expect(all).toHaveLength(10_000)
  })
})
