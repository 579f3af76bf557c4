import { Command, CommanderError } from 'commander'
import { addCommand } from '../../src/cli/add-command.ts'
import { commands } from '../../src/cli/commands.ts'
import { blocksOf, commandsOf, wordsOf } from '../docs/blocks.ts'
import { textOf } from '../docs/tokens.ts'
import {
  at,
  deployFiles,
  readCron,
  readDockerfile,
  readUnit,
  strings,
  textsOf,
  wordsOfJson,
} from './files.ts'

/** A command line of ikero, as somebody else is to start it. */
export interface CommandLine {
  readonly where: string
  readonly argv: readonly string[]
}

/** Why ikero would refuse a command line before it reads any file; undefined where it would not. */
export function refusalOf(argv: readonly string[]): string | undefined {
  const row = commands.find(({ usage }) => usage.split(' ')[0] === argv[0])
  if (row === undefined) return `ikero has no command ${argv[0]}`
  const program = new Command('ikero').exitOverride()
  addCommand(program, row)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .action(() => undefined)
  try {
    program.parse([...argv], { from: 'user' })
    return undefined
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.message
    throw thrown
  }
}

/** All command lines of docs/deploy, and those of its pages that are not run with them. */
export function commandLines(): readonly CommandLine[] {
  return [...deployFiles.flatMap(ofFile), ...['docs/deploy.md', 'docs/serve.md'].flatMap(ofPage)]
}

function ofFile(name: string): readonly CommandLine[] {
  const lines = (all: readonly (readonly string[])[]): readonly CommandLine[] =>
    all.map((argv) => ({ where: `docs/deploy/${name}`, argv }))
  if (name.endsWith('.service')) {
    const starts = readUnit(name).get('Service')?.get('ExecStart') ?? []
    return lines(starts.map((text) => wordsOf(text).slice(1)))
  }
  if (name.endsWith('.cron'))
    return lines(readCron(name).jobs.flatMap(({ command }) => substituted(command).map(argvOf)))
  if (name === 'Dockerfile') return lines(textsOf(readDockerfile(name).at(-1) ?? [], 'CMD').map(wordsOfJson))
  if (name === 'compose.yml') return lines([strings(at(name, 'services.ikero.command'))])
  if (name === 'cronjob.yml')
    return lines([strings(at(name, 'spec.jobTemplate.spec.template.spec.containers.0.args'))])
  if (name.endsWith('.timer')) return []
  throw new Error(`nobody reads docs/deploy/${name} for command lines`)
}

/** `$(ikero …)` in a line of shell. */
function substituted(command: string): readonly string[] {
  return [...command.matchAll(/\$\((ikero [^)]*)\)/g)].map(([, text = '']) => text.replace(/ 2>&1$/, ''))
}

const argvOf = (text: string): readonly string[] => wordsOf(text).slice(1)

function ofPage(page: string): readonly CommandLine[] {
  return blocksOf(textOf(page))
    .flatMap(commandsOf)
    .flatMap(({ line, command }) => {
      const words = wordsOf(command)
      if (!/^(?:ikero|sudo -u ikero|sudo systemd-run|docker run|docker compose exec) /.test(command))
        return []
      // The program, or the image that starts it.
      const program = words.findLastIndex((word) => /^(?:ikero|ikero:[\d.]+|\/\S*\/bin\/ikero)$/.test(word))
      return [{ where: `${page}:${line}`, argv: words.slice(program + 1) }]
    })
}
