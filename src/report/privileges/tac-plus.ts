import type { AccountCommands, CommandRule } from '../../model/command-set.ts'
import { splitRule } from './patterns.ts'

/**
 * Groups of tac_plus. Syntax: tac_plus.conf(5) (`cmd = NAME { permit REGEX deny REGEX }`, the first that fits
 * counts, a command without a block is denied). Request: RFC 8907, 8.2; IOS sends the line with its words written out
 * and `<cr>` as the last argument (seen: log of a TACACS+ server, `CmdAV=dir CmdArgAV=cns: CmdArgAV=<cr>`); whether
 * an ASA sends it is UNVERIFIED, so that each pattern fits with and without it.
 */
export function tacPlus(account: AccountCommands): readonly string[] {
  return [
    `group = ${account.name} {`,
    '  service = exec { priv-lvl = 15 }',
    ...[...byCommand(account)].flatMap(([command, { denies, permits }]) => [
      `  cmd = ${command} {`,
      ...denies.map((pattern) => `    deny "${pattern}"`),
      ...permits.map((pattern) => `    permit "${pattern}"`),
      '    deny ".*"',
      '  }',
    ]),
    '}',
  ]
}

interface Patterns {
  readonly denies: string[]
  readonly permits: string[]
}

function byCommand({ denies, permits }: AccountCommands): ReadonlyMap<string, Patterns> {
  const found = new Map<string, Patterns>()
  const add = (rules: readonly CommandRule[], kind: keyof Patterns): void => {
    for (const rule of rules) {
      const { command, arguments: words } = splitRule(rule)
      const patterns = found.get(command) ?? { denies: [], permits: [] }
      const pattern = words.length === 0 ? '^(<cr>)?$' : `^${words.join(' ')}( <cr>)?$`
      if (!patterns[kind].includes(pattern)) patterns[kind].push(pattern)
      found.set(command, patterns)
    }
  }
  add(denies, 'denies')
  add(permits, 'permits')
  return found
}
