import { Command, CommanderError } from 'commander'
import { IkeroError, messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
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
    const sub = addCommand(program, command)
    sub.action(async (...values: unknown[]) => {
      const args = values.slice(0, -2).flat()
      const run = await command.load()
      exitCode = await run(
        args.map((value) => String(value ?? '')),
        sub.opts(),
        io,
      )
    })
  }
  for (const one of [program, ...program.commands]) {
    one.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
  }
  try {
    await program.parseAsync([...io.argv], { from: 'user' })
    return exitCode
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : usageExitCode
    return tell(thrown, io)
  }
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
