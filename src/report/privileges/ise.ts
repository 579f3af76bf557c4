import type { AccountCommands, CommandRule } from '../../model/command-set.ts'
import { splitRule } from './patterns.ts'

/**
 * Rows of a command set of Cisco ISE: grant, command, arguments. Each argument is a regular expression of its own,
 * compared by position (ISE: wildcards for the command, regular expressions for the arguments). That arguments behind
 * the last one of a row are not compared is UNVERIFIED; a router's `<cr>` closes the row against them. An ASA's rows
 * go without, since it may not send one (UNVERIFIED). DENY_ALWAYS wins over every PERMIT.
 */
export function ise(account: AccountCommands): readonly string[] {
  const row = (grant: string) => (rule: CommandRule) => {
    const { command, arguments: words } = splitRule(rule)
    const closed = words.length > 0 && account.platform === 'ios' ? [...words, '<cr>'] : words
    return `${grant},${command},${closed.map((word) => `^${word}$`).join(' ')}`
  }
  const rows = [...account.denies.map(row('DENY_ALWAYS')), ...account.permits.map(row('PERMIT'))]
  return [...new Set(rows)]
}
