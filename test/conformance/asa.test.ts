import { describe, expect, it } from 'vitest'
import { readPrompt } from '../../src/grammar/prompt.ts'
import { asaGrammar } from '../../src/platform/asa/grammar.ts'
import { asaDriver } from '../../src/platform/asa/index.ts'
import type { CommandParser } from '../../src/platform/driver.ts'
import { type CorpusCase, corpusCases, corpusPlatforms, differences } from './corpus.ts'

// Files under pix are of the same family: ASA software began as PIX 7.0.
const cases = ['asa', 'pix'].flatMap((platform) => corpusCases(platform))
const commandOf = (slug: string): string =>
  slug
    .replaceAll('-', ' ')
    .replace('running config', 'running-config')
    .replace('vpn sessiondb', 'vpn-sessiondb')

function parserFor(slug: string): CommandParser | undefined {
  return asaDriver.parsers.find(({ pattern }) => pattern.test(commandOf(slug)))
}

const readable = cases.filter(({ slug }) => slug !== 'session-transcript')

function check({ slug, text, expected }: CorpusCase): readonly string[] {
  const answer = parserFor(slug)?.parse(text, { localAddresses: [] })
  if (answer === undefined) return ['no parser']
  return answer.kind === 'facts' ? differences(expected, answer.facts, '') : [answer.message]
}

describe.skipIf(cases.length === 0)('output of real ASAs (skipped without the corpus)', () => {
  it.for(readable.map((one) => [`${one.slug}/${one.file}`, one] as const))('%s is read right', ([, one]) => {
    expect(check(one)).toEqual([])
  })

  it('a transcript with a pager mark in it tells the version, and the mark is the grammar’s', () => {
    for (const { text, expected } of cases.filter(({ slug }) => slug === 'session-transcript')) {
      const { pager: _pager, ...facts } = expected
      const answer = parserFor('show-version')?.parse(text, { localAddresses: [] })
      expect(answer?.kind === 'facts' ? differences(facts, answer.facts, '') : answer).toEqual([])
      const cut = text.slice(0, text.indexOf('More --->') + 'More --->'.length)
      expect(asaGrammar.pager.mark.test(cut)).toBe(true)
    }
  })

  it('no line of an output is taken for a prompt, besides the prompts that files begin or end with', () => {
    const taken = readable.flatMap(({ slug, text }) =>
      text
        .split('\n')
        .filter((line) => readPrompt(asaGrammar, line).kind !== 'none')
        .map((line) => `${slug}: ${line}`),
    )
    expect(taken.filter((line) => !/: \r?[\w-]+# ?$/.test(line))).toEqual([])
  })

  it('output of other platforms is not taken for that of an ASA', () => {
    const taken = corpusPlatforms()
      .filter((platform) => platform !== 'asa' && platform !== 'pix')
      .flatMap((platform) => corpusCases(platform).map((one) => ({ platform, ...one })))
      .filter(({ slug }) => slug !== 'show-version' && slug !== 'session-transcript')
      .flatMap(({ platform, slug, file, text }) =>
        asaDriver.parsers
          .filter((parser) => parser.parse(text, { localAddresses: [] }).kind === 'facts')
          .map((parser) => `${parser.command} took ${platform}/${slug}/${file}`),
      )
    expect(taken).toEqual([])
  })

  it('output of one command is not taken for that of another', () => {
    const alike = (slug: string): boolean => /isakmp|ikev[12]|running-config/.test(slug)
    const taken = readable.flatMap(({ slug, file, text }) =>
      asaDriver.parsers
        .filter(({ pattern }) => !pattern.test(commandOf(slug)))
        .filter(({ command }) => !(alike(slug) && alike(command.replaceAll(' ', '-'))))
        .filter((parser) => parser.parse(text, { localAddresses: [] }).kind === 'facts')
        .map((parser) => `${parser.command} took ${slug}/${file}`),
    )
    expect(taken).toEqual([])
  })
})
