import { type CommandShape, commandShapes, type FlagShape } from '../../../src/cli/command-shapes.ts'
import { exitMeanings } from '../../../src/model/exit-code.ts'
import { codesNaming } from './codes.ts'
import { code, page, prose, sentence, table, toHeading, writtenBy } from './markdown.ts'

const here = 'commands.md'

/** What a command does to devices: in the table, and as a sentence. */
const devices: Readonly<Record<CommandShape['devices'], readonly [string, string]>> = {
  none: ['–', 'It contacts no device.'],
  contacts: ['contacts', 'It contacts devices and changes nothing on them.'],
  writes: ['**writes**', '**It writes to devices.**'],
}

/** docs/commands.md: the command table, as `ikero COMMAND --help` shows it. */
export function commandsPage(): string {
  const shapes = commandShapes()
  return page([
    '# Commands',
    '',
    'Every command with its arguments, flags and exit codes, in the order of `ikero --help`. `ikero COMMAND --help` says',
    `the same in a terminal. ${writtenBy('`src/cli/commands.ts`')}`,
    '',
    ...table(
      ['command', 'does', 'devices', 'ends with'],
      shapes.map((shape) => [
        toHeading(`ikero ${shape.name}`, code(`ikero ${shape.name}`)),
        prose(shape.summary, here),
        devices[shape.devices][0],
        shape.ends.map((end) => end.code).join(', '),
      ]),
    ),
    '## Exit codes',
    '',
    'What they mean where a command does not say otherwise. With several devices the gravest is told: 4, then 130, 1, 3,',
    '2, 0. Devices that the playbook lists under [known](playbook.md#known) are not counted. Any command ends with 64',
    'where its command line is wrong, and with 1 where ikero itself failed or a file that it was asked for could not be',
    'written.',
    '',
    ...table(
      ['code', 'means'],
      exitMeanings.map(({ code: number, meaning }) => [String(number), prose(meaning, here)]),
    ),
    'On the way: [codes](codes.md) are the words behind an exit code, [outputs](outputs.md) what programs read,',
    '[the playbook](playbook.md) and [the inventory](inventory.md) what the commands go by.',
    '',
    ...shapes.flatMap(commandSection),
  ])
}

function commandSection(shape: CommandShape): readonly string[] {
  const { name, summary, ends, examples, flags } = shape
  const words = [name, '[options]', ...shape.arguments.map(argumentWord)]
  const codes = codesNaming({ page: here, anchor: `ikero-${name}` })
  return [
    `## ikero ${name}`,
    '',
    `${sentence(prose(summary, here))}${toDevices(shape)}`,
    '',
    `Usage: ${code(`ikero ${words.join(' ')}`)}`,
    '',
    ...table(
      ['argument', 'is'],
      shape.arguments.map((one) => [
        code(one.name),
        `${prose(one.summary, here)}${one.word.kind === 'choice' ? `: ${one.word.words.map(code).join(', ')}` : ''}`,
      ]),
    ),
    ...table(['flag', 'does', 'default'], flags.map(flagRow)),
    ...table(
      ['exit code', 'means'],
      ends.map((end) => [String(end.code), prose(end.meaning, here)]),
    ),
    '<!-- not run: the examples of the help; their files are not here -->',
    '',
    ...examples.map((line) => `    $ ${line}`),
    '',
    ...(codes.length === 0 ? [] : [`Codes that send you here: ${codes.join(', ')}.`, '']),
  ]
}

/** What it does to devices, where its summary does not say so already. */
function toDevices({ summary, devices: kind }: CommandShape): string {
  return /(?:contacts|changes) nothing$/.test(summary) ? '' : ` ${devices[kind][1]}`
}

function argumentWord(one: CommandShape['arguments'][number]): string {
  const name = `${one.name}${one.variadic ? '...' : ''}`
  return one.required ? `<${name}>` : `[${name}]`
}

function flagRow({ long, short, value, summary, repeatable }: FlagShape): readonly string[] {
  const [, words = summary, otherwise] =
    /^(.*?)(?: \(default: ([^()]+)\)| \((required)\))?$/.exec(summary) ?? []
  const flag = [...(short === undefined ? [] : [short]), long].join(', ')
  const again = repeatable && !/repeated/.test(words) ? '; may be repeated' : ''
  const needed = summary.endsWith('(required)') ? 'required' : undefined
  return [
    code(value === undefined ? flag : `${flag} <${value.name}>`),
    prose(`${words}${again}`, here),
    prose(otherwise ?? needed ?? '–', here),
  ]
}
