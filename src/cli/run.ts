import { Command, CommanderError } from 'commander'
import { IkeroError, messageOf } from '../kernel/errors.ts'
import { printable, printableLines } from '../kernel/printable.ts'
import { exitMeanings, usageExitCode } from '../model/exit-code.ts'
import { version } from '../wire/version.ts'
import { addCommand, endLines } from './add-command.ts'
import { commands } from './commands.ts'
import type { CliIo } from './io.ts'

/** argv → exit code. Commands are loaded when they are called: `--help` and `--version` load nothing. */
export async function runCli(io: CliIo): Promise<number> {
  let exitCode = 0
  const program = new Command('ikero')
    .description('Makes Cisco VPN gateways always answer, and never start, IKE negotiations, and proves it.')
    .version(version, '-V, --version')
    .enablePositionalOptions()
    // Without '[options]', which every command has, a line of the list fits 80 columns.
    .configureHelp({ subcommandTerm: termOf })
    .showHelpAfterError("(add --help for the command's flags and examples)")
    .addHelpText('after', rootHelp)
  for (const command of commands) {
    const sub = addCommand(program, command, !io.argv.includes(command.usage.split(' ')[0] ?? ''))
    sub.action(async (...values: unknown[]) => {
      const args = values.slice(0, -2).flat()
      const run = await command.load()
      exitCode = await run(
        args.map((value) => String(value ?? '')),
        sub.opts(),
        { ...io, command: sub.name() },
      )
    })
  }
  for (const one of [program, ...program.commands]) {
    one.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      // It quotes what was typed, or what a script took from elsewhere.
      writeErr: (text) => io.stderr.write(printableLines(text)),
    })
  }
  try {
    await program.parseAsync([...io.argv], { from: 'user' })
    return exitCode
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0
    const exitCode = thrown instanceof CommanderError ? usageExitCode : tell(thrown, io)
    await tellPrograms(thrown, exitCode, program, io)
    return exitCode
  }
}

/**
 * What ended a command without its own words, in the format that its command line asked for. A fault of ikero's own is
 * for people alone: it may come after the document. So is one among events, which then end without a result.
 */
async function tellPrograms(thrown: unknown, exitCode: number, program: Command, io: CliIo): Promise<void> {
  const ofCommandLine = thrown instanceof CommanderError
  if (!ofCommandLine && !(thrown instanceof IkeroError)) return
  const command = program.commands.find((one) => one.name() === io.argv[0])
  const end = io.argv.indexOf('--')
  const words = end === -1 ? io.argv : io.argv.slice(0, end)
  // The parser may have stopped before it came to the flag.
  const asked = (flag: string): boolean =>
    words.includes(flag) && command?.options.some(({ long }) => long === flag) === true
  const format = { json: asked('--json'), events: ofCommandLine && asked('--events') }
  if (command === undefined || !(format.json || format.events)) return
  const { printProblems } = await import('./problems.ts')
  const { problemDocument } = await import('../report/problems.ts')
  printProblems(problemDocument(command.name(), exitCode, problemOf(thrown)), format, io)
}

function problemOf(thrown: CommanderError | IkeroError): {
  readonly code: string
  readonly message: string
  readonly hint?: string
} {
  if (thrown instanceof IkeroError) {
    const { code, message, details } = thrown
    return { code, message, ...(details.next === undefined ? {} : { hint: details.next }) }
  }
  // "error: unknown option '--jsn'", and below it "(Did you mean --json?)".
  const [message = '', ...more] = thrown.message.replace(/^error: /, '').split('\n')
  const hint = printable(more.join(' ').replace(/^\((.*)\)$/, '$1'))
  return { code: 'USAGE', message: printable(message), ...(hint === '' ? {} : { hint }) }
}

/** `apply <playbook-or-planfile>`. */
function termOf(command: Command): string {
  const words = command.registeredArguments.map((one) => {
    const name = `${one.name()}${one.variadic ? '...' : ''}`
    return one.required ? `<${name}>` : `[${name}]`
  })
  return [command.name(), ...words].join(' ')
}

/** What no command has turned into a result: told as an error, not as a stack trace. */
function tell(thrown: unknown, io: CliIo): number {
  const known = thrown instanceof IkeroError
  const lines = known
    ? [
        `error ${thrown.code}: ${printable(thrown.message)}`,
        ...(thrown.details.next === undefined ? [] : [`  next: ${thrown.details.next}`]),
      ]
    : [
        `error INTERNAL: ikero itself failed: ${printable(messageOf(thrown))}`,
        '  next: please report this; with IKERO_DEBUG=1 the stack is shown',
      ]
  io.stderr.write(`${lines.join('\n')}\n`)
  if (io.env.IKERO_DEBUG === '1' && thrown instanceof Error) io.stderr.write(`${thrown.stack ?? ''}\n`)
  return known && thrown.fault === 'user' ? usageExitCode : 1
}

const rootHelp = `
Exit codes:
${exitMeanings.flatMap(endLines).join('\n')}

Start here:
  $ ikero init vpn && cd vpn
  $ ikero simulate lab --out lab    # simulated devices; leave it running, go on in a second terminal
  $ ikero plan playbooks/hubs.yml -i lab/inventory.yml --known-hosts lab/known_hosts`
