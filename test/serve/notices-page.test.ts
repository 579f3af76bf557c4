import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { requestOf } from '../../src/serve/deliver.ts'
import { root } from '../architecture/sources.ts'
import { blocksOf } from '../docs/blocks.ts'
import { misfits } from '../documents.ts'
import { drifted, hour, type Standings, teller, textOf, unreachable, well } from './notice-build.ts'

// What docs/notices.md shows is what is sent, and its program for a receiver accepts that and nothing else.

const page = readFileSync(join(root, 'docs', 'notices.md'), 'utf8')
const blocks = blocksOf(page)
const block = (language: string, nth: number = 0): string =>
  blocks.filter((one) => one.language === language)[nth]?.lines.join('\n') ?? ''

const fleet: Standings = Object.fromEntries(Array.from({ length: 12 }, (_, nth) => [`hub${nth + 1}`, well]))
const noc = teller()
noc.run(hour(-24), fleet)
const [notice] = noc.run(
  hour(0),
  {
    ...fleet,
    hub3: drifted,
    hub10: {
      ...unreachable,
      message: 'no answer from 192.0.2.10 within 10 s',
      next: 'is the device up, and is the way to it?',
    },
  },
  { runId: '20261124-021500-4f1c9a' },
)

it('docs/notices.md shows a notice as it is sent', () => {
  const sample: unknown = JSON.parse(block('json'))
  expect(sample).toEqual({ ...notice?.body, text: '…' })
  expect(misfits('notice', sample)).toEqual([])
  expect(blocks.find(({ language }) => language === '')?.lines.join('\n')).toBe(textOf(notice))
})

it('the program of docs/notices.md accepts what is signed with the key, now, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ikero-notices-'))
  const file = join(folder, 'verify.mjs')
  writeFileSync(file, block('js'))
  const { isGenuine } = await import(pathToFileURL(file).href)
  rmSync(folder, { recursive: true })
  if (notice === undefined) return expect.unreachable()

  const seconds = 1_764_000_000
  const { headers, body } = requestOf(notice, 'k3y of the noc', seconds)
  const signature = headers['X-Ikero-Signature'] ?? ''
  const of = (key: string, sum: string, text: string, now: number): boolean =>
    isGenuine(key, sum, Buffer.from(text), now)
  expect(of('k3y of the noc', signature, body, seconds + 30)).toBe(true)
  expect(of('another key', signature, body, seconds)).toBe(false)
  expect(of('k3y of the noc', signature, `${body} `, seconds)).toBe(false)
  expect(of('k3y of the noc', signature.replace(`${seconds}`, `${seconds + 1}`), body, seconds)).toBe(false)
  expect(of('k3y of the noc', signature, body, seconds + 301)).toBe(false)
  expect(of('k3y of the noc', '', body, seconds)).toBe(false)
})
