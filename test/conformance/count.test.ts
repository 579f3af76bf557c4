import { expect, it } from 'vitest'
import { parse } from '../../src/wire/parse.ts'
import { corpusCases, corpusPlatforms, differences } from './corpus.ts'

/** Look-alikes are read as what somebody takes them for. */
const cases = corpusPlatforms().flatMap((folder) =>
  corpusCases(folder)
    .filter(({ slug }) => slug !== 'session-transcript')
    .map((one) => ({ ...one, folder, platform: folder === 'asa' ? ('asa' as const) : ('ios' as const) })),
)

const commandOf = (slug: string): string =>
  slug
    .replaceAll('-', ' ')
    .replace('running config', 'running-config')
    .replace('vpn sessiondb', 'vpn-sessiondb')

it.skipIf(cases.length === 0)('every file of the corpus gives the facts that stand in it', ({ task }) => {
  const misses = cases.flatMap(({ folder, platform, slug, file, text, expected }) => {
    const { notOs, product: _product, localAddresses, ...facts } = expected
    const local = Array.isArray(localAddresses) ? localAddresses.map(String) : []
    const answer = parse({ command: commandOf(slug), platform, text, localAddresses: local })
    const read = answer.kind === 'facts' ? answer.facts : {}
    const family = Array.isArray(notOs) && notOs.includes(read.os) ? [`os must not be ${read.os}`] : []
    const wrong = [...family, ...differences(facts, read, '')]
    return wrong.length === 0 ? [] : [`${folder}/${slug}/${file}${wrong.join(', ')}`]
  })
  task.meta.notes = [
    `conformance: ${cases.length - misses.length} of ${cases.length} files of the corpus are read right`,
    ...misses.map((miss) => `  missed: ${miss}`),
  ]
  expect(misses).toEqual([])
})
