import type { PlatformId } from './ids.ts'

/** What the playbook leaves open in a line, since only the device tells it: any word, any number, any IPv4 address. */
export type OpenWord = 'name' | 'number' | 'address'

/** A word of a line: a keyword or fixed value, a name that the playbook gives, or what is open. */
export type LineWord =
  | { readonly kind: 'exact' | 'given'; readonly text: string }
  | { readonly kind: 'open'; readonly what: OpenWord }

/** Where a line is typed: outside configuration mode, in it, or in the sub-mode of an IPsec profile. */
export type CommandMode = 'exec' | 'configure' | 'ipsec-profile'

/** What a line is sent for. */
export const purposes = [
  'session',
  'context',
  'survey',
  'proof',
  'change',
  'clear',
  'revert-timer',
  'save',
] as const
export type Purpose = (typeof purposes)[number]

/** A line that ikero may send. */
export interface CommandRule {
  readonly words: readonly LineWord[]
  readonly mode: CommandMode
  readonly purposes: readonly Purpose[]
}

/** Whether reading alone needs it. */
export function isReading({ purposes }: CommandRule): boolean {
  const reading: readonly Purpose[] = ['session', 'context', 'survey', 'proof']
  return purposes.some((purpose) => reading.includes(purpose))
}

/** The lines that an account needs, and those of them that it must not send all the same. */
export interface CommandSet {
  readonly permits: readonly CommandRule[]
  /** Come first: what `except` takes out of a permit with an open word. */
  readonly denies: readonly CommandRule[]
}

/** `read`: plan, verify, doctor, adopt. `change`: apply, rollback and resume too. */
export const accountKinds = ['read', 'change'] as const
export type AccountKind = (typeof accountKinds)[number]

/** What an account on some devices needs. */
export interface AccountCommands extends CommandSet {
  /** `ikero-ios-read`, `ikero-asa-change-2`: unique in one answer. */
  readonly name: string
  readonly platform: PlatformId
  readonly account: AccountKind
  readonly hosts: readonly string[]
  /** Devices that the playbook does not name: read where they turn out to be peers of its targets. */
  readonly peerHosts: readonly string[]
}

/** The syntaxes in which the rules can be written. */
export const privilegeForms = ['tac_plus', 'ise', 'ios-view', 'ios-levels', 'asa-levels'] as const
export type PrivilegeForm = (typeof privilegeForms)[number]

/** A rule as a person writes it, what is open in capitals: `clear crypto session remote ADDRESS`. */
export function ruleText({ words }: Pick<CommandRule, 'words'>): string {
  return words.map((word) => (word.kind === 'open' ? word.what.toUpperCase() : word.text)).join(' ')
}
