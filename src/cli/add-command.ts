import type { Command } from 'commander'
import { wrapText } from '../report/layout.ts'
import { argumentMeanings } from './arguments.ts'
import type { CommandRow } from './command-row.ts'
import type { End } from './ends.ts'

/**
 * Adds a row of the command table to the program, with what its `--help` says. `listed`: without its flags, which would
 * cost each start more than all else that it does.
 */
export function addCommand(program: Command, row: CommandRow, listed = false): Command {
  const command = program
    .command(row.usage)
    .description(row.summary)
    .helpOption('-h, --help', 'flags, exit codes and examples')
  if (listed) return command
  row.define(command)
  for (const argument of command.registeredArguments)
    argument.description ||= argumentMeanings[argument.name()] ?? ''
  return command.addHelpText('after', () => afterHelp(row))
}

function afterHelp({ ends, examples }: CommandRow): string {
  const shown = examples.map((line) => `  $ ${line}`)
  return ['', 'Exit codes:', ...ends.flatMap(endLines), '', 'Examples:', ...shown].join('\n')
}

/** An exit code in the help of 80 columns. */
export function endLines({ code, meaning }: End): readonly string[] {
  return wrapText(meaning, 73).map((line, nth) => `  ${(nth === 0 ? String(code) : '').padEnd(4)} ${line}`)
}
