import { printable } from '../../kernel/printable.ts'
import { type AccountCommands, type PrivilegeForm, privilegeForms } from '../../model/command-set.ts'
import { asaLevels } from './asa.ts'
import { iosLevels, iosView } from './ios.ts'
import { ise } from './ise.ts'
import { contextNotes, notes } from './notes.ts'
import { linePattern } from './patterns.ts'
import { tacPlus } from './tac-plus.ts'

interface Form {
  readonly comment: '#' | '!'
  /** Absent: of every platform. */
  readonly platform?: AccountCommands['platform']
  lines(account: AccountCommands): readonly string[]
}

const forms: Readonly<Record<PrivilegeForm, Form>> = {
  tac_plus: { comment: '#', lines: tacPlus },
  ise: { comment: '#', lines: ise },
  'ios-view': { comment: '!', platform: 'ios', lines: iosView },
  'ios-levels': { comment: '!', platform: 'ios', lines: iosLevels },
  'asa-levels': { comment: '!', platform: 'asa', lines: asaLevels },
}

/** The rules as text that can be pasted, comments included: each form that has an account, or only the one asked for. */
export function renderPrivileges(
  accounts: readonly AccountCommands[],
  { playbook, form }: { readonly playbook: string; readonly form?: PrivilegeForm },
): string {
  const shown = form === undefined ? privilegeForms : [form]
  const sections = shown.flatMap((name) => {
    const own = accounts.filter(({ platform }) => (forms[name].platform ?? platform) === platform)
    return own.length === 0 ? [] : [section(name, own, playbook)]
  })
  return sections.map((lines) => `${lines.join('\n')}\n`).join('\n')
}

function section(
  name: PrivilegeForm,
  accounts: readonly AccountCommands[],
  playbook: string,
): readonly string[] {
  const { comment, lines } = forms[name]
  const inContexts = accounts.some(({ permits }) =>
    permits.some(({ purposes }) => purposes.includes('context')),
  )
  const head = [
    `${name}, by ikero doctor --privileges for ${printable(playbook)}`,
    ...notes[name],
    ...(inContexts ? contextNotes : []),
  ]
  return [
    ...head.map((text) => `${comment} ${text}`),
    ...accounts.flatMap((account, nth) => {
      const own = lines(account)
      const same = accounts.slice(0, nth).find((other) => lines(other).join('\n') === own.join('\n'))
      const about = [...aboutAccount(account), ...(same === undefined ? [] : [`the lines of ${same.name}`])]
      return ['', ...about.map((text) => `${comment} ${text}`), ...(same === undefined ? own : [])]
    }),
  ]
}

const kinds: Readonly<Record<AccountCommands['account'], string>> = {
  read: 'reading (plan, verify, doctor, adopt)',
  change: 'changing (apply, rollback, resume), reading included',
}

function aboutAccount({ name, account, hosts, peerHosts }: AccountCommands): readonly string[] {
  return [
    `${name}: ${kinds[account]}`,
    ...(hosts.length === 0 ? [] : [`devices: ${hosts.join(', ')}`]),
    ...(peerHosts.length === 0
      ? []
      : [`also read, where they are peers of its targets: ${peerHosts.join(', ')}`]),
  ]
}

/** The same as data; `pattern` fits the whole line. */
export function privilegesDocument(accounts: readonly AccountCommands[]): readonly object[] {
  const rules = (of: AccountCommands['permits']): readonly object[] =>
    of.map((rule) => ({
      pattern: linePattern(rule),
      mode: rule.mode,
      purposes: rule.purposes,
    }))
  return accounts.map(({ permits, denies, ...about }) => ({
    ...about,
    permits: rules(permits),
    denies: rules(denies),
  }))
}
