import { resolvePath } from '../../../src/document/secret-ref.ts'
import inventory from '../../../src/inventory/inventory.schema.json' with { type: 'json' }
import { parseInventory } from '../../../src/inventory/load.ts'
import { parseLimit } from '../../../src/inventory/select.ts'
import { formatDuration, parseDuration } from '../../../src/kernel/duration.ts'
import { parseHostPattern } from '../../../src/model/host-pattern.ts'
import { parseContextName, parseMapName, parseProfileName } from '../../../src/model/ids.ts'
import { isTargetName, type Target, targetName } from '../../../src/model/intent.ts'
import { exampleOf } from './examples.ts'
import { inventoryKeys, type Key, playbookKeys } from './keys.ts'
import { code, prose, table } from './markdown.ts'

const linkedKeys = (keys: readonly Key[], page: string, pattern: string): string =>
  keys
    .filter(({ schema }) => schema.pattern === pattern)
    .map(({ path, anchor }) => `[\`${path}\`](${page}#${anchor})`)
    .join(', ')

/** The formats of values in a playbook, worked out by the code that reads them. */
export function playbookFormats(): readonly string[] {
  return [
    '## Formats',
    '',
    '[Durations](#durations), [counts and shares](#counts-and-shares), [dates and times](#dates-and-times),',
    '[host patterns](#host-patterns) and [names of targets](#names-of-targets).',
    '',
    ...durations(),
    '### Counts and shares',
    '',
    'A whole number is a count, `25%` a share: of how many devices, and how it is rounded, stands at the key, and',
    'worked out in [rollout.md](rollout.md#how-many). Keys: ' +
      playbookKeys
        .filter(({ schema }) => String(schema.pattern ?? '').endsWith('%$'))
        .map(({ path, anchor }) => `[\`${path}\`](#${anchor})`)
        .join(', ') +
      '.',
    '',
    '### Dates and times',
    '',
    'A date is the last day on which something holds: `2027-03-31`. A time of day stands in quotes, because YAML may take',
    '`22:00` for a number: `"22:00"`. Its place is a name of the IANA time zone database: `Asia/Tokyo`.',
    '',
    ...hostPatterns(),
    ...targetNames(),
  ]
}

/** The formats of values in an inventory. */
export function inventoryFormats(): readonly string[] {
  return [
    '## Formats',
    '',
    '[Secrets](#secrets), [paths](#paths), [names](#names) and [which entry of peers holds](#which-entry-of-peers-holds).',
    '[Durations](playbook.md#durations) and [host patterns](playbook.md#host-patterns) are those of the playbook.',
    '',
    ...secrets(),
    ...paths(),
    '### Names',
    '',
    'Hosts, groups, labels, credentials and jump hosts have names of letters, digits and `_ . -`: at most 63 of them, the',
    'first a letter, a digit or `_`.',
    '',
    '### Which entry of peers holds',
    '',
    'For one peer of one target: the entry `HOST/TARGET` ([names of targets](playbook.md#names-of-targets)), else that of',
    'its address, else that of the narrowest network that has it. `ikero plan PLAYBOOK --write-peers FILE` writes the',
    'peers that have none.',
    '',
  ]
}

const taken = ['90s', '15m', '36h', '7d']
const refused = ['0s', '90', '1.5h', '1h30m']

function durations(): readonly string[] {
  const pattern = '^[1-9][0-9]{0,6}[smhd]$'
  return [
    '### Durations',
    '',
    'A whole number from 1 to 9999999 and a unit: `s`, `m`, `h` or `d`.',
    '',
    ...table(
      ['written', 'is'],
      [...taken, ...refused].map((text) => {
        const ms = parseDuration(text)
        return [code(text), ms === undefined ? 'refused' : formatDuration(ms)]
      }),
    ),
    `Keys: ${linkedKeys(playbookKeys, '', pattern)}; in the inventory ${linkedKeys(inventoryKeys, 'inventory.md', pattern)}.`,
    'The flag `--max-age` of [ikero apply](commands.md#ikero-apply) takes one too.',
    '',
  ]
}

const patterns = ['hub-1', 'group:hubs', 'hub-*', 'asa-?q']
const limits = ['hub-1', 'group:hubs', 'hub-*,asa-hq', 'group:hubs,!hub-2', '!group:firewalls']

const patternMeanings: Readonly<Record<NonNullable<ReturnType<typeof parseHostPattern>>['kind'], string>> = {
  name: 'the device of that name',
  group: 'the devices of that group',
  glob: 'the devices whose names fit: `*` stands for any characters, `?` for one',
}

function hostPatterns(): readonly string[] {
  return [
    '### Host patterns',
    '',
    'What `hosts`, [`rollout.canary`](#rolloutcanary) and the flag `--limit` take. One that names no device is a mistake,',
    'never an empty choice.',
    '',
    ...table(
      ['pattern', 'names'],
      patterns.map((text) => [code(text), patternMeanings[parseHostPattern(text)?.kind ?? 'name']]),
    ),
    '`--limit` takes several with commas between them; those that begin with `!` are left out again, and only such mean',
    'all but these. Of the hosts of [the example inventory](inventory.md):',
    '',
    ...table(
      ['`--limit`', 'lets through'],
      limits.map((text) => [code(`'${text}'`), limited(text)]),
    ),
  ]
}

function limited(text: string): string {
  const loaded = parseInventory('inventory.yml', exampleOf('inventory'), { home: '/home' })
  const limit = loaded.kind === 'err' ? loaded : parseLimit(loaded.value.inventory, text)
  if (limit.kind === 'err') throw new Error(limit.error.map(({ message }) => message).join('\n'))
  return [...limit.value].join(', ')
}

function targetNames(): readonly string[] {
  const [map, profile, context] = [
    parseMapName('outside_map'),
    parseProfileName('VPN'),
    parseContextName('customer-a'),
  ]
  if (map === undefined || profile === undefined || context === undefined)
    throw new Error('a name is refused')
  const entry = { kind: 'crypto-map-entry', map, seq: 10 } as const
  const rows: readonly (readonly [Target, string])[] = [
    [{ kind: 'ipsec-profile', profile }, 'an IPsec profile'],
    [entry, 'the entry 10 of a crypto map'],
    [{ ...entry, context }, 'the same in a context of an ASA'],
  ]
  return [
    '### Names of targets',
    '',
    'How a profile or a crypto map entry is called in every output, in `accept`, in the keys of',
    '[peers](inventory.md#peers), and by the flag `--target` of [ikero rollback](commands.md#ikero-rollback).',
    '',
    ...table(
      ['name', 'is'],
      rows.map(([target, is]) => {
        const name = targetName(target)
        if (!isTargetName(name)) throw new Error(`${name} is no name of a target`)
        return [code(name), is]
      }),
    ),
    'Names are exact in the case of their letters. A profile or a map has letters, digits and `_ . : + / @ # & = ~ -`, at',
    'most 80; a context letters, digits and `_ . -`, at most 32; none has a blank, because all of them are typed into a',
    'device.',
    '',
  ]
}

function secrets(): readonly string[] {
  const { properties } = inventory.definitions.secret
  return [
    '### Secrets',
    '',
    'What a password, an enable secret or a passphrase is, is not written down but said where it comes from, by one of',
    'these. It is fetched when it is needed, and stands in no output, record or transcript.',
    '',
    ...table(
      ['written', 'means'],
      Object.entries(properties).map(([key, one]) => [
        code(`{ ${key}: ${secretExamples[key] ?? ''} }`),
        prose(one.description, 'inventory.md'),
      ]),
    ),
    'A plain text is the secret itself: it works, everybody who may read the file knows it, and it is warned of',
    '([LITERAL_SECRET](codes.md#literal_secret)).',
    '',
  ]
}

const secretExamples: Readonly<Record<string, string>> = {
  env: 'IKERO_PASSWORD',
  file: '~/.netops-password',
  command: '[pass, show, net/enable]',
  prompt: 'true',
}

function paths(): readonly string[] {
  const base = { folder: '/net/inventory', home: '/home/me' }
  return [
    '### Paths',
    '',
    'Relative to the folder of the inventory, from the home folder, or whole. In `/net/inventory/prod.yml`:',
    '',
    ...table(
      ['written', 'is'],
      ['keys/lab', '../lab/password', '~/.ssh/id_ed25519', '/etc/ikero/password'].map((text) => [
        code(text),
        code(resolvePath(text, base)),
      ]),
    ),
    'The program of `command` is looked up in PATH unless it begins with `./`, `../` or `~/`.',
    '',
  ]
}
