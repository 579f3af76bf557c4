import { Document, stringify, visit } from 'yaml'
import { expectation, keywords } from '../../../src/document/schema.ts'
import { isRecord } from '../../../src/kernel/is-record.ts'
import { codesNaming } from './codes.ts'
import { exampleOf } from './examples.ts'
import { inventoryFormats, playbookFormats } from './formats.ts'
import { inventoryKeys, type Key, playbookKeys } from './keys.ts'
import { code, escaped, page, prose, sentence, writtenBy } from './markdown.ts'

/** docs/playbook.md. */
export function playbookPage(): string {
  return filePage(
    'playbook',
    'The playbook',
    playbookKeys,
    [
      'A playbook says what is asked of which devices, and how the change goes. [The inventory](inventory.md) says where',
      'they are. This one has nearly every key; `version`, `name` and one of `routers` and `asas` are enough.',
    ],
    playbookFormats(),
  )
}

/** docs/inventory.md. */
export function inventoryPage(): string {
  return filePage(
    'inventory',
    'The inventory',
    inventoryKeys,
    [
      'An inventory says where devices are, how to log in, and what is known of the remote ends.',
      '[The playbook](playbook.md) says what is asked of them. This one has every key; `version`, one credential and one',
      'host are enough.',
    ],
    inventoryFormats(),
  )
}

function filePage(
  name: 'playbook' | 'inventory',
  title: string,
  keys: readonly Key[],
  intro: readonly string[],
  formats: readonly string[],
): string {
  const here = `${name}.md`
  return page([
    `# ${title}`,
    '',
    ...intro,
    '',
    '```yaml',
    exampleOf(name).trimEnd(),
    '```',
    '',
    `\`ikero validate\` checks it without contacting anything, and tells every mistake with line and column; an unknown`,
    `key is one. \`ikero schema ${name}\` prints the JSON Schema, from which an editor completes and explains the keys.`,
    writtenBy(`\`src/${name}/${name}.schema.json\``),
    '',
    '## Keys at a glance',
    '',
    ...keys.map(
      (key) => `${'  '.repeat(key.depth)}- [\`${key.name}\`](#${key.anchor}): ${prose(purpose(key), here)}`,
    ),
    '',
    'And what stands in them: [formats](#formats).',
    '',
    ...keys.flatMap((key) => keySection(key, here)),
    ...formats,
  ])
}

/** The first sentence of what a key means. */
export function purpose({ schema }: Key): string {
  const [first = ''] = /^.*?[^.:]*?(?:[.;:](?= |$)|$)/.exec(String(schema.description ?? '')) ?? []
  return sentence(first.replace(/[.;:]$/, ''))
}

/** What a page tells of one key. */
export function keySection(key: Key, here: string): readonly string[] {
  const { schema, anchor } = key
  const codes = codesNaming({ page: here, anchor })
  return [
    `${key.depth === 0 ? '##' : '###'} ${key.path}`,
    '',
    prose(String(schema.description ?? ''), here),
    '',
    ...notYet(schema[keywords.notYet]),
    `- **Is:** ${escaped(expectation(schema) ?? 'anything')}${needed(key)}`,
    ...('default' in schema ? [`- **Default:** ${code(flow(schema.default))}`] : []),
    `- **Example:** ${examplesOf(key).join(', ')}`,
    ...(schema[keywords.secret] === true ? ['- **Where it comes from:** [secrets](#secrets)'] : []),
    ...(codes.length === 0 ? [] : [`- **Codes:** ${codes.join(', ')}`]),
    '',
  ]
}

function notYet(marker: unknown): readonly string[] {
  if (marker === true) return ['- **Not supported yet:** a file that has it is refused (NOT_YET_SUPPORTED)']
  if (!isRecord(marker) || !Array.isArray(marker.except)) return []
  return [`- **Not supported yet:** all but ${marker.except.map((one) => code(flow(one))).join(', ')}`]
}

function needed({ required }: Key): string {
  if (required === 'always') return '; required'
  return required === 'no' ? '' : `; ${required.oneOf.map(code).join(' or ')} is required`
}

function examplesOf({ name, schema }: Key): readonly string[] {
  const examples = Array.isArray(schema.examples) ? schema.examples : []
  return examples.map((one) => code(`${name}: ${flow(one)}`))
}

/** A value on one line of YAML, as a person would write it: numbers that are texts, and times, in quotes. */
export function flow(value: unknown): string {
  const document = new Document(value)
  visit(document, {
    Scalar(_key, node) {
      if (
        typeof node.value === 'string' &&
        /^\d[\d.:()]*$/.test(node.value) &&
        !/^\d+(?:\.\d+){3}$/.test(node.value)
      )
        node.type = 'QUOTE_DOUBLE'
    },
  })
  return stringify(document, { collectionStyle: 'flow', flowCollectionPadding: true, lineWidth: 0 })
    .trim()
    .replaceAll('[ ', '[')
    .replaceAll(' ]', ']')
}
