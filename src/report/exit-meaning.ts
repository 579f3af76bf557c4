import type { CommandName } from '../model/outcome.ts'

const done: Readonly<Record<CommandName, string>> = {
  plan: 'nothing to change',
  apply: 'every target is as asked',
  verify: 'every target is proven',
}

/** One clause that says what an exit code of a run means: the table of the contract in words. */
export function exitMeaning(code: number, command: CommandName): string {
  switch (code) {
    case 0:
      return done[command]
    case 1:
      return 'a device is failed, unreachable, blocked, skipped or rolled-back'
    case 2:
      return 'changes are pending, nothing was sent'
    case 3:
      return 'changed, but a target is unproven or not saved'
    case 4:
      return 'the state of a device is unknown: a person must look'
    case 64:
      return 'usage, playbook or inventory is wrong; nothing was contacted'
    case 130:
      return 'interrupted'
    default:
      return 'not a code of ikero'
  }
}
