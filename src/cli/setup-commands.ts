import { Option } from 'commander'
import { privilegeForms } from '../model/command-set.ts'
import type { CommandRow } from './command-row.ts'
import {
  concurrencyFlag,
  inventoryFlags,
  jsonFlag,
  knownHostsFlag,
  noColorFlag,
  oneOf,
  outputFlags,
} from './common-flags.ts'
import { ownEnds } from './ends.ts'
import { schemaNames } from './schema-names.ts'

/** Commands to look something up and to set something up, in the order of the help. */
export const setupCommands: readonly CommandRow[] = [
  {
    usage: 'explain [code]',
    summary: 'say what a code means, what it would break, what to do',
    devices: 'none',
    ends: ownEnds({ 0: 'explained' }),
    examples: ['ikero explain SOLE_INITIATOR', 'ikero explain peer-lost --json', 'ikero explain'],
    define: (command) => command.option(...jsonFlag).option(...noColorFlag),
    load: async () => (await import('./explain.ts')).runExplain,
  },
  {
    usage: 'init [dir]',
    summary: 'start a project: playbook, inventory, schemas, .gitignore; contacts nothing',
    devices: 'none',
    ends: ownEnds({ 0: 'written', 1: 'a file could not be written' }),
    examples: ['ikero init', 'ikero init vpn-project', 'ikero init vpn-project --force'],
    define: (command) => command.option('--force', 'write over files that are there; links never'),
    load: async () => (await import('./init.ts')).runInit,
  },
  {
    usage: 'adopt',
    summary: 'write the playbook that describes what the devices have; changes nothing',
    devices: 'contacts',
    ends: ownEnds({
      0: 'every device was read',
      1: 'a device was not read, there is nothing to write, or the file could not be written',
      130: 'interrupted: no playbook was written',
    }),
    examples: [
      'ikero adopt -i inventory/prod.yml -o playbooks/prod.yml',
      'ikero adopt -i inventory/prod.yml --limit group:hubs > hubs.yml',
    ],
    define: (command) =>
      inventoryFlags(command, 'inventory file: the devices that are read (required)')
        .option('-o, --out <file>', 'write the playbook to this new file (default: stdout)')
        // What it was called before.
        .addOption(new Option('--output <file>').hideHelp())
        .option(...concurrencyFlag('10'))
        .option(...knownHostsFlag)
        .option(...noColorFlag),
    load: async () => (await import('./adopt.ts')).runAdopt,
  },
  {
    usage: 'trust [playbook-or-hosts...]',
    summary: 'learn host keys: show fingerprints, ask, write known_hosts',
    devices: 'contacts',
    ends: ownEnds({
      0: 'the key of every host is in known_hosts',
      1: 'a host is not: it was unreachable, or its key was refused',
      130: 'interrupted',
    }),
    examples: [
      'ikero trust -i inventory/prod.yml hub1',
      'ikero trust playbooks/hubs.yml --limit group:hubs',
      'ikero trust 192.0.2.1:2222 --fingerprint SHA256:jTfjXmYfM0gFq8Y6kWmDr3ZqX0mC1yGbq1m1H2q3a4s',
      'ikero trust -i inventory/prod.yml --replace hub1',
    ],
    define: (command) =>
      inventoryFlags(command, 'inventory file (default: the one that the playbook names)')
        .option(...knownHostsFlag)
        .option('--fingerprint <sha256>', 'store only this key, of one host; asks nobody')
        .option('--replace', "let a changed key of the named hosts take the old one's place")
        .option('--hash', 'write host names hashed (always where the file has hashed ones)')
        .option(...concurrencyFlag('20'))
        .option('-y, --yes', 'store new keys without asking; changed ones never')
        .option(...jsonFlag)
        .option(...noColorFlag),
    load: async () => (await import('./trust.ts')).runTrust,
  },
  {
    usage: 'doctor [playbook]',
    summary: 'try how each device is reached and what the account may read; changes nothing',
    devices: 'contacts',
    ends: ownEnds({ 0: 'every device is ready for a run; the rights were printed', 1: 'a device is not' }),
    examples: [
      'ikero doctor -i inventory/prod.yml',
      'ikero doctor playbooks/hubs.yml --limit hub1 -v',
      'ikero doctor playbooks/hubs.yml --privileges > rights.txt',
      'ikero doctor playbooks/hubs.yml --privileges --form tac_plus',
    ],
    define: (command) =>
      outputFlags(
        inventoryFlags(command)
          .option(...concurrencyFlag('10'))
          .option(...knownHostsFlag)
          .option('--privileges', 'print which lines its accounts must be allowed to send; contacts nothing')
          .addOption(new Option('--form <form>', 'only this form of --privileges').choices(privilegeForms)),
        'every line that was tried, not only those that were refused',
      ),
    load: async () => (await import('./doctor.ts')).runDoctor,
  },
  {
    usage: 'schema [name]',
    summary: 'print the JSON Schema of a file, or of --json and --events',
    devices: 'none',
    ends: ownEnds({ 0: 'printed' }),
    examples: ['ikero schema', 'ikero schema playbook > playbook.schema.json', 'ikero schema result'],
    define: (command) => oneOf(command, 'whose schema (default: list them)', schemaNames),
    load: async () => (await import('./schema.ts')).runSchema,
  },
  {
    usage: 'completion <shell>',
    summary: 'print the script that completes ikero in your shell',
    devices: 'none',
    ends: ownEnds({ 0: 'printed' }),
    examples: [
      'source <(ikero completion bash)',
      'ikero completion zsh > ~/.zfunc/_ikero  # a folder of your fpath',
      'ikero completion fish > ~/.config/fish/completions/ikero.fish',
    ],
    define: (command) => oneOf(command, 'whose script', ['bash', 'zsh', 'fish']),
    load: async () => (await import('./completion.ts')).runCompletion,
  },
  {
    usage: 'parse <command> <file>',
    summary: 'print the facts of saved device output as JSON ("-" reads standard input)',
    devices: 'none',
    ends: ownEnds({ 0: 'printed', 1: 'the text is not what that command prints (UNRECOGNISED)' }),
    examples: [
      "ikero parse 'show crypto isakmp sa' sa.txt --platform ios --local 203.0.113.1",
      "ikero parse 'show version' - --platform asa < version.txt",
    ],
    define: (command) =>
      command
        .option('--platform <platform>', 'ios (IOS, IOS-XE) or asa (ASA, PIX 7.0 or later) (required)')
        .option(
          '--local <address...>',
          "the device's own addresses: tells who started each SA (roleGivenLocal)",
        ),
    load: async () => (await import('./parse.ts')).runParse,
  },
]
