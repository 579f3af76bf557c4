import { describe, expect, it } from 'vitest'
import { parseShowVersionFacts } from '../../src/platform/software.ts'
import { corpusCases, corpusPlatforms } from './corpus.ts'

const platforms = corpusPlatforms().filter((platform) => corpusCases(platform, 'show-version').length > 0)

/** The keys that differ, with both values. */
function differences(
  expected: Readonly<Record<string, unknown>>,
  facts: Readonly<Record<string, unknown>>,
): readonly string[] {
  const { acceptableVersions, notOs, product: _product, ...rest } = expected
  const wrong = Object.entries(rest).filter(([key, value]) => {
    if (key === 'version' && Array.isArray(acceptableVersions))
      return !acceptableVersions.includes(facts[key])
    return facts[key] !== value
  })
  const family = Array.isArray(notOs) && notOs.includes(facts.os) ? [`os must not be ${facts.os}`] : []
  return [...family, ...wrong.map(([key, value]) => `${key}: ${facts[key]} for ${value}`)]
}

describe.skipIf(platforms.length === 0)('show version of real devices (skipped without the corpus)', () => {
  it.for(platforms)('reads every file of %s right', (platform) => {
    const wrong = corpusCases(platform, 'show-version').flatMap(({ file, text, expected }) => {
      const facts = { ...parseShowVersionFacts(text) }
      return differences(expected, facts).map((line) => `${file} ${line}`)
    })
    expect(wrong).toEqual([])
  })

  it('takes no output of another command for it', () => {
    const taken = corpusPlatforms().flatMap((platform) =>
      corpusCases(platform)
        .filter(({ slug }) => slug !== 'show-version' && slug !== 'session-transcript')
        .filter(({ text }) => parseShowVersionFacts(text) !== undefined)
        .map(({ slug, file }) => `${platform}/${slug}/${file}`),
    )
    expect(taken).toEqual([])
  })
})
