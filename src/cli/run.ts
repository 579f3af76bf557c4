import { Command, CommanderError } from 'commander'
import { usageExitCode } from '../model/exit-code.ts'
import { version } from '../wire/version.ts'
import { commands } from './commands.ts'
import type { CliIo } from './io.ts'

/** argv → exit code. Commands are loaded when they are called: `--help` and `--version` load nothing. */
export async function runCli(io: CliIo): Promise<number> {
  let exitCode = 0
  const program = new Command('ikero')
    .description('Makes Cisco VPN gateways always answer, and never start, IKE negotiations, and proves it.')
    .version(version, '-V, --version')
    .enablePositionalOptions()
    .showHelpAfterError("(add --help for the command's flags and examples)")
    .addHelpText('after', rootHelp)
  for (const command of commands) {
    const sub = program.command(command.usage).description(command.summary)
    command.define(sub)
    sub.addHelpText('after', `\nExamples:\n${command.examples.map((line) => `  $ ${line}`).join('\n')}`)
    sub.action(async (...values: unknown[]) => {
      const args = values.slice(0, -2)
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
    if (!(thrown instanceof CommanderError)) throw thrown
    return thrown.exitCode === 0 ? 0 : usageExitCode
  }
}

const rootHelp = `
Exit codes:
  0    as asked: compliant, verified, nothing to do
  1    a device is failed, unreachable, blocked, skipped or rolled back
  2    plan, dry run: changes pending
  3    changed, but a target is not proven yet or not saved
  4    a device's state is unknown: a person must look
  64   the command line, the playbook or the inventory is wrong; nothing was contacted
  130  interrupted

Start here:
  $ ikero simulate mocks/scenarios/lab.yml --out lab --port-base 10022
  $ ikero plan playbooks/hubs.yml --known-hosts lab/known_hosts`
