import { describe, expect, it } from 'vitest'
import { renderMarkdown } from '../../src/report/markdown.ts'
import { mdBlock, mdCode, mdText } from '../../src/report/markdown-text.ts'
import { device, profile, run } from './builders.ts'
import { thousand, troubled } from './cases.ts'
import { boardApply, boardPlan, impact, input, peerImpact } from './report-inputs.ts'

describe('the Markdown report', () => {
  it.each([
    ['planned', boardPlan],
    ['applied', boardApply],
  ] as const)('reads as reviewed: %s', async (name, one) => {
    await expect(renderMarkdown(one)).toMatchFileSnapshot(`golden/report-${name}.md`)
  })

  it('fits into a ticket, and says how much did not', () => {
    const devices = Array.from({ length: 400 }, (_, index) =>
      device(`hub${index}`, 'pending', {
        targets: [profile('VPN', 'pending', { impact: impact([peerImpact('203.0.113.11')]) })],
        change: { lines: ['x'], revert: ['no x'], clears: [] },
      }),
    )
    const text = renderMarkdown(input(run(devices)))
    expect(Buffer.byteLength(text)).toBeLessThan(60_000)
    expect(text).toMatch(/\*\*Cut here: \d+ parts of this report did not fit into a ticket\.\*\*/)
    expect(text).toContain('## What this does not promise')
    expect(renderMarkdown(boardPlan)).not.toContain('Cut here')
  })

  it('fits also where one text alone is too long', () => {
    const long = 'x'.repeat(200_000)
    const bad = device('hub1', 'failed', {
      error: { code: 'LINE_REFUSED', message: long, reply: `${long}\n`.repeat(20), next: long },
    })
    expect(renderMarkdown(input(run([bad], { playbook: long, change: long }))).length).toBeLessThan(60_000)
  })

  it('fits where text has characters of several bytes', () => {
    const devices = Array.from({ length: 200 }, (_, index) =>
      device(`hub${index}`, 'failed', {
        error: { code: 'LINE_REFUSED', message: '漢字'.repeat(200), next: 'look' },
      }),
    )
    expect(Buffer.byteLength(renderMarkdown(input(run(devices))))).toBeLessThan(62_000)
  })

  it('tells the same as the page: kind and its source, lifetimes, proof, and why a rollout stopped', () => {
    const stopped = { reason: 'hub2 failed', changed: 2, notBegun: 9, split: [], next: 'look at hub2' }
    const text = renderMarkdown({
      ...boardApply,
      result: { ...boardApply.result, rollout: { waves: [], stopped } },
    })
    for (const said of [
      'IOS or IOS-XE; inventory, peers 203.0.113.11; partner NOC',
      'here: IKE 1d, IPsec 1h (default); there: IKE 8h, IPsec 1h',
      'proven: it has started a fresh SA',
      '**What is proven**: 1 of 2 peers proven',
      'The rollout stopped: lines were sent to 2, 9 not begun',
      'Next: look at hub2',
      `Inventory hash: \`sha256:${'1'.repeat(64)}\``,
      'An SA may end earlier',
    ])
      expect(text).toContain(said)
  })

  it('draws runs without any record of impact', () => {
    for (const result of [troubled, thousand]) expect(renderMarkdown(input(result))).toContain('## Devices')
  })
})

describe('text in Markdown', () => {
  it.each([
    ['plain words, 203.0.113.1 (spoke1)', 'plain words, 203.0.113.1 (spoke1)'],
    ['a|b <b>&', 'a&#124;b &lt;b&gt;&amp;'],
    ['*a* _b_ `c` [d](e) #f ~g~ \\', '\\*a\\* \\_b\\_ \\`c\\` \\[d\\](e) \\#f \\~g\\~ \\\\'],
    ['see https://evil.example/ or noc@evil.example', 'see `https://evil.example/` or `noc@evil.example`'],
    ['1. a - b', '1\\. a \\- b'],
    ['a\u202eb\nc', 'a\\\\u\\{202e\\}b\\\\nc'],
  ])('escapes %j', (text, drawn) => {
    expect(mdText(text)).toBe(drawn)
  })

  it.each([
    ['VPN', '`VPN`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['a|b', '`a`&#124;`b`'],
    ['', '–'],
  ])('writes %j as code', (text, drawn) => {
    expect(mdCode(text)).toBe(drawn)
  })

  it('fences lines with more backticks than they have', () => {
    expect(mdBlock('a\n````\nb')).toEqual(['`````text', 'a', '````', 'b', '`````'])
  })
})
