import {
  type AccountCommands,
  type CommandMode,
  type CommandRule,
  ruleText,
} from '../../model/command-set.ts'
import { levels, ownRules } from './levels.ts'

/**
 * The parser's names of the modes (`crypto-ipsec-profile`: the list of modes in the IOS documentation of
 * `privilege` and `commands (view)`).
 */
const parserModes: Readonly<Record<CommandMode, string>> = {
  exec: 'exec',
  configure: 'configure',
  'ipsec-profile': 'crypto-ipsec-profile',
}

/**
 * The keywords of a rule: the parser has no entry for a name, a number or an address, so that they stay open. `no`
 * is left out, since it is written nowhere that it needs a rule of its own (UNVERIFIED).
 */
function keywordsOf({ words }: CommandRule): { readonly text: string; readonly cut: boolean } {
  const keywords = words.filter((word, nth) => nth > 0 || word.kind !== 'exact' || word.text !== 'no')
  const end = keywords.findIndex((word) => word.kind !== 'exact' || /^\d+$/.test(word.text))
  return { text: ruleText({ words: end === -1 ? keywords : keywords.slice(0, end) }), cut: end !== -1 }
}

/**
 * A CLI view. Sources: feature guide Role-Based CLI Access (12.3(7)T and later: `aaa new-model`, the root view, the
 * secret before any command), running configurations with `commands exec include …`.
 */
export function iosView(account: AccountCommands): readonly string[] {
  const lines = account.permits.map((rule) => {
    const { text, cut } = keywordsOf(rule)
    return ` commands ${parserModes[rule.mode]} include ${cut ? 'all ' : ''}${text}`
  })
  return [
    `parser view ${account.name.toUpperCase()}`,
    ' ! secret FILL-IN: take the ! away and write one of your own; a view without a secret takes no commands',
    ...new Set(lines),
    ' exit',
  ]
}

/**
 * Lines that everybody has already, at level 0 or 1 (command reference: user EXEC), and those that leave a mode: a
 * rule would take them from all users below the level, and with `enable` their way up.
 */
const everybodys = new Set(['show version', 'show privilege', 'show users', 'end'])

/**
 * Privilege levels. Sources: IOS command reference, `privilege MODE level LEVEL COMMAND`; security configuration
 * guide, on multiple words: the first words of a command get its level too, unless they are set on their own.
 */
export function iosLevels(account: AccountCommands): readonly string[] {
  const lines = ownRules(account).flatMap((rule) => {
    const { text } = keywordsOf(rule)
    if (rule.purposes.includes('session') || everybodys.has(text)) return []
    return [`privilege ${parserModes[rule.mode]} level ${levels[account.account]} ${text}`]
  })
  return [...new Set(lines), ...(account.account === 'read' ? ['privilege exec level 1 show'] : [])]
}
