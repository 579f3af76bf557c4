import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ServeView } from '../../src/model/serve-view.ts'
import { statusPage } from '../../src/report/html/status-page.ts'
import {
  ago,
  broken,
  deviceState,
  drifted,
  filledView,
  fresh,
  morning,
  serveView,
  standing,
} from '../report/serve-views.ts'
import { describeWith, chromium as program } from './needs.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const hostile = [
  '<script>document.title="owned"</script>',
  '"><img src="https://evil.example/x" onerror="document.title=\'owned\'">',
  '</style><link rel=stylesheet href="https://evil.example/x.css">',
  '</title><meta http-equiv=refresh content="0;url=https://evil.example">',
  '<svg/onload=document.title="owned">',
  '\u202eevil\u0000\u001b[31m',
  'x'.repeat(300),
]
let texts = 0
const views = {
  morning,
  fresh,
  broken,
  hostile: filledView(() => {
    texts += 1
    return `w${texts} ${hostile[texts % hostile.length]}`
  }),
}
const names = ['morning', 'fresh', 'broken', 'hostile'] as const

interface Rule {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}

describeWith(program, 'the status page in a browser', () => {
  let browser: Browser
  let server: Server
  let page: Page
  let answer: (path: string) => ServeView | undefined
  let asked: string[]

  // A browser and a server for each test: no test may leave a process behind.
  beforeEach(async () => {
    asked = []
    answer = (path) => Object.entries(views).find(([name]) => path === `/${name}`)?.[1]
    server = createServer((request, response) => {
      asked.push(request.url ?? '')
      const view = answer(request.url ?? '')
      if (view === undefined) {
        response.writeHead(503).end()
        return
      }
      const { html, csp } = statusPage(view)
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': csp,
        // So that closing waits for nobody.
        connection: 'close',
      })
      response.end(html)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    browser = await chromium.launch({
      executablePath: program.probe[0],
      // Chromium's own sandbox does not work for root, as whom CI runs.
      args: ['--no-sandbox'],
    })
    page = await browser.newPage()
  }, 60_000)
  afterEach(async () => {
    await browser.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const urlOf = (name: string): string => {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    return `http://127.0.0.1:${address.port}/${name}`
  }
  /** Without scripts of the page; those of the test work. */
  const withoutScripts = async (): Promise<void> => {
    const context: BrowserContext = await browser.newContext({ javaScriptEnabled: false })
    page = await context.newPage()
  }
  /** The page's own clock goes on by a minute, and what it asks for then is answered. */
  const minuteLater = async (): Promise<void> => {
    const answered = page.waitForResponse((response) => response.url().startsWith(urlOf('')))
    await page.clock.runFor(60_000)
    await answered
  }

  it('asks for nothing but itself, runs nothing foreign and breaks no rule of its policy', async () => {
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(error.message))
    for (const name of names) {
      await page.goto(urlOf(name))
      expect(await page.title()).not.toBe('owned')
      expect(await page.evaluate('getComputedStyle(document.body).margin')).toBe('0px')
    }
    expect(asked).toEqual(names.map((name) => `/${name}`))
    expect(said).toEqual([])
  })

  it.each(names)(
    'is accessible by the rules of axe, in light and dark, all opened: %s',
    async (name) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.goto(urlOf(name))
        await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true })')
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

  it('fits every screen from 320 pixels on without scrolling sideways, also at twice the size', async () => {
    for (const name of names) {
      // 640 pixels at 200 % are 320.
      for (const width of [320, 480, 768, 961, 1280]) {
        await page.setViewportSize({ width, height: 740 })
        await page.goto(urlOf(name))
        await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true })')
        expect([name, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([name, width])
      }
    }
  }, 60_000)

  it('cuts nothing off, on a phone and on a desk', async () => {
    for (const width of [320, 961, 1280]) {
      await page.setViewportSize({ width, height: 740 })
      await page.goto(urlOf('morning'))
      await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true })')
      const over = await page.evaluate<readonly string[]>(
        `[...document.querySelectorAll('td, tbody th, dd, h4, .badge')].filter((one) => one.offsetParent !== null && one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)`,
      )
      expect([width, over]).toEqual([width, []])
    }
  })

  it('shows all that matters without scripts: answer, cards, bars, and the rest when it is opened', async () => {
    await withoutScripts()
    await page.goto(urlOf('morning'))
    expect(await page.locator('#verdict').textContent()).toContain('2 of 12 devices need somebody')
    expect(await page.locator('article').count()).toBe(2)
    for (const strip of await page.locator('article svg.strip').all()) {
      const box = await strip.boundingBox()
      expect(box?.height).toBe(20)
      expect(box?.width).toBeGreaterThan(200)
    }
    const folded = page.getByText('asa-partner', { exact: true })
    expect(await folded.isVisible()).toBe(false)
    await page.getByText('1 device of partners needs nobody').click()
    expect(await folded.isVisible()).toBe(true)
    expect(await page.locator('#stale').isVisible()).toBe(false)
  })

  it('asks itself anew without scripts, by the browser alone', async () => {
    await withoutScripts()
    await page.goto(urlOf('fresh'))
    const meta = page.locator('meta[http-equiv=refresh]')
    expect(await meta.getAttribute('content')).toBe('60')
  })

  it('opens the history of the device that its address names, and stays with it', async () => {
    await page.goto(`${urlOf('morning')}#device-hubs/hub2`)
    const change = page.getByText('2026-11-17 09:15')
    await expect.poll(() => change.last().isVisible()).toBe(true)
  })

  it('is walked through with a keyboard, and opens what is folded', async () => {
    await page.goto(urlOf('morning'))
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the answer')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('main')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('hub7')
    await page.locator('summary').first().focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('details').first().getAttribute('open')).toBe('')
  })

  it('looks again each minute, and leaves open, focused and in place what the reader has there', async () => {
    await page.clock.install()
    await page.setViewportSize({ width: 1000, height: 500 })
    await page.goto(urlOf('morning'))
    await page.locator('[id="of-hubs-well"]').click()
    await page.locator('[id="device-hubs/hub3-changes"]').focus()
    // hub7 is well again, hub4 is not: cards and rows move.
    answer = () => ({
      ...morning,
      at: ago(-0.02),
      devices: morning.devices.map((one) =>
        one.host === 'hub7'
          ? deviceState('hub7', [[0.01, standing('verified')]])
          : one.host === 'hub4'
            ? deviceState('hub4', [[0.01, drifted]])
            : one,
      ),
    })
    await minuteLater()
    await expect
      .poll(() => page.locator('#verdict').textContent())
      .toBe('2 of 12 devices need somebody: hub3 drifted, hub4 drifted')
    expect(await page.locator('header time').first().textContent()).toBe('2026-11-25 05:16 +09:00')
    expect(await page.evaluate('document.activeElement.id')).toBe('device-hubs/hub3-changes')
    expect(await page.locator('[id="of-hubs-well"]').locator('..').getAttribute('open')).toBe('')
    expect(await page.locator('article').count()).toBe(2)
    expect(await page.getByText('hub7', { exact: true }).isVisible()).toBe(true)
    // What is there now is what a new reader gets, but for what is open.
    const served = await page.evaluate<boolean>(
      `fetch('').then((one) => one.text()).then((text) => {
        const page = new DOMParser().parseFromString(text, 'text/html')
        const here = document.body.cloneNode(true)
        for (const one of here.querySelectorAll('details')) one.open = false
        return here.innerHTML === page.body.innerHTML
      })`,
    )
    expect(served).toBe(true)
  })

  it('says so where ikero serve does not answer any more, and takes that back when it does', async () => {
    await page.clock.install()
    await page.goto(urlOf('fresh'))
    const stale = page.locator('#stale')
    expect(await stale.isVisible()).toBe(false)
    answer = () => undefined
    await minuteLater()
    await stale.waitFor({ state: 'visible' })
    expect(await stale.textContent()).toContain(
      'ikero serve does not answer. What stands here is of 2026-11-25',
    )
    answer = () => serveView()
    await minuteLater()
    await stale.waitFor({ state: 'hidden' })
    expect(await page.locator('#verdict').textContent()).toContain('All 2 devices are as asked')
    expect(await page.title()).toBe('as asked – ikero status')
  })

  it('does not take a selection away from who is about to copy a command', async () => {
    await page.clock.install()
    await page.goto(urlOf('morning'))
    await page.evaluate('getSelection().selectAllChildren(document.querySelector("article code"))')
    await page.clock.runFor(180_000)
    expect(asked).toHaveLength(1)
    await page.evaluate('getSelection().removeAllRanges()')
    await minuteLater()
    expect(asked).toHaveLength(2)
  })

  it('moves nothing by itself', async () => {
    await page.goto(urlOf('morning'))
    const moving = await page.evaluate(
      `[...document.querySelectorAll('*')].filter((one) => { const style = getComputedStyle(one); return style.animationName !== 'none' || style.transitionDuration !== '0s' }).length`,
    )
    expect(moving).toBe(0)
  })

  it('prints light from a dark screen, with what is folded', async () => {
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    await page.goto(urlOf('morning'))
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
    expect(await page.getByText('asa-partner', { exact: true }).isVisible()).toBe(true)
    expect(await page.locator('nav').isVisible()).toBe(false)
  })
})
