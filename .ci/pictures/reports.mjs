// @ts-check
// Photographs of HTML reports: on a screen in light and dark, on paper, on a phone, and the picture of the tunnels;
// and of the status page.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { refuseTraces } from './lab.mjs'

export const browser = '/usr/bin/chromium'
/** A page of text with several pictures should still open at once. */
const mostBytes = 140_000
export const hasBrowser = () => existsSync(browser)

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {'plan' | 'apply' | 'status'} Report */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box in CSS pixels */

/**
 * Sizes are CSS pixels; a page is shown up to the last thing that is whole. A4 at 96 dpi is 794 by 1123.
 * @typedef {{
 *   file: string, report: Report, width: number, height: number, scale: number,
 *   scheme?: 'light' | 'dark', paper?: true, section?: string
 * }} Photograph
 */

/** @type {readonly Photograph[]} */
const photographs = [
  { file: 'report-light.webp', report: 'apply', width: 1200, height: 1440, scale: 1.25 },
  { file: 'report-dark.webp', report: 'apply', width: 1200, height: 1440, scale: 1.25, scheme: 'dark' },
  { file: 'report-print.webp', report: 'plan', width: 794, height: 1123, scale: 1.5, paper: true },
  { file: 'report-phone.webp', report: 'plan', width: 390, height: 844, scale: 2 },
  {
    file: 'report-topology.webp',
    report: 'apply',
    width: 1000,
    height: 1440,
    scale: 1.5,
    section: 'topology',
  },
  { file: 'status-page.webp', report: 'status', width: 1200, height: 1390, scale: 1.2 },
  { file: 'status-page-dark.webp', report: 'status', width: 1200, height: 1390, scale: 1.2, scheme: 'dark' },
  { file: 'status-page-phone.webp', report: 'status', width: 390, height: 844, scale: 2 },
]

/** Where a picture may end: below the last row, paragraph or box that it has as a whole. @param {number} most */
const wholeUntil = (most) => `Math.max(...[...document.querySelectorAll('tbody tr, p, li, .card')]
  .map((one) => one.getBoundingClientRect().bottom)
  .filter((bottom) => bottom <= ${most}))`

/** @param {Page} page @param {Photograph} photograph @returns {Promise<Box>} */
async function frameOf(page, { file, width, height, paper, section }) {
  if (paper) return { x: 0, y: 0, width, height }
  if (section === undefined)
    return { x: 0, y: 0, width, height: Math.ceil(Number(await page.evaluate(wholeUntil(height)))) }
  const box = await page.locator(`section[aria-labelledby="${section}"]`).boundingBox()
  if (box === null) throw new Error(`${file}: the report has no section ${section}`)
  return { x: 0, y: box.y - 8, width, height: box.height + 16 }
}

/**
 * The page as a printer would have it: the margins are around what the browser lays out, and what is not whole at
 * the end of the sheet is on the next one.
 * @param {Page} page @param {Photograph} photograph
 */
async function layOnPaper(page, { width, height }) {
  await page.emulateMedia({ media: 'print' })
  const margin = await page.evaluate(`[...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
    .flatMap((rule) => rule instanceof CSSMediaRule ? [...rule.cssRules] : [rule])
    .find((rule) => rule instanceof CSSPageRule && rule.style.margin !== '')?.style.margin`)
  if (typeof margin !== 'string' || margin === '') throw new Error('the report sets no margin for paper')
  await page.evaluate(`document.body.style.margin = ${JSON.stringify(margin)}`)
  const bottom = Number(await page.evaluate('parseFloat(getComputedStyle(document.body).marginBottom)'))
  const end = Number(await page.evaluate(wholeUntil(height - bottom)))
  // The rest of the sheet, and its edge, which white on white does not show.
  await page.evaluate(`document.body.insertAdjacentHTML('beforeend',
    '<div style="position:absolute;inset:${end}px 0 auto;height:${height}px;background:#fff"></div>' +
    '<div style="position:absolute;inset:0 auto auto 0;width:${width}px;height:${height}px;border:1px solid #d0d7de"></div>')`)
}

/**
 * The best picture that is small enough. The protocol's own command makes WebP, a third of the size of the PNG that
 * page.screenshot makes.
 * @param {Page} page @param {Box} box @param {number} scale
 */
async function shoot(page, box, scale) {
  const protocol = await page.context().newCDPSession(page)
  for (const quality of [85, 80, 75, 70]) {
    const { data } = await protocol.send('Page.captureScreenshot', {
      format: 'webp',
      quality,
      captureBeyondViewport: true,
      clip: { ...box, scale },
    })
    const bytes = Buffer.from(data, 'base64')
    if (bytes.length <= mostBytes) return bytes
  }
  throw new Error(
    `a report of ${box.width} by ${box.height} does not fit in ${mostBytes} bytes: show less of it`,
  )
}

/**
 * @param {Readonly<Record<Report, string>>} reports paths of HTML files
 * @param {string} out @param {readonly string[]} secretPaths paths that no report may show
 */
export async function photograph(reports, out, secretPaths) {
  // Chromium's own sandbox does not work for root.
  const opened = await chromium.launch({
    executablePath: browser,
    args: ['--no-sandbox', '--hide-scrollbars'],
  })
  try {
    for (const one of photographs) {
      const { width, height, scale, scheme = 'light' } = one
      const context = await opened.newContext({
        viewport: { width, height },
        deviceScaleFactor: scale,
        colorScheme: scheme,
        // The report's own policy allows no style but its own, and paper needs a margin.
        bypassCSP: true,
      })
      const page = await context.newPage()
      await page.goto(pathToFileURL(reports[one.report]).href)
      refuseTraces(one.file, (await page.locator('body').textContent()) ?? '', secretPaths)
      if (one.paper) await layOnPaper(page, one)
      writeFileSync(join(out, one.file), await shoot(page, await frameOf(page, one), scale))
      await context.close()
    }
  } finally {
    await opened.close()
  }
}
