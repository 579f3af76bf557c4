import { type Command, InvalidArgumentError } from 'commander'
import { nearest } from '../kernel/nearest.ts'

// The words of flags that several commands have: one flag, one meaning, one sentence. A value that a flag has when
// it is not given stands at the end, in "(default: …)"; a flag that has to be given says "(required)".

/** Of a flag that takes one value each time it is given: it must not swallow the words after it. */
export function several(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

export const inventoryFlags = (
  command: Command,
  summary = 'inventory file (default: the one that the playbook or the run names)',
): Command =>
  command
    .option('-i, --inventory <file>', summary)
    .option('--limit <pattern>', 'only these devices: names, group:NAME and globs, with commas; ! leaves out')

export const knownHostsFlag: readonly [string, string, typeof several] = [
  '--known-hosts <file>',
  "known_hosts file; may be repeated (default: OpenSSH's own, the user's and the machine's)",
  several,
]

export const concurrencyFlag = (otherwise: string): readonly [string, string] => [
  '--concurrency <n>',
  `how many devices at once, 1 to 1000 (default: ${otherwise})`,
]

export const stateDirFlag = [
  '--state-dir <dir>',
  'where runs are recorded (default: IKERO_STATE, else the nearest .ikero upwards)',
] as const

export const jsonFlag = [
  '--json',
  'one JSON document on stdout, nothing else; progress stays on stderr',
] as const

export const noColorFlag = ['--no-color', 'no colour (NO_COLOR works too)'] as const

export const outputFlags = (command: Command, more: string): Command =>
  command
    .option(...jsonFlag)
    .option('-v, --verbose', more)
    .option(...noColorFlag)

export const reportFlags = (command: Command): Command =>
  command
    .option('--html <file>', 'write the report for a change board, one file that needs nothing else')
    .option('--markdown <file>', 'write the report for a ticket')
    .option('--junit <file>', 'write JUnit XML: a device is a test suite, a target a test case')

/** Of the commands that log in to the devices of a playbook or a run, and record a run. */
export const runFlags = (command: Command): Command =>
  outputFlags(
    reportFlags(inventoryFlags(command))
      .option(
        '--metrics <file>',
        'write metrics of the run for the textfile collector of node_exporter; FILE ends in .prom',
      )
      .option(...concurrencyFlag('rollout.concurrency of the playbook'))
      .option(...knownHostsFlag)
      .option(...stateDirFlag)
      .option('--transcripts <dir>', 'write what was sent to each device and received; secrets are hidden')
      .option('--events', 'every event as a line of JSON on stdout while it happens; the result is the last'),
    'every role row, every finding, round trips',
  )

/** Has the argument be one of some words; a slip is answered with the word that was meant. */
export function oneOf(command: Command, about: string, words: readonly string[]): void {
  const [argument] = command.registeredArguments
  if (argument === undefined) return
  argument.description = about
  argument.choices(words).argParser((word: string) => {
    if (words.includes(word)) return word
    const meant = nearest(word, words)
    const hint = meant === undefined ? '' : `\n(Did you mean ${meant}?)`
    throw new InvalidArgumentError(`Allowed choices are ${words.join(', ')}.${hint}`)
  })
}
