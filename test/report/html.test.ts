import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { html } from '../../src/report/html/element.ts'
import { renderHtml } from '../../src/report/html/page.ts'
import { device, profile, role, run } from './builders.ts'
import { thousand, thousandPlanned, troubled, verified } from './cases.ts'
import { attributeOf, elementsOf, parse, textOf } from './markup.ts'
import { boardApply, boardPlan, impact, input, peerImpact } from './report-inputs.ts'

const tagged = (text: string, ...tags: readonly string[]) =>
  elementsOf(parse(text)).filter((one) => tags.includes(one.tagName))
const words = (text: string): string => textOf(parse(text)).replace(/\s+/g, ' ')

const cases = [
  ['a plan', boardPlan],
  ['an apply', boardApply],
  ['a night that went wrong', input(troubled, { exitCode: 4 })],
  ['a run of an older version', input(verified, { exitCode: 0 })],
  ['a thousand devices', input(thousand, { exitCode: 1 })],
] as const

describe('the HTML report', () => {
  it.each([
    ['planned', boardPlan],
    ['applied', boardApply],
  ] as const)('reads as reviewed: %s', async (name, one) => {
    await expect(renderHtml(one)).toMatchFileSnapshot(`golden/report-${name}.html`)
  })

  it.each(cases)('may load, send and run nothing, and be styled by its own sheet only: %s', (_, one) => {
    const text = renderHtml(one)
    const policies = tagged(text, 'meta').flatMap((meta) =>
      attributeOf(meta, 'http-equiv') === 'Content-Security-Policy'
        ? (attributeOf(meta, 'content') ?? '')
        : [],
    )
    const [style, ...more] = tagged(text, 'style')
    expect(more).toEqual([])
    const hash = createHash('sha256')
      .update(style === undefined ? '' : textOf(style))
      .digest('base64')
    expect(policies).toEqual([
      `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`,
    ])
    expect(tagged(text, 'script', 'link', 'img', 'iframe', 'object', 'form', 'base')).toEqual([])
    const attributes = elementsOf(parse(text)).flatMap(({ attrs }) => attrs)
    expect(attributes.filter(({ name }) => /^on|^style$|^src$/.test(name))).toEqual([])
    expect(attributes.filter(({ name, value }) => name === 'href' && !/^#[a-z-]+$/.test(value))).toEqual([])
  })

  it.each(cases)('has landmarks, headings in order, unique ids and tables with heads: %s', (_, one) => {
    const text = renderHtml(one)
    expect(attributeOf(tagged(text, 'html')[0] ?? fail(), 'lang')).toBe('en')
    expect(tagged(text, 'header', 'nav', 'main', 'footer').map(({ tagName }) => tagName)).toEqual([
      'header',
      'nav',
      'main',
      'footer',
    ])
    const levels = tagged(text, 'h1', 'h2', 'h3', 'h4').map(({ tagName }) => Number(tagName.slice(1)))
    expect(levels[0]).toBe(1)
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([])
    const ids = elementsOf(parse(text)).flatMap((element) => attributeOf(element, 'id') ?? [])
    expect(ids).toEqual([...new Set(ids)])
    for (const link of tagged(text, 'a')) expect(ids).toContain((attributeOf(link, 'href') ?? '').slice(1))
    for (const table of tagged(text, 'table')) {
      const heads = elementsOf(table).filter(({ tagName }) => tagName === 'th')
      expect(
        heads.every((head) => ['col', 'row', 'rowgroup'].includes(attributeOf(head, 'scope') ?? '')),
      ).toBe(true)
      expect(elementsOf(table).some(({ tagName }) => tagName === 'caption')).toBe(true)
    }
  })

  it('tells a board what is planned, refused and not read by name, and who took on what', () => {
    const text = words(renderHtml(boardPlan))
    for (const said of [
      'Planned to change1hub1',
      'Blocked: nothing is sent1asa-hq',
      'Not read: no session1hub9',
      'the partner will call: mail of 2 May',
      'noc2027-03-31',
      `sha256:${'0'.repeat(64)}`,
      `sha256:${'1'.repeat(64)}`,
      'netops (as its environment says)',
      'CHG0012345',
    ])
      expect(text).toContain(said)
  })

  it('says by the lifetimes of present SAs when the setting takes effect, first and last', () => {
    const text = words(renderHtml(boardPlan))
    expect(text).toContain('1 target on 1 device with 3 known peers.')
    expect(text).toContain(
      'first on hub1 with 203.0.113.11 by 2026-11-24 20:30:20, last on hub1 with 203.0.113.12 by 2026-11-25 18:30:20.',
    )
    expect(text).toContain('1 peer had no SA: there it takes effect at once.')
    expect(text).toContain('No SA is cleared')
  })

  it('says so where no present SA prints its lifetime', () => {
    const { remainingSeconds: _, ...bare } = peerImpact('203.0.113.11')
    const target = profile('VPN', 'pending', { sent: false, impact: impact([bare]) })
    const text = words(renderHtml(input(run([device('hub1', 'pending', { targets: [target] })]))))
    expect(text).toContain('When the setting takes effect is not known: 1 tunnel with an SA printed no')
  })

  it('gives lines to paste as the way back, by the context that they belong in', () => {
    const back = 'crypto map outside_map 10 set connection-type bidirectional'
    const one = device('fw1', 'pending', {
      platform: 'asa',
      change: { lines: ['x'], revert: [back], clears: [] },
      spaces: [{ context: 'customer-a', lines: ['x'], revert: [back], clears: [] }],
    })
    const blocks = tagged(renderHtml(input(run([one]))), 'pre').map(textOf)
    expect(blocks).toContain(`changeto context customer-a\nconfigure terminal\n${back}\nend`)
  })

  it('offers no way back where there is nothing to take back', () => {
    const gone = device('hub1', 'rolled-back', {
      targets: [profile('VPN', 'rolled-back')],
      change: { lines: ['x'], revert: ['no x'], clears: [] },
    })
    expect(words(renderHtml(input(run([gone]))))).toContain('already taken back, and read back')
    expect(words(renderHtml(input(run([device('hub1', 'compliant')]))))).toContain('nothing is to take back')
  })

  it('shares the way back among devices on which it is the same', () => {
    const lines = { lines: ['x'], revert: ['no x'], clears: [] }
    const alike = ['hub1', 'hub2'].map((host) => device(host, 'pending', { change: lines }))
    const text = renderHtml(input(run(alike, { command: 'plan' })))
    expect(tagged(text, 'h3').map(textOf)).toContain('hub1, hub2')
    expect(tagged(text, 'pre').map(textOf)).toContain('configure terminal\nno x\nend')
  })

  it('heads the peers of a target with its device, what changes, and what its SAs live', () => {
    const heads = tagged(renderHtml(boardPlan), 'th').filter(
      (one) => attributeOf(one, 'scope') === 'rowgroup',
    )
    expect(heads.map((one) => textOf(one).replace(/\s+/g, ' '))).toEqual([
      'hub1 VPN pending bidirectional → responder-only; lifetimes here: IKE 1d, IPsec 1h (default)',
      'asa-hq outside_map/20 blocked bidirectional → answer-only; lifetimes here: IKE 1d, IPsec 1h (default)',
    ])
  })

  it('says of each peer of a change how far it is proven, and only then what happens without it', () => {
    const text = words(renderHtml(boardApply))
    expect(text).toContain('IKE 8h, IPsec 1hproven: it has started a fresh SA203')
    expect(text).toContain('waiting: the SA that it started before is updown once its present SA has ended')
  })

  it('says why a rollout stopped, which window was not kept to, and which run is taken back', () => {
    const stopped = {
      reason: 'hub2 failed',
      changed: 2,
      notBegun: 9,
      split: ['ha-pair tyo: hub1 is'],
      next: 'look',
    }
    const text = words(
      renderHtml(
        input(
          run([device('hub1', 'skipped')], {
            rollout: { waves: [], stopped },
            halted: true,
            of: '20261101T000000-000000',
            window: {
              from: '22:00',
              to: '04:00',
              timezone: 'Asia/Tokyo',
              state: { open: false, opensAtMs: Date.parse('2026-11-25T13:00:00Z') },
              ignored: 'outage',
            },
          }),
        ),
      ),
    )
    expect(text).toContain('The rollout stopped: lines were sent to 2, 9 not begunha-pair tyo: hub1 is')
    expect(text).toContain('hub2 failedNext: look')
    expect(text).toContain('devices in hand were left as they were')
    expect(text).toContain(
      '22:00 to 04:00 Asia/Tokyo: closed, it opens at 2026-11-25 13:00 UTC; not kept to: outage',
    )
    expect(text).toContain('Takes backrun 20261101T000000-000000')
  })

  it('shows a digest short, with all of it where the link leads', () => {
    const text = renderHtml(boardPlan)
    const links = tagged(text, 'a').filter((one) => attributeOf(one, 'href') === '#record')
    expect(links.map(textOf)).toEqual([`sha256:${'0'.repeat(12)}…`, `sha256:${'1'.repeat(12)}…`])
    const foot = words(text).split('For the record')[1] ?? ''
    expect(foot).toContain(`sha256:${'0'.repeat(64)}`)
  })

  it('shows what the lines make of the configuration', () => {
    const text = renderHtml(boardApply)
    const added = elementsOf(parse(text)).filter((one) => attributeOf(one, 'class') === 'plus')
    expect(added.map(textOf)).toEqual(['+ responder-only'])
  })

  it('tells the timeline of its journal, and of a plan that it sends nothing', () => {
    expect(words(renderHtml(boardApply))).toContain('responder-only -> accepted')
    expect(words(renderHtml(boardPlan))).toContain('sends nothing to any device')
  })

  it('groups the timeline by waves, with the time since the run began', () => {
    const text = words(
      renderHtml({
        ...boardApply,
        steps: [
          {
            at: '2026-11-24T19:30:14.500Z',
            entry: { kind: 'wave-started', wave: 1, of: 2, canary: true, hosts: ['hub1'] },
          },
          ...boardApply.steps,
        ],
      }),
    )
    expect(text).toContain(
      '2026-11-24 19:30:14 +2.5s Wave 1 of 2, the canary: hub12026-11-24 19:30:21 +9.0shub1sent',
    )
  })

  it('draws each peer of some dozens, and one line a target beyond', () => {
    const hub = (count: number, anyPeer = false) =>
      device('hub1', 'pending', {
        targets: [
          profile('VPN', 'pending', {
            impact: impact(
              Array.from({ length: count }, (_, index) => peerImpact(`10.0.0.${index}`)),
              { anyPeer },
            ),
          }),
        ],
      })
    const boxes = (count: number, any = false): number =>
      tagged(renderHtml(input(run([hub(count, any)]))), 'rect').length
    expect(boxes(40)).toBe(41)
    expect(boxes(80)).toBe(2)
    expect(boxes(2, true)).toBe(4)
    expect(boxes(0, true)).toBe(2)
    expect(words(renderHtml(input(run([hub(80)]))))).toContain(
      'With 80 peers each target is drawn as one line',
    )
  })

  it('says in words what the picture shows, and marks doubt by more than a colour', () => {
    const text = renderHtml(boardPlan)
    const said = textOf(tagged(text, 'desc')[0] ?? fail())
    expect(said).toContain(
      'hub1 and 203.0.113.12, VPN: bidirectional → responder-only. Present SA started by: this device. After: the peer may start, if it can, which nothing shows.',
    )
    const marks = tagged(text, 'text').filter((one) => attributeOf(one, 'class') === 'mark')
    expect(marks.map(textOf)).toEqual(['?', '?', '×'])
  })

  it('shows eight peers of a target on page one and counts the rest by whether they can start', () => {
    const peers = Array.from({ length: 80 }, (_, index) => peerImpact(`10.0.0.${index}`))
    const target = profile('VPN', 'pending', { impact: impact(peers, { morePeers: 20 }) })
    const text = words(renderHtml(input(run([device('hub1', 'pending', { targets: [target] })]))))
    expect(text).toContain('and 92 more peers; can start: 72 yes')
  })

  it('folds long evidence, and stays below two megabytes for a thousand devices', () => {
    const rows = Array.from({ length: 80 }, (_, index) => role(`10.0.0.${index}`, 'VPN'))
    const one = device('hub1', 'verified', { targets: [profile('VPN', 'verified')], roles: rows })
    expect(tagged(renderHtml(input(run([one]))), 'details')).toHaveLength(1)
    for (const result of [thousand, thousandPlanned])
      expect(renderHtml(input(result)).length).toBeLessThan(2_000_000)
  })

  it('stays readable for a fleet with many targets: what is against a start first, the rest counted', () => {
    const fleet = Array.from({ length: 200 }, (_, nth) =>
      device(`hub${nth}`, 'verified', {
        targets: Array.from({ length: 20 }, (_, target) =>
          profile(`P${target}`, 'verified', {
            impact: impact([
              peerImpact(`10.${nth}.${target}.1`, {
                ...(nth === 199 && target === 19 ? { canStart: { answer: 'no', why: 'it waits' } } : {}),
              }),
            ]),
          }),
        ),
        roles: Array.from({ length: 20 }, (_, target) => role(`10.${nth}.${target}.1`, `P${target}`)),
        change: { lines: [`x${nth}`], revert: [`no x${nth}`], clears: [] },
      }),
    )
    const text = renderHtml(input(run(fleet)))
    expect(text.length).toBeLessThan(2_500_000)
    const [first] = tagged(text, 'th').filter((one) => attributeOf(one, 'scope') === 'rowgroup')
    expect(textOf(first ?? fail())).toContain('hub199 P19')
    const said = words(text)
    expect(said).toMatch(/and 3940 more targets: nothing is against any of them/)
    expect(said).toMatch(/\d+ devices, of those that stand last, are left out here/)
  })
})

describe('the template that makes pages', () => {
  it.each([
    ['<b>&"\'`', '&lt;b&gt;&amp;&quot;&#39;&#96;'],
    ['a\u202eb\u0000', 'a\\u{202e}b\\x00'],
    ['\r\n\t', '\\r\\n\\t'],
  ])('escapes %j', (text, drawn) => {
    expect(String(html`<p title="${text}">${[text]}</p>`)).toBe(`<p title="${drawn}">${drawn}</p>`)
  })

  it('takes its own pieces as they are, and leaves nothing for what is not there', () => {
    expect(String(html`<i>${html`<b>${1}</b>`}${undefined}${false}</i>`)).toBe('<i><b>1</b></i>')
  })
})

function fail(): never {
  throw new Error('no such element')
}
