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
      expect(heads.every((head) => ['col', 'row'].includes(attributeOf(head, 'scope') ?? ''))).toBe(true)
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
      'netops (as its environment says)',
      'CHG0012345',
    ])
      expect(text).toContain(said)
  })

  it('says by the lifetimes of present SAs when the setting takes effect, first and last', () => {
    const text = words(renderHtml(boardPlan))
    expect(text).toContain('1 target on 1 device with 3 known peers.')
    expect(text).toContain(
      'first on hub1 with 203.0.113.11 by 2026-11-24 20:30 UTC, last on hub1 with 203.0.113.12 by 2026-11-25 18:30 UTC.',
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

  it('shows what the lines make of the configuration', () => {
    const text = renderHtml(boardApply)
    const added = elementsOf(parse(text)).filter((one) => attributeOf(one, 'class') === 'plus')
    expect(added.map(textOf)).toEqual(['+ responder-only'])
  })

  it('tells the timeline of its journal, and of a plan that it sends nothing', () => {
    expect(words(renderHtml(boardApply))).toContain('responder-only -> accepted')
    expect(words(renderHtml(boardPlan))).toContain('sends nothing to any device')
  })

  it('draws each peer of some dozens, and one line a target beyond', () => {
    const hub = (count: number) =>
      device('hub1', 'pending', {
        targets: [
          profile('VPN', 'pending', {
            impact: impact(Array.from({ length: count }, (_, index) => peerImpact(`10.0.0.${index}`))),
          }),
        ],
      })
    const boxes = (count: number): number => tagged(renderHtml(input(run([hub(count)]))), 'rect').length
    expect(boxes(40)).toBe(41)
    expect(boxes(80)).toBe(2)
    expect(words(renderHtml(input(run([hub(80)]))))).toContain(
      'With 80 peers each target is drawn as one line',
    )
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
