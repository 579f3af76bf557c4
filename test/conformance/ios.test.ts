import { describe, expect, it } from 'vitest'
import { readPrompt } from '../../src/grammar/prompt.ts'
import { iosGrammar } from '../../src/platform/ios/grammar.ts'
import { iosDriver } from '../../src/platform/ios/index.ts'
import { type CorpusCase, corpusCases, corpusPlatforms } from './corpus.ts'

const platforms = corpusPlatforms().filter((platform) => /^ios(?:-xe)?$/.test(platform))
const cases = platforms.flatMap((platform) => corpusCases(platform).map((each) => ({ platform, ...each })))

/** Every command of the corpus that this platform has a parser for, show version left to its own suite. */
const kinds = [...new Set(cases.map((each) => each.slug))]
  .filter((slug) => !['show-version', 'session-transcript'].includes(slug))
  .map((slug) => {
    const command = slug.replaceAll('-', ' ').replace('running config', 'running-config')
    const files = cases.filter((each) => each.slug === slug)
    return { command, files, count: files.length }
  })

function factsOf(command: string, { text, expected }: CorpusCase): Readonly<Record<string, unknown>> {
  const parser = iosDriver.parsers.find((each) => each.pattern.test(command))
  const local = Array.isArray(expected.localAddresses) ? expected.localAddresses.map(String) : []
  const answer = parser?.parse(text, { localAddresses: local })
  return answer?.kind === 'facts' ? { ...answer.facts } : {}
}

describe.skipIf(cases.length === 0)('output of real routers (skipped without the corpus)', () => {
  it.for(kinds)('reads $count of $count files of $command right', ({ command, files }) => {
    for (const each of files) {
      const { localAddresses: _given, ...expected } = each.expected
      const facts = factsOf(command, each)
      const claimed = Object.fromEntries(Object.keys(expected).map((key) => [key, facts[key]]))
      expect(claimed, `${each.platform}/${each.slug}/${each.file}`).toEqual(expected)
      expect(Object.keys(facts).sort(), 'no key that nobody expects').toEqual(Object.keys(expected).sort())
    }
  })

  it('takes the output of no command for that of another', () => {
    const related = (a: string, b: string): boolean =>
      a.startsWith(b) || b.startsWith(a) || (a.includes('ikev2') && b.includes('ikev2')) || a === b
    const configuration = (slug: string): boolean => /running|startup/.test(slug)
    const taken = corpusPlatforms().flatMap((platform) =>
      corpusCases(platform)
        .filter(({ slug }) => slug !== 'session-transcript')
        .flatMap(({ slug, file, text }) =>
          iosDriver.parsers
            .filter((parser) => {
              const own = parser.command.replaceAll(' ', '-')
              if (!/^ios/.test(platform)) return parser.command !== 'show version'
              if (configuration(slug) && configuration(own)) return false
              const detail = own.endsWith('isakmp-sa-detail') || slug.endsWith('isakmp-sa-detail')
              return detail ? own !== slug : !related(own, slug)
            })
            .filter((parser) => parser.parse(text, { localAddresses: [] }).kind === 'facts')
            .map((parser) => `${platform}/${slug}/${file} as ${parser.command}`),
        ),
    )
    expect(taken).toEqual([])
  })

  it('sees a prompt in each prompt of a recorded session, and in nothing else of it', () => {
    const sessions = cases.filter((each) => each.slug === 'session-transcript')
    for (const { text, expected, file } of sessions) {
      const host = String(expected.hostname)
      const prompts = text.split(/\r?\n/).map((line) => /^(\S+?[#>])/.exec(line)?.[1] ?? line)
      const read = prompts.filter((line) => readPrompt(iosGrammar, line, host).kind !== 'none')
      expect(read.length, file).toBeGreaterThan(0)
      expect(
        read.filter((line) => !line.startsWith(host)),
        file,
      ).toEqual([])
      expect(readPrompt(iosGrammar, String(expected.firstPrompt)), file).toMatchObject({
        kind: 'one',
        prompt: { hostname: host },
      })
      const errors = Array.isArray(expected.errors) ? expected.errors.map(String) : []
      for (const line of errors)
        expect(
          iosGrammar.refusals.some((refusal) => refusal.test(line)),
          line,
        ).toBe(true)
    }
  })

  it('sees no prompt and no refusal in any line of a show command', () => {
    const shows = cases.filter((each) => each.slug !== 'session-transcript')
    const found = shows.flatMap(({ platform, slug, file, text }) =>
      text
        .split(/\r?\n/)
        // Some sources keep the prompt and the echo.
        .filter((line) => !/^\S+[#>]\s*(?:sh\w* .*)?$/.test(line))
        .filter(
          (line) =>
            readPrompt(iosGrammar, line).kind !== 'none' ||
            iosGrammar.refusals.some((refusal) => refusal.test(line)),
        )
        .map((line) => `${platform}/${slug}/${file}: ${line}`),
    )
    expect(found).toEqual([])
  })
})
