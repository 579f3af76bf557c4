import { readOnly } from '../grammar/path.ts'
import type { ReadShell, WriteShell } from '../model/shell.ts'
import type { ByteLink } from '../transport/link.ts'
import { enterContext } from './context.ts'
import { Dialogue, type ShellOptions } from './dialogue.ts'
import { type LoggedIn, logIn } from './login.ts'
import { readShell } from './session.ts'
import { writeShell } from './write.ts'

/**
 * Logs in over a link, for reading only: the session is made without the ways into configuration mode.
 * Throws a SessionFault (ENABLE_FAILED, UNEXPECTED_PROMPT, UNEXPECTED_QUESTION, SESSION_LIMIT, TIMED_OUT,
 * LINK_LOST, …) with the link closed.
 */
export async function openReadShell(link: ByteLink, options: ShellOptions): Promise<ReadShell> {
  const dialogue = new Dialogue(link, { ...options, grammar: readOnly(options.grammar) })
  return readShell(dialogue, await loggedIn(dialogue))
}

/** The same for the change step. A login that stays in the user mode opens, and enters no configuration. */
export async function openWriteShell(link: ByteLink, options: ShellOptions): Promise<WriteShell> {
  const dialogue = new Dialogue(link, options)
  return writeShell(dialogue, await loggedIn(dialogue))
}

async function loggedIn(dialogue: Dialogue): Promise<LoggedIn> {
  const { context } = dialogue.options
  try {
    return await dialogue.alone(async () => {
      const login = await logIn(dialogue)
      return context === undefined ? login : enterContext(dialogue, login, context)
    })
  } catch (thrown) {
    dialogue.link.close()
    throw thrown
  }
}

export type { ShellOptions }
