import { Argument, type Command } from 'commander'
import type { CliIo } from './io.ts'

/** Runs a command that was parsed: arguments in order, flags by name. */
export type RunCommand = (
  args: readonly string[],
  flags: Readonly<Record<string, unknown>>,
  io: CliIo,
) => Promise<number>

/** One row of the command table. */
export interface CommandRow {
  readonly usage: string
  readonly summary: string
  readonly examples: readonly string[]
  define(command: Command): void
  load(): Promise<RunCommand>
}

const inventoryFlags = (command: Command): Command =>
  command
    .option('-i, --inventory <file>', 'inventory file; overrides the one that the playbook names')
    .option('--limit <pattern>', 'only these devices: names, group:NAME, globs, comma between, ! excludes')

/** Of a flag that takes one value each time it is given: it must not swallow the words after it. */
function several(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

const knownHostsFlag = [
  '--known-hosts <file>',
  "known_hosts file; may be repeated (default: OpenSSH's own, the user's and the machine's)",
  several,
] as const

const outputFlags = (command: Command): Command =>
  command
    .option('--json', 'one result document on stdout, nothing else')
    .option('-v, --verbose', 'every role row, every finding, round trips')
    .option('--no-color', 'no colour (NO_COLOR works too)')

const stateFlags = (command: Command): Command =>
  command
    .option(
      '--state-dir <dir>',
      'where runs are recorded (default: IKERO_STATE, else the nearest .ikero upwards)',
    )
    .option('--json', 'one document on stdout, nothing else')
    .option('-v, --verbose', 'all runs, all steps')
    .option('--no-color', 'no colour (NO_COLOR works too)')

const reportFlags = (command: Command): Command =>
  command
    .option('--html <file>', 'write the report for a change board, one file that needs nothing else')
    .option('--markdown <file>', 'write the report for a ticket')
    .option('--junit <file>', 'write JUnit XML: a device is a test suite, a target a test case')

const runFlags = (command: Command): Command =>
  outputFlags(
    reportFlags(inventoryFlags(command))
      .option('--concurrency <n>', 'how many devices at once')
      .option(...knownHostsFlag)
      .option('--state-dir <dir>', 'where runs are recorded (default: IKERO_STATE, else the nearest .ikero)')
      .option('--transcripts <dir>', 'write what was sent to each device and received; secrets are hidden')
      .option('--events', 'every event as a line of JSON on stdout while it happens; the result is the last'),
  )

/** All commands, in the order of the help: try, plan, apply, prove, go back, look, set up. */
export const commands: readonly CommandRow[] = [
  {
    usage: 'simulate <scenario>',
    summary: 'start simulated devices on loopback, with an inventory to reach them',
    examples: ['ikero simulate lab --out lab', 'ikero simulate my-scenario.yml --out lab --port-base 10022'],
    define: (command) =>
      command
        .option('--out <dir>', 'folder for inventory.yml, known_hosts, password and lines.ndjson')
        .option('--port-base <n>', 'device k listens on N + k (default: free ports)'),
    load: async () => (await import('./simulate.ts')).runSimulate,
  },
  {
    usage: 'validate <playbook>',
    summary: 'check playbook and inventory, all problems at once; contacts nothing',
    examples: [
      'ikero validate playbooks/hubs.yml',
      'ikero validate playbooks/hubs.yml -i inventory/prod.yml --json',
    ],
    define: (command) => outputFlags(inventoryFlags(command)),
    load: async () => (await import('./validate.ts')).runValidate,
  },
  {
    usage: 'plan <playbook>',
    summary: 'read the devices, check, show the change; changes nothing',
    examples: [
      'ikero plan playbooks/hubs.yml',
      'ikero plan playbooks/hubs.yml --limit group:hubs --json',
      'ikero plan playbooks/hubs.yml -o hubs.plan.json',
      'ikero plan playbooks/hubs.yml --html change.html --markdown ticket.md',
      'ikero plan playbooks/asas.yml --write-peers peers.yml',
    ],
    define: (command) =>
      runFlags(command)
        .option(
          '-o, --out <file>',
          'save the plan in a new file, so that exactly it can be approved and applied',
        )
        .option('--force', 'write over the file of -o')
        .option('--write-peers <file>', 'write undeclared peers as an inventory block to fill in'),
    load: async () => (await import('./plan.ts')).runPlan,
  },
  {
    usage: 'apply <playbook-or-planfile>',
    summary: 'plan or take a saved plan, ask, change, read back, prove',
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
      runFlags(command)
        .option('--dry-run', 'the same as plan')
        .option('--max-age <time>', 'refuse a plan file that is older (default: 7d)')
        .option(
          '--require-signature',
          'refuse a plan file that nobody with the right to has signed (FILE.sig)',
        )
        .option('--allowed-signers <file>', 'who may sign (default: ~/.ssh/allowed_signers)')
        .option('--ignore-window <reason>', "change outside the playbook's window; the reason is recorded")
        .option('--require-proof', 'roll back what is unproven at the end of proof; save only after it')
        .option('-y, --yes', 'do not ask before changing'),
    load: async () => (await import('./apply.ts')).runApply,
  },
  {
    usage: 'verify <playbook-or-run>',
    summary: 'prove roles and life again, against the reading before the recorded change; changes nothing',
    examples: ['ikero verify playbooks/hubs.yml', 'ikero verify 20261124T193012-4f1c9a'],
    define: runFlags,
    load: async () => (await import('./verify.ts')).runVerify,
  },
  {
    usage: 'resume <run>',
    summary: 'finish a run that was cut off: say what was applied, ask, bring it to an end',
    examples: [
      'ikero resume 20261124T193012-4f1c9a',
      'ikero resume 20261124T193012-4f1c9a --limit hub1 --yes --json',
      'ikero resume .ikero/runs/20261124T193012-4f1c9a -i inventory/prod.yml',
    ],
    define: (command) => runFlags(command).option('-y, --yes', 'do not ask before finishing'),
    load: async () => (await import('./resume.ts')).runResume,
  },
  {
    usage: 'rollback <run-or-planfile>',
    summary: 'take back what a run changed, where it still reads as that run set it',
    examples: [
      'ikero rollback 20261124T193012-4f1c9a',
      'ikero rollback 20261124T193012-4f1c9a --limit hub1 --target VPN --yes',
      'ikero rollback 20261124T193012-4f1c9a --print > by-hand.txt',
      'ikero rollback hubs.plan.json --yes',
    ],
    define: (command) =>
      runFlags(command)
        .option('--target <name>', 'only this target; may be repeated', several)
        .option('--print', 'write the lines for a console to stdout; contacts nothing')
        .option('-y, --yes', 'do not ask before sending'),
    load: async () => (await import('./rollback.ts')).runRollback,
  },
  {
    usage: 'unlock [hosts...]',
    summary: 'list which run holds which device, or break the leases of the hosts named',
    examples: [
      'ikero unlock',
      'ikero unlock hub1',
      'ikero unlock hub1 hub2 --yes --state-dir playbooks/.ikero',
      'ikero unlock hub1 --force',
    ],
    define: (command) =>
      command
        .option(
          '--state-dir <dir>',
          'where runs are recorded (default: IKERO_STATE, else the nearest .ikero upwards)',
        )
        .option('--force', 'also break a lease whose owner is alive: two runs may then change one device')
        .option('-y, --yes', 'do not ask before breaking')
        .option('--json', 'one document on stdout, nothing else')
        .option('--no-color', 'no colour (NO_COLOR works too)'),
    load: async () => (await import('./unlock.ts')).runUnlock,
  },
  {
    usage: 'runs',
    summary: 'list the recorded runs, what is open and until when; contacts nothing',
    examples: ['ikero runs', 'ikero runs --state-dir playbooks/.ikero --json'],
    define: stateFlags,
    load: async () => (await import('./runs.ts')).runRuns,
  },
  {
    usage: 'show <run>',
    summary: 'show one recorded run: every line sent, its answer, what became of it',
    examples: ['ikero show 20261124T193012-4f1c9a', 'ikero show .ikero/runs/20261124T193012-4f1c9a --json'],
    define: stateFlags,
    load: async () => (await import('./show.ts')).runShow,
  },
  {
    usage: 'report <run>',
    summary: 'write the report of a recorded run for a board, a ticket or a build',
    examples: [
      'ikero report 20261124T193012-4f1c9a',
      'ikero report 20261124T193012-4f1c9a --html report.html --junit results.xml',
    ],
    define: (command) =>
      reportFlags(command)
        .option(
          '--state-dir <dir>',
          'where runs are recorded (default: IKERO_STATE, else the nearest .ikero upwards)',
        )
        .option('--no-color', 'no colour (NO_COLOR works too)'),
    load: async () => (await import('./report.ts')).runReport,
  },
  {
    usage: 'explain [code]',
    summary: 'say what a code means, what it would break, what to do',
    examples: ['ikero explain SOLE_INITIATOR', 'ikero explain peer-lost --json', 'ikero explain'],
    define: (command) =>
      command
        .option('--json', 'one document on stdout, nothing else')
        .option('--no-color', 'no colour (NO_COLOR works too)'),
    load: async () => (await import('./explain.ts')).runExplain,
  },
  {
    usage: 'init [dir]',
    summary: 'start a project: playbook, inventory, schemas, .gitignore; contacts nothing',
    examples: ['ikero init', 'ikero init vpn-project', 'ikero init vpn-project --force'],
    define: (command) => command.option('--force', 'write over files that are there; links never'),
    load: async () => (await import('./init.ts')).runInit,
  },
  {
    usage: 'adopt',
    summary: 'write the playbook that describes what the devices have; changes nothing',
    examples: [
      'ikero adopt -i inventory/prod.yml -o playbooks/prod.yml',
      'ikero adopt -i inventory/prod.yml --limit group:hubs > hubs.yml',
    ],
    define: (command) =>
      inventoryFlags(command)
        .option('-o, --output <file>', 'write the playbook to this new file (default: stdout)')
        .option('--concurrency <n>', 'how many devices at once')
        .option(...knownHostsFlag)
        .option('--no-color', 'no colour (NO_COLOR works too)'),
    load: async () => (await import('./adopt.ts')).runAdopt,
  },
  {
    usage: 'trust [playbook-or-hosts...]',
    summary: 'learn host keys: show fingerprints, ask, write known_hosts',
    examples: [
      'ikero trust -i inventory/prod.yml hub1',
      'ikero trust playbooks/hubs.yml --limit group:hubs',
      'ikero trust 192.0.2.1:2222 --fingerprint SHA256:jTfjXmYfM0gFq8Y6kWmDr3ZqX0mC1yGbq1m1H2q3a4s',
      'ikero trust -i inventory/prod.yml --replace hub1',
    ],
    define: (command) =>
      inventoryFlags(command)
        .option(...knownHostsFlag)
        .option('--fingerprint <sha256>', 'store only this key, of one host; asks nobody')
        .option('--replace', 'let a changed key of the named hosts take the old one’s place')
        .option('--hash', 'write host names hashed (always where the file has hashed ones)')
        .option('--concurrency <n>', 'how many devices at once')
        .option('-y, --yes', 'store new keys without asking; changed ones never')
        .option('--json', 'one document on stdout, nothing else')
        .option('--no-color', 'no colour (NO_COLOR works too)'),
    load: async () => (await import('./trust.ts')).runTrust,
  },
  {
    usage: 'doctor [playbook]',
    summary: 'try how each device is reached and what the account may read; changes nothing',
    examples: ['ikero doctor -i inventory/prod.yml', 'ikero doctor playbooks/hubs.yml --limit hub1 -v'],
    define: (command) =>
      outputFlags(
        inventoryFlags(command)
          .option('--concurrency <n>', 'how many devices at once')
          .option(...knownHostsFlag),
      ),
    load: async () => (await import('./doctor.ts')).runDoctor,
  },
  {
    usage: 'schema',
    summary: 'print the JSON Schema of a file, or of --json and --events',
    examples: [
      'ikero schema playbook > playbook.schema.json',
      'ikero schema inventory',
      'ikero schema events',
    ],
    define: (command) =>
      command.addArgument(
        new Argument('<name>', 'whose schema').choices(['playbook', 'inventory', 'result', 'events']),
      ),
    load: async () => (await import('./schema.ts')).runSchema,
  },
  {
    usage: 'completion',
    summary: 'print the script that completes ikero in your shell',
    examples: [
      'source <(ikero completion bash)',
      'ikero completion zsh > ~/.zfunc/_ikero  # a folder of your fpath',
      'ikero completion fish > ~/.config/fish/completions/ikero.fish',
    ],
    define: (command) =>
      command.addArgument(new Argument('<shell>', 'whose script').choices(['bash', 'zsh', 'fish'])),
    load: async () => (await import('./completion.ts')).runCompletion,
  },
  {
    usage: 'parse <command> <file>',
    summary: 'print the facts of saved device output as JSON ("-" reads standard input)',
    examples: [
      "ikero parse 'show crypto isakmp sa' sa.txt --platform ios --local 203.0.113.1",
      "ikero parse 'show version' - --platform asa < version.txt",
    ],
    define: (command) =>
      command
        .option('--platform <platform>', 'ios (IOS, IOS-XE) or asa (ASA, PIX 7+)')
        .option('--local <address...>', "the device's own addresses: gives roleGivenLocal"),
    load: async () => (await import('./parse.ts')).runParse,
  },
]
