import type { AccountCommands, CommandRule } from '../../model/command-set.ts'
import { levels, ownRules } from './levels.ts'

/**
 * Of level 0 on every ASA (configuration guide, Default Command Privilege Levels): a rule would only raise them. So
 * may one for the lines that leave a mode (UNVERIFIED).
 */
const everybodys = new Set(['show version', 'show curpriv', 'cmd enable', 'cmd exit', 'cmd end'])

const textAt = ({ words }: CommandRule, index: number): string => {
  const word = words[index]
  return word === undefined || word.kind === 'open' ? '' : word.text
}

/**
 * Privilege levels for `aaa authorization command LOCAL`. Only the main command has a level, behind `show` and
 * `clear` the word after them (configuration guide, Configuring Local Command Authorization); modes `exec` and
 * `configure` as running configurations print them. Sub-modes are UNVERIFIED and have no line here.
 */
export function asaLevels(account: AccountCommands): readonly string[] {
  const lines = ownRules(account).flatMap((rule) => {
    const first = textAt(rule, 0)
    if (rule.mode === 'ipsec-profile' || first === 'no') return []
    const form = first === 'show' || first === 'clear' ? first : 'cmd'
    const command = form === 'cmd' ? first : textAt(rule, 1)
    if (everybodys.has(`${form} ${command}`)) return []
    return [`privilege ${form} level ${levels[account.account]} mode ${rule.mode} command ${command}`]
  })
  return [...new Set(lines)]
}
