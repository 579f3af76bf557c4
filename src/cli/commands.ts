import { Option } from 'commander'
import { logLevels } from '../model/log-level.ts'
import type { CommandRow } from './command-row.ts'
import {
  inventoryFlags,
  jsonFlag,
  knownHostsFlag,
  noColorFlag,
  outputFlags,
  reportFlags,
  runFlags,
  several,
  stateDirFlag,
} from './common-flags.ts'
import { ownEnds, runEnds } from './ends.ts'
import { setupCommands } from './setup-commands.ts'

/** All commands, in the order of the help: try, plan, apply, prove, go back, look, set up. */
export const commands: readonly CommandRow[] = [
  {
    usage: 'simulate <scenario>',
    summary: 'start simulated devices on loopback, with an inventory to reach them',
    devices: 'none',
    ends: ownEnds({ 0: 'ended with Ctrl-C' }),
    examples: ['ikero simulate lab --out lab', 'ikero simulate my-scenario.yml --out lab --port-base 10022'],
    define: (command) =>
      command
        .option(
          '-o, --out <dir>',
          'folder for inventory.yml, known_hosts, password and lines.ndjson (required)',
        )
        .option(
          '--port-base <n>',
          'the first device listens on port n, the next on n + 1 (default: free ports)',
        ),
    load: async () => (await import('./simulate.ts')).runSimulate,
  },
  {
    usage: 'validate <playbook>',
    summary: 'check playbook and inventory, all problems at once; contacts nothing',
    devices: 'none',
    ends: ownEnds({ 0: 'both files are good' }),
    examples: [
      'ikero validate playbooks/hubs.yml',
      'ikero validate playbooks/hubs.yml -i inventory/prod.yml --json',
    ],
    define: (command) => outputFlags(inventoryFlags(command), 'the names of the devices too'),
    load: async () => (await import('./validate.ts')).runValidate,
  },
  {
    usage: 'plan <playbook>',
    summary: 'read the devices, check, show the change; changes nothing',
    devices: 'contacts',
    ends: runEnds(0, 1, 2, 3, 130),
    examples: [
      'ikero plan playbooks/hubs.yml',
      'ikero plan playbooks/hubs.yml --limit group:hubs --json',
      'ikero plan playbooks/hubs.yml -o hubs.plan.json',
      'ikero plan playbooks/hubs.yml --html change.html --markdown ticket.md',
      'ikero plan playbooks/asas.yml --write-peers peers.yml',
    ],
    define: (command) =>
      runFlags(
        command
          .option(
            '-o, --out <file>',
            'save the plan in a new file, so that exactly it can be approved and applied',
          )
          .option('--force', 'write over the file of -o')
          .option('--write-peers <file>', 'write undeclared peers as an inventory block to fill in'),
      ),
    load: async () => (await import('./plan.ts')).runPlan,
  },
  {
    usage: 'apply <playbook-or-planfile>',
    summary: 'plan or take a saved plan, ask, change, read back, prove',
    devices: 'writes',
    ends: runEnds(0, 1, 2, 3, 4, 130),
    examples: [
      'ikero apply playbooks/hubs.yml',
      'ikero apply playbooks/hubs.yml --dry-run',
      'ikero apply playbooks/hubs.yml --limit hub1 --yes --json',
      'ikero apply hubs.plan.json --max-age 24h',
      'ikero apply hubs.plan.json --require-signature --allowed-signers change-board.signers',
      "ikero apply playbooks/hubs.yml --ignore-window 'CHG0012345: emergency, agreed with the NOC'",
      'ikero apply playbooks/hubs.yml --html report.html --junit results.xml',
    ],
    define: (command) =>
      runFlags(
        command
          .option('--dry-run', 'the same as plan')
          .option('--max-age <time>', 'refuse a plan file that is older (default: 7d)')
          .option(
            '--require-signature',
            'refuse a plan file without a signature (FILE.sig) of somebody who may sign',
          )
          .option('--allowed-signers <file>', 'who may sign (default: ~/.ssh/allowed_signers)')
          .option('--ignore-window <reason>', "change outside the playbook's window; the reason is recorded")
          .option('--require-proof', 'roll back what is unproven at the end of proof; save only after it')
          .option('-y, --yes', 'do not ask before changing'),
      ),
    load: async () => (await import('./apply.ts')).runApply,
  },
  {
    usage: 'verify <playbook-or-run>',
    summary: 'prove roles and life again, against the reading before the recorded change; changes nothing',
    devices: 'contacts',
    ends: runEnds(0, 1, 3, 130),
    examples: ['ikero verify playbooks/hubs.yml', 'ikero verify 20261124T193012-4f1c9a'],
    define: runFlags,
    load: async () => (await import('./verify.ts')).runVerify,
  },
  {
    usage: 'drift <playbook>',
    summary: 'compare the devices with the playbook and with what was proven; --remediate puts back',
    devices: 'writes',
    ends: runEnds(0, 1, 2, 3, 4, 130),
    examples: [
      'ikero drift playbooks/hubs.yml',
      'ikero drift playbooks/hubs.yml --baseline expected.yml --json',
      'ikero drift playbooks/hubs.yml --require-proof --junit drift.xml',
      'ikero drift playbooks/hubs.yml --remediate --yes --max-devices 1',
    ],
    define: (command) =>
      runFlags(command)
        .option('--baseline <file>', 'what is expected of devices: the known list of a playbook, as a file')
        .option('--require-proof', 'an unproven target is overdue at once: exit 3')
        .option('--remediate', 'put back what has drifted and save what is unsaved, within the guard rails')
        .option('-y, --yes', 'with --remediate: do not ask before putting back')
        .option('--max-devices <n>', 'with --remediate: of more drifted devices, none is touched')
        .option('--ignore-window <reason>', "change outside the playbook's window; the reason is recorded"),
    load: async () => (await import('./drift.ts')).runDrift,
  },
  {
    usage: 'serve <schedules>',
    summary: 'look after playbooks by a schedules file: drift checks and remediation, notices, status page',
    devices: 'writes',
    ends: ownEnds({ 0: 'ended with Ctrl-C, or by whoever manages services', 1: 'it had to end by itself' }),
    examples: [
      'ikero serve schedules.yml',
      'ikero serve schedules.yml --dry-run',
      'ikero serve schedules.yml --state-dir /var/lib/ikero --known-hosts /etc/ikero/known_hosts',
    ],
    define: (command) =>
      command
        .option('--dry-run', 'check the files and say when each schedule is due; serve nothing')
        .option(...stateDirFlag)
        .option(...knownHostsFlag)
        .addOption(
          new Option(
            '--log-format <format>',
            'of the log on stderr (default: text on a terminal, else json)',
          ).choices(['json', 'text']),
        )
        .addOption(
          new Option('--log-level <level>', 'nothing below it is logged (default: info)').choices([
            ...logLevels,
          ]),
        )
        .option(...noColorFlag),
    load: async () => (await import('./serve.ts')).runServe,
  },
  {
    usage: 'resume <run>',
    summary: 'finish a run that was cut off: say what was applied, ask, bring it to an end',
    devices: 'writes',
    ends: runEnds(0, 1, 3, 4, 130),
    examples: [
      'ikero resume 20261124T193012-4f1c9a',
      'ikero resume 20261124T193012-4f1c9a --limit hub1 --yes --json',
      'ikero resume .ikero/runs/20261124T193012-4f1c9a -i inventory/prod.yml',
    ],
    define: (command) => runFlags(command.option('-y, --yes', 'do not ask before finishing')),
    load: async () => (await import('./resume.ts')).runResume,
  },
  {
    usage: 'rollback <run-or-planfile>',
    summary: 'take back what a run changed, where it still reads as that run set it',
    devices: 'writes',
    ends: runEnds(0, 1, 3, 4, 130),
    examples: [
      'ikero rollback 20261124T193012-4f1c9a',
      'ikero rollback 20261124T193012-4f1c9a --limit hub1 --target VPN --yes',
      'ikero rollback 20261124T193012-4f1c9a --print > by-hand.txt',
      'ikero rollback hubs.plan.json --yes',
    ],
    define: (command) =>
      runFlags(
        command
          .option('--target <name>', 'only this target; may be repeated', several)
          .option('--print', 'write the lines for a console to stdout; contacts nothing')
          .option('-y, --yes', 'do not ask before sending'),
      ),
    load: async () => (await import('./rollback.ts')).runRollback,
  },
  {
    usage: 'unlock [hosts...]',
    summary: 'list which run holds which device, or break the leases of the hosts named',
    devices: 'none',
    ends: ownEnds({
      0: 'listed; or no named device is leased any more',
      1: 'a lease stands that was to be broken',
    }),
    examples: [
      'ikero unlock',
      'ikero unlock hub1',
      'ikero unlock hub1 hub2 --yes --state-dir playbooks/.ikero',
      'ikero unlock hub1 --force',
    ],
    define: (command) =>
      command
        .option(...stateDirFlag)
        .option('--force', 'also break a lease whose owner is alive: two runs may then change one device')
        .option('-y, --yes', 'do not ask before breaking')
        .option(...jsonFlag)
        .option(...noColorFlag),
    load: async () => (await import('./unlock.ts')).runUnlock,
  },
  {
    usage: 'runs',
    summary: 'list the recorded runs, what is open and until when; contacts nothing',
    devices: 'none',
    ends: ownEnds({ 0: 'listed' }),
    examples: ['ikero runs', 'ikero runs --state-dir playbooks/.ikero --json'],
    define: (command) => outputFlags(command.option(...stateDirFlag), 'all runs, not only the newest 30'),
    load: async () => (await import('./runs.ts')).runRuns,
  },
  {
    usage: 'show <run>',
    summary: 'show one recorded run: every line sent, its answer, what became of it',
    devices: 'none',
    ends: ownEnds({ 0: 'shown' }),
    examples: ['ikero show 20261124T193012-4f1c9a', 'ikero show .ikero/runs/20261124T193012-4f1c9a --json'],
    define: (command) =>
      outputFlags(command.option(...stateDirFlag), 'every step and device; what was asked of each'),
    load: async () => (await import('./show.ts')).runShow,
  },
  {
    usage: 'report <run>',
    summary: 'write the report of a recorded run for a board, a ticket or a build',
    devices: 'none',
    ends: ownEnds({
      0: 'written',
      1: 'the run was cut off and has no result, or a file could not be written',
    }),
    examples: [
      'ikero report 20261124T193012-4f1c9a',
      'ikero report 20261124T193012-4f1c9a --html report.html --junit results.xml',
    ],
    define: (command) =>
      reportFlags(command)
        .option(...stateDirFlag)
        .option(...noColorFlag),
    load: async () => (await import('./report.ts')).runReport,
  },
  ...setupCommands,
]
