import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ServeView } from '../../src/model/serve-view.ts'
import { deviceAnchor, statusPage } from '../../src/report/html/status-page.ts'
import { acting, hostileTexts } from './hostile-texts.ts'
import { attributeOf, type Element, elementsOf, parse, skeleton, textOf } from './markup.ts'
import {
  ago,
  broken,
  deviceState,
  drifted,
  ended,
  filledView,
  fresh,
  largeFleet,
  lostPeer,
  morning,
  scheduleView,
  serveView,
  standing,
} from './serve-views.ts'

const page = (view: ServeView): string => statusPage(view).html
const tagged = (text: string, ...tags: readonly string[]): readonly Element[] =>
  elementsOf(parse(text)).filter((one) => tags.includes(one.tagName))
const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim()
const byId = (text: string, id: string): Element => {
  const found = elementsOf(parse(text)).find((one) => attributeOf(one, 'id') === id)
  if (found === undefined) throw new Error(`no element has the id ${id}`)
  return found
}
const verdict = (view: ServeView): string => squeezed(textOf(byId(page(view), 'verdict')))
const sectionOf = (text: string, id: string): Element => {
  const found = tagged(text, 'section').find((one) => attributeOf(one, 'aria-labelledby') === id)
  if (found === undefined) throw new Error(`no section is named by ${id}`)
  return found
}
const words = (node: Element): string => squeezed(textOf(node))
const lines = (view: ServeView): readonly string[] =>
  elementsOf(sectionOf(page(view), 'answer'))
    .filter(({ tagName }) => tagName === 'li')
    .map(words)

/** Each with a number of its own: names of schedules are unique. */
function hostileWords(): () => string {
  let count = 0
  return () => {
    count += 1
    return `<b>"'&\u202e${count}`
  }
}

const views = [
  ['a morning', morning],
  ['nothing looked at yet', fresh],
  ['a broken run', broken],
  ['no schedule', serveView({ schedules: [], devices: [] })],
  ['hostile words', filledView(hostileWords())],
] as const

describe('the status page', () => {
  it.each(views)('may be styled and run by its own sheet and script only: %s', (_, view) => {
    const { html, csp } = statusPage(view)
    const hashOf = (tag: string): string => {
      const [one, ...more] = tagged(html, tag)
      expect(more).toEqual([])
      const text = one === undefined ? '' : textOf(one)
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    }
    expect(csp).toBe(
      `default-src 'none'; style-src ${hashOf('style')}; script-src ${hashOf('script')}; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    )
    expect(tagged(html, 'img', 'iframe', 'object', 'form', 'base')).toEqual([])
    const attributes = elementsOf(parse(html)).flatMap(({ attrs }) => attrs)
    expect(attributes.filter(({ name }) => /^on|^style$|^src$/.test(name))).toEqual([])
    // Besides its own places: itself, two documents beside it, and the dot in the tab.
    const addresses = attributes.filter(({ name, value }) => name === 'href' && !value.startsWith('#'))
    expect(new Set(addresses.map(({ value }) => value.replace(/^data:image\/svg.*/, 'data:')))).toEqual(
      new Set(['', 'status.json', 'metrics', 'data:']),
    )
  })

  it.each(views)('has landmarks, headings in order, unique ids, links that lead somewhere: %s', (_, view) => {
    const text = page(view)
    expect(tagged(text, 'header', 'nav', 'main', 'footer').map(({ tagName }) => tagName)).toEqual([
      'header',
      'nav',
      'main',
      'footer',
    ])
    const levels = tagged(text, 'h1', 'h2', 'h3', 'h4').map(({ tagName }) => Number(tagName.slice(1)))
    expect(levels[0]).toBe(1)
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([])
    const ids = elementsOf(parse(text)).flatMap((element) => attributeOf(element, 'id') ?? [])
    expect(ids).toEqual([...new Set(ids)])
    const places = tagged(text, 'a', 'use').flatMap((link) => {
      const address = attributeOf(link, 'href') ?? ''
      return address.startsWith('#') ? [address.slice(1)] : []
    })
    expect(places.filter((place) => !ids.includes(place))).toEqual([])
    const named = elementsOf(parse(text)).flatMap((one) => [
      ...(attributeOf(one, 'aria-labelledby') ?? '').split(' '),
      ...(attributeOf(one, 'aria-describedby') ?? '').split(' '),
    ])
    expect(named.filter((one) => one !== '' && !ids.includes(one))).toEqual([])
  })

  it('asks itself anew without scripts, unless it is told not to', () => {
    expect(page(morning)).toContain('<noscript><meta http-equiv="refresh" content="60"></noscript>')
    const still = statusPage(morning, { refreshSeconds: 0 }).html
    expect(still).not.toContain('http-equiv')
    expect(attributeOf(byId(still, 'stale'), 'data-every')).toBe('0')
  })
})

describe('the answer of the status page', () => {
  it('names who needs somebody, worst first, with what happened', () => {
    expect(verdict(morning)).toBe('2 of 12 devices need somebody: hub7 lost a peer, hub3 drifted')
    expect(squeezed(textOf(tagged(page(morning), 'title')[0] ?? fail()))).toContain('2 of 12 need somebody')
    expect(lines(morning)).toEqual([
      'Last look: 2026-11-25 04:57 +09:00 (18 min ago), by partners.',
      'Looked at longest ago: osaka, 2026-11-23 06:03 +09:00 (47 h ago), by branches.',
      'Looking right now: partners.',
      '1 look was missed: hubs, last 2026-11-22 02:15 +09:00 (3 days ago).',
    ])
  })

  it('says when that was seen where all is well, and that nothing was missed', () => {
    expect(verdict(serveView())).toBe('All 2 devices are as asked; last look 2026-11-25 02:15 +09:00')
    expect(lines(serveView())).toEqual([
      'Last look: 2026-11-25 02:15 +09:00 (3 h ago), by hubs.',
      'Next look: 2026-11-26 02:15 +09:00 (in 21 h), by hubs.',
      'No look was missed.',
    ])
  })

  it.each([
    [
      'counts a device of two schedules once',
      {
        devices: [
          deviceState('hub1', [[3, drifted]]),
          { ...deviceState('hub1', [[3, drifted]]), schedule: 'b' },
        ],
      },
      '1 of 1 device needs somebody: hub1 drifted',
    ],
    [
      'names five, and counts the others',
      { devices: [1, 2, 3, 4, 5, 10, 6].map((n) => deviceState(`hub${n}`, [[3, drifted]])) },
      '7 of 7 devices need somebody: hub1 drifted, hub2 drifted, hub3 drifted, hub4 drifted, hub5 drifted and 2 more',
    ],
    [
      'has a changed host key before everything, also an expected one',
      {
        devices: [
          deviceState('a', [[3, standing('unknown')]]),
          deviceState('b', [[3, standing('unreachable', { codes: ['HOST_KEY_CHANGED'], known: true })]]),
        ],
      },
      '2 of 2 devices need somebody: b shows another host key, a is in a state that is not known',
    ],
    [
      'does not count what is expected, nor what may still wait for its proof',
      {
        devices: [
          deviceState('hub1'),
          deviceState('old1', [[3, standing('blocked', { known: true })]]),
          deviceState('hub5', [[3, standing('unproven')]]),
        ],
      },
      'All 3 devices are as asked, apart from what is expected (old1); the proof of 1 device is outstanding; last look 2026-11-25 02:15 +09:00',
    ],
    [
      'counts a proof that is overdue',
      { devices: [deviceState('hub5', [[3, standing('unproven', { codes: ['PROOF_OVERDUE'] })]])] },
      '1 of 1 device needs somebody: hub5 is overdue with its proof',
    ],
    [
      'does not call well what a person must look at',
      { open: [{ runId: 'r', host: 'hub2', target: 'VPN', status: 'unknown', changedAt: ago(5) }] },
      'What became of a change is not known, a person must look: hub2 VPN',
    ],
    [
      'does not call well what was read before a run without a result',
      { schedules: broken.schedules },
      'Nothing newer is known, because the last run had no result: hubs',
    ],
    [
      'does not call well what was not looked at when it should have been',
      { schedules: [scheduleView('hubs', { missed: 1, lastMissedAt: ago(1) })] },
      'The last look is older than it should be, because one was missed: hubs',
    ],
    ['says that serve is not ready', { notReady: 'no disk' }, 'ikero serve is not ready: no disk'],
    [
      'says that there is no schedule',
      { schedules: [], devices: [] },
      'No schedule is in force: nothing is looked at',
    ],
  ] as const satisfies readonly (readonly [string, Partial<ServeView>, string])[])('%s', (_, part, said) => {
    expect(verdict(serveView(part))).toBe(said)
  })

  it('says when it looks for the first time', () => {
    expect(verdict(fresh)).toBe('Nothing has been looked at yet')
    expect(lines(fresh)).toContain('First look: 2026-11-25 08:15 +09:00 (in 3 h), by hubs.')
    expect(words(sectionOf(page(fresh), 'devices'))).toContain('first look 2026-11-25 08:15 (in 3 h)')
  })

  it('tells a run without a result, and what serve has to say of itself', () => {
    expect(lines(broken)).toEqual([
      'Not ready: the state directory cannot be written',
      'Last look: 2026-11-24 02:15 +09:00 (27 h ago), by hubs.',
      'Next look: 2026-11-26 02:15 +09:00 (in 21 h), by hubs.',
      'No look was missed.',
      'hubs: its last run had no result: playbooks/hubs.yml:7:3: unknown key "profle"; did you mean "profile"?',
      '1 warning of ikero serve itself',
    ])
    const itself = words(sectionOf(page(broken), 'serve'))
    for (const said of [
      'unknown time zone "Asia/Tokio"',
      '2 notices waiting',
      '1 notice could not be delivered',
    ])
      expect(itself).toContain(said)
  })
})

describe('the schedules of the status page', () => {
  const rows = (view: ServeView): readonly (readonly string[])[] =>
    elementsOf(sectionOf(page(view), 'schedules'))
      .filter(({ tagName }) => tagName === 'tr')
      .slice(1)
      .map((row) =>
        elementsOf(row).flatMap((one) => (['th', 'td'].includes(one.tagName) ? [words(one)] : [])),
      )

  it('say when, in words where there are exact ones, and how the last run ended', () => {
    expect(rows(morning)).toEqual([
      [
        'hubs remediate: puts backplaybooks/hubs.yml',
        'Every day at 02:15 15 2 * * * Asia/Tokyo',
        'a device is wrong 2026-11-25 02:15 3 h ago, took 1m 12s, exit code 120261124T171507-4f1c9a',
        '2026-11-24 02:15 27 h ago',
        '2026-11-26 02:15 in 21 h',
        '1 of 32last 2026-11-22 02:15, 3 days ago',
      ],
      [
        'branches check: looks onlyplaybooks/branches.yml',
        'Mondays at 06:00 0 6 * * MON Asia/Tokyo',
        'as asked 2026-11-23 06:03 47 h ago, took 1m 12s, exit code 020261123T060007-03cc1d',
        'the last one',
        '2026-11-30 06:00 in 5 days',
        'none',
      ],
      [
        'partners check: looks onlyplaybooks/partners.yml',
        'Every 20 minutes */20 * * * * Asia/Tokyo',
        'running now since 2026-11-25 05:12, 3 min ago20261124T201207-5d21aaas asked 2026-11-25 04:57 18 min ago, took 9s, exit code 020261124T171507-4f1c9a',
        'the last one',
        '2026-11-25 05:19 in 5 min',
        'none',
      ],
    ])
  })

  it('tell why a run had no result and what to do, below its row', () => {
    const [cells, remark] = rows(broken)
    expect(cells?.[2]).toBe('no result 2026-11-25 02:15 3 h agobefore it: as asked, 2026-11-24 02:15')
    expect(remark?.[0]).toContain('PLAYBOOK_INVALID playbooks/hubs.yml:7:3: unknown key "profle"')
    expect(remark?.[0]).toContain('Next: correct the file; ikero validate playbooks/hubs.yml says')
  })

  it('show times by the clock of their own zone, also over a change of its offset', () => {
    const nextAt = '2027-03-28T02:30:00Z'
    const [cells] = rows(
      serveView({ schedules: [scheduleView('b', {}, { timezone: 'Europe/Berlin', nextAt })] }),
    )
    expect(cells?.[4]).toContain('2027-03-28 04:30')
    const times = tagged(
      page(serveView({ schedules: [scheduleView('b', {}, { timezone: 'Europe/Berlin', nextAt })] })),
      'time',
    )
    expect(times.map((one) => attributeOf(one, 'datetime'))).toContain('2027-03-28T04:30:00+02:00')
    expect(times.map((one) => attributeOf(one, 'datetime'))).toContain('2026-11-24T18:15:07+01:00')
  })

  it.each([
    [0, 'check', 'as asked'],
    [2, 'check', 'not as asked'],
    [3, 'check', 'proof overdue'],
    [3, 'remediate', 'proof or saving open'],
    [4, 'check', 'a state is unknown'],
    [64, 'check', 'files are wrong'],
    [130, 'check', 'interrupted'],
    [77, 'check', 'ended otherwise'],
  ] as const)('say what exit code %d of %s means', (code, mode, said) => {
    const view = serveView({ schedules: [scheduleView('hubs', { lastRun: ended(code, 3) }, { mode })] })
    expect(rows(view)[0]?.[2]).toMatch(new RegExp(`^${said} 2026`))
  })
})

describe('the devices of the status page', () => {
  it('show whoever needs somebody as a card with what is wrong and what to type, the others folded', () => {
    const cards = tagged(page(morning), 'article').map(words)
    expect(cards).toHaveLength(2)
    for (const said of [
      'hub7failedsince 2026-11-25 02:15 (3 h ago)',
      '203.0.113.41 (branch-osaka) had an SA until',
      'Next: have the branch start its tunnel, or take the target back: ikero rollback 20261103T171507-9b02cc --limit hub7',
      'Last proof2026-11-24 02:15 (27 h ago)',
      'Peers6 of 7 proven, 1 lost',
      'SAs6 started by the peer, 1 without an SA',
      'ikero show 20261124T171507-4f1c9a',
      'PEER_LOST',
    ])
      expect(cards[0]).toContain(said)
    const folds = tagged(page(morning), 'summary').map(words)
    expect(folds).toContain('6 devices of hubs need nobody: 1 blocked (expected), 1 unproven, 4 verified')
    expect(folds).toContain('3 devices of branches need nobody: 3 compliant')
    const codes = tagged(page(morning), 'code').map(textOf)
    expect(codes).toContain('ikero rollback 20261103T171507-9b02cc --limit hub7')
  })

  it('have all their changes as a list, newest first, and the last two weeks in words', () => {
    const text = page(morning)
    const changes = elementsOf(byId(text, 'device-hubs/hub2-changes').parentNode ?? fail())
    expect(changes.filter(({ tagName }) => tagName === 'li').map((one) => words(one).slice(0, 29))).toEqual([
      '2026-11-17 17:15 verified 202',
      '2026-11-17 09:15 unproven 202',
      '2026-11-17 07:15 drifted VPN ',
      '2026-10-31 05:15 verified 202',
    ])
    const strips = tagged(text, 'svg').filter((one) => attributeOf(one, 'role') === 'img')
    expect(strips).toHaveLength(morning.devices.length)
    expect(strips.map(words)).toContain(
      'hub2: the last 14 days: after 1 earlier change drifted since 2026-11-17 07:15; unproven since 2026-11-17 09:15; verified since 2026-11-17 17:15',
    )
    expect(words(byId(text, 'device-hubs/hub7-bars-text'))).toBe(
      'verified until 2026-11-15 05:15; unreachable since 2026-11-15 05:15; verified since 2026-11-15 17:15; failed since 2026-11-25 02:15',
    )
  })

  it('draw trouble higher than what is well, wide enough to be seen, and nothing where nothing is known', () => {
    const view = serveView({
      devices: [
        deviceState('hub1', [
          [24, standing('verified')],
          [0.01, lostPeer],
        ]),
      ],
    })
    const paths = tagged(page(view), 'svg')
      .filter((one) => attributeOf(one, 'role') === 'img')
      .flatMap(elementsOf)
      .flatMap((one) => (one.tagName === 'path' ? [[attributeOf(one, 'class'), attributeOf(one, 'd')]] : []))
    // 14 days are 280 units: the last day 20 of them.
    expect(paths).toEqual([
      ['floor', 'M0 19.5h280'],
      ['good', 'M260 15h20v5h-20z'],
      ['bad', 'M277.5 0h2.5v20h-2.5z'],
    ])
  })

  it('say where the last run did not look at one', () => {
    const left = deviceState('hub9', [[90, drifted]], { seenAt: ago(90), runId: '20261121T111507-aaaaaa' })
    expect(words(sectionOf(page(serveView({ devices: [left] })), 'devices'))).toContain(
      'Last look2026-11-21 11:15 (4 days ago), not by the last run',
    )
  })

  it('can be linked to, whatever they are called', () => {
    const hosts = ['hub1', 'a b', 'x/y', '<i>', '\ud800', '網関']
    const text = page(serveView({ devices: hosts.map((host) => deviceState(host)) }))
    for (const host of hosts) expect(byId(text, deviceAnchor({ schedule: 'hubs', host }))).toBeDefined()
    expect(deviceAnchor({ schedule: 'hubs', host: 'hub1' })).toBe('device-hubs/hub1')
    expect(deviceAnchor({ schedule: 'a', host: 'b/c' })).not.toBe(
      deviceAnchor({ schedule: 'a/b', host: 'c' }),
    )
  })

  it('offer no command with a run id that is none', () => {
    const odd = deviceState('hub1', [[3, drifted]], { runId: 'x; rm -rf ~' })
    const codes = tagged(page(serveView({ devices: [odd] })), 'code').map(textOf)
    expect(codes.filter((code) => code.includes('rm'))).toEqual([])
  })

  it('stay readable where all of a large fleet need somebody', () => {
    const devices = Array.from({ length: 500 }, (_, nth) =>
      deviceState(`gw${nth}`, [
        [3, standing('unreachable', { codes: ['CONNECT_FAILED'], message: 'connect ETIMEDOUT' })],
      ]),
    )
    const text = page(serveView({ devices }))
    expect(tagged(text, 'article')).toHaveLength(40)
    expect(tagged(text, 'caption').map(words)).toContain('460 more devices of hubs that need somebody')
    expect(text.length).toBeLessThan(1_000_000)
  })

  it('are drawn in a moment, also 500 that each have as many changes as are kept', () => {
    const fleet = largeFleet()
    const text = page(fleet)
    // Of the processor, not of the clock, and the best of some: other tests run beside it.
    const costs = [1, 2, 3, 4].map(() => {
      const before = process.cpuUsage()
      statusPage(fleet)
      return process.cpuUsage(before).user / 1000
    })
    expect(text.length).toBeLessThan(1_000_000)
    expect(Math.min(...costs)).toBeLessThan(200)
    expect(verdict(fleet)).toMatch(/^5 of 500 devices need somebody: /)
    // Three schedules, each with its others in one line.
    expect(
      tagged(text, 'summary')
        .map(words)
        .filter((one) => one.includes('need nobody')),
    ).toHaveLength(3)
    expect(text).toContain('older: <a href="status.json">')
  })
})

describe('the open proofs of the status page', () => {
  const openRows = (view: ServeView): readonly string[] =>
    elementsOf(sectionOf(page(view), 'open'))
      .filter(({ tagName }) => tagName === 'tr')
      .slice(1)
      .map(words)

  it('say when the last old SA ends and who looks then, what a person must look at first', () => {
    const base = { runId: '20261124T171507-4f1c9a', target: 'VPN', changedAt: ago(3) } as const
    const view = serveView({
      open: [
        { ...base, host: 'hub5', status: 'unproven', completeBy: ago(-4.6), text: '5 of 7 peers proven' },
        { ...base, host: 'hub6', status: 'unproven', completeBy: ago(2), overdue: true },
        { ...base, host: 'hub2', status: 'unknown' },
        { ...base, host: 'hub8', status: 'unproven' },
      ],
    })
    expect(openRows(view)).toEqual([
      'hub2 VPNunknown what became of it is not on record2026-11-25 02:15not knowna person must look: ikero resume 20261124T171507-4f1c9a',
      'hub6 VPNproof overdue 2026-11-25 02:152026-11-25 03:15 (2 h ago)ikero verify 20261124T171507-4f1c9a',
      'hub5 VPNunproven 5 of 7 peers proven2026-11-25 02:152026-11-25 09:51 (in 5 h)ikero serve looks again by itself then ikero verify 20261124T171507-4f1c9a',
      'hub8 VPNunproven 2026-11-25 02:15not knownikero verify 20261124T171507-4f1c9a',
    ])
  })
})

describe('text that a device or a file made up, on the status page', () => {
  /** Places on the page are named after devices; what is in backticks, or is the id of a run, is code. */
  const shape = (text: string): string =>
    skeleton(parse(text), ({ tagName }) => tagName === 'code').replace(
      /(?:id|href|aria-labelledby|aria-describedby)="#?(?:device-|of-)[^"]*"/g,
      'place',
    )

  it('is text and nothing else: elements and attributes are the same as with plain words', () => {
    const filled = (more: (index: number) => string): ServeView => {
      let index = 0
      return filledView(() => {
        index += 1
        return `w${index}${more(index)}`
      })
    }
    const plain = shape(page(filled(() => '')))
    fc.assert(
      fc.property(hostileTexts, (list) => {
        const text = page(filled((index) => list[index % list.length] ?? ''))
        expect(text).not.toMatch(acting)
        expect(shape(text)).toBe(plain)
      }),
      { numRuns: 60 },
    )
  })

  it('is code and nothing else between backticks, and a backtick alone is one', () => {
    const said = (next: string): string =>
      String(page(serveView({ devices: [deviceState('hub1', [[3, { ...drifted, next }]])] })))
    expect(said('run `a <b>` now')).toContain('run <code>a &lt;b&gt;</code> now')
    expect(said('run `a <b> now')).toContain('run &#96;a &lt;b&gt; now')
  })
})

function fail(): never {
  throw new Error('no such element')
}
