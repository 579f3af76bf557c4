import {
  type AccountCommands,
  type AccountKind,
  type CommandRule,
  isReading,
} from '../../model/command-set.ts'

/** Levels that no command has by default on either platform. */
export const levels: Readonly<Record<AccountKind, number>> = { read: 5, change: 6 }

/** A command has one level, and a higher level has the lower ones too: the changing account adds its own only. */
export function ownRules({ account, permits }: AccountCommands): readonly CommandRule[] {
  return account === 'read' ? permits : permits.filter((rule) => !isReading(rule))
}
