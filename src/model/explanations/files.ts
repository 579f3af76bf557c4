import type { Diagnostic } from '../../kernel/diagnostics.ts'
import type { Explanation } from './explanation.ts'

const refused = 'exit code 64; nothing is contacted'
const files = 'the JSON Schemas of playbook and inventory, shipped with ikero'

export type FileCode = Diagnostic['code'] | 'RUNS_UNREADABLE' | 'UNRECOGNISED'

/** Mistakes in files and on the command line: all are told at once, with file, line and column. */
export const fileExplanations: Readonly<Record<FileCode, Explanation>> = {
  FILE_UNREADABLE: {
    title: 'a file cannot be read',
    severity: refused,
    meaning: 'It does not exist, is no regular file, is too large, or its rights forbid it.',
    wouldBreak: 'Half of an inventory would be taken for all of it.',
    todo: 'Correct the path (relative paths are relative to the file that names them) or the rights.',
    source: 'the operating system',
    since: 'now',
  },
  YAML_SYNTAX: {
    title: 'a file is no YAML',
    severity: refused,
    meaning: 'Indentation, a quote or a bracket is wrong at the place shown.',
    wouldBreak: 'The rest of the file could mean anything.',
    todo: 'Correct it at the place shown.',
    source: 'YAML 1.2',
    since: 'now',
  },
  UNKNOWN_KEY: {
    title: 'a key that ikero does not know',
    severity: refused,
    meaning: 'It is misspelt, or stands at the wrong level.',
    wouldBreak: 'A misspelt safeguard that is ignored is a safeguard that is off.',
    todo: 'See what the message suggests.',
    source: files,
    since: 'now',
  },
  MISSING_KEY: {
    title: 'a key that must be there is not',
    severity: refused,
    meaning:
      'A playbook needs version, name, and routers or asas; a host needs an address, a platform and a credential.',
    wouldBreak: 'ikero would have to guess.',
    todo: 'Add it at the place shown.',
    source: files,
    since: 'now',
  },
  WRONG_TYPE: {
    title: 'a value of another kind',
    severity: refused,
    meaning: 'A list where a word is due, a number where text is due, or the like.',
    wouldBreak: 'A version 9.10 that is read as 9.1, for example: write such values in quotes.',
    todo: 'See what the message expects.',
    source: files,
    since: 'now',
  },
  INVALID_VALUE: {
    title: 'a value that cannot be',
    severity: refused,
    meaning:
      'A duration without a unit, a name that no device would take, a port out of range, a date that is over.',
    wouldBreak: 'A name with a line feed or a question mark would be typed into a device.',
    todo: 'See what the message expects.',
    source: files,
    since: 'now',
  },
  NOT_YET_SUPPORTED: {
    title: 'a key whose behaviour is not built yet',
    severity: refused,
    meaning: 'The key belongs to the format, and this version cannot do what it asks for.',
    wouldBreak: 'Ignoring it would promise something that does not happen.',
    todo: 'Take it out, or use a version that has it.',
    source: "ikero's rule that no key is ignored",
    since: 'now',
  },
  UNKNOWN_REFERENCE: {
    title: 'a name that stands for nothing',
    severity: refused,
    meaning:
      'A host, group, credential, jump host or run that is not defined, or a pattern that matches no device.',
    wouldBreak: 'A group that is empty by a slip of the finger would be green for ever.',
    todo: 'See what the message suggests.',
    source: 'playbook and inventory',
    since: 'now',
  },
  DUPLICATE: {
    title: 'the same thing twice',
    severity: refused,
    meaning: 'A key, or a target of a device, stands there twice.',
    wouldBreak: 'One of the two would win without a word.',
    todo: 'Take one of them out.',
    source: 'playbook and inventory',
    since: 'now',
  },
  USAGE: {
    title: 'the command line is wrong',
    severity: refused,
    meaning: 'A flag, an argument or a missing --yes without a terminal.',
    wouldBreak: 'Nothing was tried.',
    todo: 'See the help of the command (--help).',
    source: 'the help of the command',
    since: 'now',
  },
  LITERAL_SECRET: {
    title: 'a secret stands in a file in plain text',
    severity: 'warning; the run goes on',
    meaning: 'The inventory has a password as text instead of a reference.',
    wouldBreak: 'Whoever can read the file, its backups or its history has the password of the fleet.',
    todo: 'Use env, file, command or prompt, and change the password.',
    source: "ikero's position on secrets",
    since: 'now',
  },
  SECRET_FILE_RIGHTS: {
    title: 'others may read or write the file of a secret',
    severity: 'warning; the run goes on',
    meaning: 'The file that the inventory names has rights for group or others.',
    wouldBreak: 'The secret is not one.',
    todo: 'chmod 600, and an owner that nobody else is.',
    source: "ikero's position on secrets; OpenSSH asks the same of private keys",
    since: 'now',
  },
  RUNS_UNREADABLE: {
    title: 'the recorded runs cannot be read',
    severity: refused,
    meaning: 'The state directory is there, and its rights or its disk forbid reading it.',
    wouldBreak: 'An open proof in one of them would be overlooked.',
    todo: 'Fix the rights of the folder, or name another one with --state-dir.',
    source: 'the operating system',
    since: 'now',
  },
  UNRECOGNISED: {
    title: 'a saved output is not of that command',
    severity: 'ikero parse ends with exit code 1 and prints no facts',
    meaning: 'The text is foreign, cut off or empty.',
    wouldBreak: 'A fact that nobody printed.',
    todo: 'Check the command and the platform, and that the whole output was saved.',
    source: "ikero's rule that what a text does not show is absent",
    since: 'now',
  },
}
