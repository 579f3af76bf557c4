import { type CodeGroup, codeGroups, type ExplainedCode } from '../../../src/model/explain.ts'
import { linksIn, type Target } from './links.ts'
import { page, prose, sentence, writtenBy } from './markdown.ts'

const here = 'codes.md'

const parts = [
  ['Severity', 'severity'],
  ['What was seen', 'meaning'],
  ['What would break', 'wouldBreak'],
  ['What to do', 'todo'],
  ['Source', 'source'],
] as const satisfies readonly (readonly [string, keyof ExplainedCode])[]

/** docs/codes.md: every code in its group, in the words of `ikero explain`. */
export function codesPage(): string {
  return page([
    '# Codes',
    '',
    'Every code that a report, the JSON document or a message may carry. `ikero explain CODE` says the same.',
    writtenBy('`src/model/explanations/`'),
    '',
    ...codeGroups.map(({ title, codes }) => `- ${title}: ${codes.map(linkTo).join(', ')}`),
    '',
    ...codeGroups.flatMap(groupSection),
  ])
}

function linkTo({ code }: ExplainedCode): string {
  return `[${code}](#${code.toLowerCase()})`
}

function groupSection({ title, codes }: CodeGroup): readonly string[] {
  return [`## ${title.charAt(0).toUpperCase()}${title.slice(1)}`, '', ...codes.flatMap(codeSection)]
}

function codeSection(one: ExplainedCode): readonly string[] {
  return [
    `### ${one.code}`,
    '',
    sentence(prose(one.title, here)),
    '',
    ...parts.map(([label, part]) => `- **${label}:** ${prose(one[part], here)}`),
    '',
  ]
}

/** Links to the codes whose explanation speaks of a command or a key. */
export function codesNaming({ page: of, anchor }: Target): readonly string[] {
  return codeGroups
    .flatMap(({ codes }) => codes)
    .filter((one) =>
      parts.some(([, part]) =>
        linksIn(one[part]).some(({ target }) => target.page === of && target.anchor === anchor),
      ),
    )
    .map(({ code }) => `[${code}](codes.md#${code.toLowerCase()})`)
}
