import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { renderHtml } from '../../src/report/html/page.ts'
import { boardApply, boardPlan, filledWith } from '../report/report-inputs.ts'
import { describeWith, chromium as program } from './needs.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const hostile = [
  '<script>document.title="owned"</script>',
  '"><img src="https://evil.example/x" onerror="document.title=\'owned\'">',
  '</style><link rel=stylesheet href="https://evil.example/x.css">',
  '</title><meta http-equiv=refresh content="0;url=https://evil.example">',
  '<svg/onload=document.title="owned">',
  '\u202eevil\u0000\u001b[31m',
  'x'.repeat(400),
]
let texts = 0
const reports = {
  plan: boardPlan,
  apply: boardApply,
  hostile: filledWith(() => {
    texts += 1
    return `w${texts} ${hostile[texts % hostile.length]}`
  }),
}
const names = ['plan', 'apply', 'hostile'] as const

interface Rule {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}

describeWith(program, 'the HTML report in a browser', () => {
  let browser: Browser
  let page: Page
  let dir: string

  // A browser for each test: no test may leave a process behind.
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ikero-report-'))
    for (const name of names) writeFileSync(join(dir, `${name}.html`), renderHtml(reports[name]))
    browser = await chromium.launch({
      executablePath: program.probe[0],
      // Chromium's own sandbox does not work for root, as whom CI runs.
      args: ['--no-sandbox'],
    })
    page = await browser.newPage()
  })
  afterEach(async () => {
    await browser.close()
    rmSync(dir, { recursive: true, force: true })
  })

  const urlOf = (name: string): string => pathToFileURL(join(dir, `${name}.html`)).href
  const widthOf = (): Promise<unknown> => page.evaluate('document.documentElement.scrollWidth')

  it('asks for nothing, runs nothing and breaks no rule of its own policy', async () => {
    const asked: string[] = []
    const said: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('console', (message) => said.push(message.text()))
    for (const name of names) {
      await page.goto(urlOf(name))
      expect(await page.title()).not.toBe('owned')
      expect(await page.evaluate('document.styleSheets.length')).toBe(1)
      expect(await page.evaluate('getComputedStyle(document.body).margin')).toBe('0px')
    }
    expect(asked).toEqual(names.map(urlOf))
    expect(said).toEqual([])
  })

  it('would run no script and load no picture even if one stood in it', async () => {
    const extra = '<script>document.title="owned"</script><img src="https://evil.example/x">'
    writeFileSync(join(dir, 'extra.html'), renderHtml(reports.plan).replace('</main>', `${extra}</main>`))
    const blocked: string[] = []
    page.on('console', (message) => blocked.push(message.text()))
    await page.goto(urlOf('extra'))
    expect(await page.title()).not.toBe('owned')
    expect(blocked.filter((text) => text.includes('Content Security Policy'))).toHaveLength(2)
  })

  it.each(names)(
    'is accessible by the rules of axe, in light and dark: %s',
    async (name) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.goto(urlOf(name))
        await page.evaluate(axe)
        const found =
          await page.evaluate<Readonly<Record<'violations' | 'passes', readonly Rule[]>>>('axe.run()')
        expect(found.passes.map(({ id }) => id)).toContain('color-contrast')
        const told = found.violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes[0]?.html}`)
        expect(told).toEqual([])
      }
    },
    90_000,
  )

  it('fits a phone, a tablet and a desk without scrolling the page sideways', async () => {
    for (const name of names) {
      for (const width of [360, 768, 1024, 1280]) {
        await page.setViewportSize({ width, height: 740 })
        await page.goto(urlOf(name))
        expect([name, await widthOf()]).toEqual([name, width])
      }
    }
  })

  it('gives every cell of a phone room for its words', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    for (const name of names) {
      await page.goto(urlOf(name))
      const widths = await page.evaluate<readonly number[]>(
        `[...document.querySelectorAll('tbody th, tbody td')].filter((cell) => cell.offsetParent !== null).map((cell) => { const style = getComputedStyle(cell); return cell.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) })`,
      )
      expect(widths.length).toBeGreaterThan(0)
      expect(Math.min(...widths)).toBeGreaterThan(120)
    }
  })

  it('breaks no address in the middle on a desk', async () => {
    await page.setViewportSize({ width: 1280, height: 740 })
    for (const name of ['plan', 'apply']) {
      await page.goto(urlOf(name))
      const lines = await page.evaluate<readonly number[]>(
        `[...document.querySelectorAll('tbody th .mono')].filter((one) => one.offsetParent !== null).map((one) => one.getClientRects().length)`,
      )
      expect([...new Set(lines)]).toEqual([1])
    }
  })

  it('brings a keyboard to the report first', async () => {
    await page.goto(urlOf('plan'))
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the report')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('main')
  })

  it('prints, with what is folded on the screen', async () => {
    await page.goto(urlOf('apply'))
    const pdf = await page.pdf({ format: 'A4' })
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    await page.emulateMedia({ media: 'print' })
    const folded = page.locator('details pre').first()
    expect(await folded.isVisible()).toBe(true)
    expect(await page.locator('nav').isVisible()).toBe(false)
  })

  it('prints light from a dark screen, as tables with their heads, and what a board reads on two pages', async () => {
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    // The inner width of a page of A4 with the margins of the style sheet: 186 mm at 96 dots an inch.
    await page.setViewportSize({ width: 703, height: 1000 })
    await page.goto(urlOf('plan'))
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
    const shown = await page.evaluate(
      `[...document.querySelectorAll('table')].filter((one) => one.offsetParent !== null).map((one) => [getComputedStyle(one).display, getComputedStyle(one.tHead).display].join(' '))`,
    )
    expect(new Set(Array.isArray(shown) ? shown : [])).toEqual(new Set(['table table-header-group']))
    // 269 mm of each page hold text.
    const top = await page.evaluate("document.querySelector('#topology').getBoundingClientRect().top")
    expect(Number(top)).toBeLessThan(2 * 1016)
  })
})
