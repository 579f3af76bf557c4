import { type Argument, Command, type Option } from 'commander'
import { type CommandRow, commands } from './commands.ts'

/** What a word of the command line may be: something of the disk, one of some words, or anything. */
export type WordShape =
  | { readonly kind: 'file' }
  | { readonly kind: 'folder' }
  | { readonly kind: 'choice'; readonly words: readonly string[] }
  | { readonly kind: 'other' }

export interface ArgumentShape {
  readonly name: string
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
  return { name, word: wordOf(name, argument.argChoices), variadic: argument.variadic }
}

function flagOf(option: Option): readonly FlagShape[] {
  const { long, short, description, variadic, parseArg } = option
  if (typeof long !== 'string') return []
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

const help: FlagShape = { long: '--help', short: '-h', summary: 'flags and examples', repeatable: false }

/** One row of the command table as data: what a shell has to know to complete it. */
export function shapeOf(row: CommandRow): CommandShape {
  const command = new Command('ikero').command(row.usage)
  row.define(command)
  return {
    name: command.name(),
    summary: row.summary,
    arguments: command.registeredArguments.map(argumentOf),
    flags: [...command.options.flatMap(flagOf), help],
  }
}

/** The whole command table as data. */
export function commandShapes(): readonly CommandShape[] {
  return commands.map(shapeOf)
}
