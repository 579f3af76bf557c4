import { type Argument, Command, type Option } from 'commander'
import { addCommand } from './add-command.ts'
import type { CommandRow } from './command-row.ts'
import { commands } from './commands.ts'
import type { End } from './ends.ts'

/** What a word of the command line may be: something of the disk, one of some words, or anything. */
export type WordShape =
  | { readonly kind: 'file' }
  | { readonly kind: 'folder' }
  | { readonly kind: 'choice'; readonly words: readonly string[] }
  | { readonly kind: 'other' }

export interface ArgumentShape {
  readonly name: string
  readonly summary: string
  readonly required: boolean
  readonly word: WordShape
  /** May be repeated: it takes all words that are left. */
  readonly variadic: boolean
}

export interface FlagShape {
  /** `--inventory`. */
  readonly long: string
  /** `-i`. */
  readonly short?: string
  readonly summary: string
  /** The word that it takes after it; absent for a switch. */
  readonly value?: { readonly name: string; readonly word: WordShape }
  readonly repeatable: boolean
}

export interface CommandShape {
  readonly name: string
  readonly summary: string
  readonly arguments: readonly ArgumentShape[]
  readonly flags: readonly FlagShape[]
  readonly devices: CommandRow['devices']
  readonly ends: readonly End[]
  readonly examples: readonly string[]
}

// By the words that the table uses for what stands on the disk.
const files = /(?:^|-)(?:file|playbook|inventory|planfile|scenario|schedules)(?:-|$)/
const folders = /(?:^|-)dir(?:-|$)/

function wordOf(name: string, choices: readonly string[] | undefined): WordShape {
  if (choices !== undefined) return { kind: 'choice', words: choices }
  if (folders.test(name)) return { kind: 'folder' }
  return files.test(name) ? { kind: 'file' } : { kind: 'other' }
}

function argumentOf(argument: Argument): ArgumentShape {
  const name = argument.name()
  const { description, required, variadic, argChoices } = argument
  return { name, summary: description, required, word: wordOf(name, argChoices), variadic }
}

function flagOf(option: Option): readonly FlagShape[] {
  const { long, short, description, variadic, parseArg, hidden } = option
  if (typeof long !== 'string' || hidden) return []
  const name = /[<[]([^>\].]+)/.exec(option.flags)?.[1]
  return [
    {
      long,
      summary: description,
      repeatable: variadic || parseArg !== undefined,
      ...(typeof short === 'string' ? { short } : {}),
      ...(name === undefined ? {} : { value: { name, word: wordOf(name, option.argChoices) } }),
    },
  ]
}

const help: FlagShape = {
  long: '--help',
  short: '-h',
  summary: 'flags, exit codes and examples',
  repeatable: false,
}

/** One row of the command table as data: for shells that complete it and pages that list it. */
export function shapeOf(row: CommandRow): CommandShape {
  const command = addCommand(new Command('ikero'), row)
  const { summary, devices, ends, examples } = row
  return {
    name: command.name(),
    summary,
    devices,
    ends,
    examples,
    arguments: command.registeredArguments.map(argumentOf),
    flags: [...command.options.flatMap(flagOf), help],
  }
}

/** The whole command table as data. */
export function commandShapes(): readonly CommandShape[] {
  return commands.map(shapeOf)
}
