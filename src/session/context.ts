import { printable, printableLines } from '../kernel/printable.ts'
import type { ContextName } from '../model/ids.ts'
import type { Dialogue } from './dialogue.ts'
import type { LoggedIn } from './login.ts'
import { wordsOf } from './refusal.ts'

/**
 * Goes into a context after the login, and makes its prompt the one that every later line is checked against.
 * The prompt alone proves it: a device whose prompt does not show the context is refused (UNEXPECTED_PROMPT).
 * The pager is a setting of each context (seen: scripts that set it again after every `changeto`).
 */
export async function enterContext(
  dialogue: Dialogue,
  login: LoggedIn,
  name: ContextName,
): Promise<LoggedIn> {
  const ways = dialogue.options.grammar.context
  if (ways === undefined) throw new Error(`${dialogue.options.platform} has no contexts to enter`)
  if (ways.shows(login.hostname, login.hostname, name)) return { ...login, context: name }
  if (!login.privileged) {
    throw dialogue.fail(
      'UNEXPECTED_PROMPT',
      `stays in the user mode, from where the context ${name} is not entered`,
      'give the credential an enable secret, or privilege level 15 at login',
    )
  }
  // Any prompt may end this one reply: which one it is, is judged below.
  dialogue.learned = undefined
  const [reply] = await dialogue.ask([ways.enter(name)], { modes: ['privileged'] })
  const prompt = reply?.end
  const said = printableLines(wordsOf(reply?.output ?? []).join('\n'))
  if (prompt === undefined || prompt === 'secret' || !ways.shows(prompt.hostname, login.hostname, name)) {
    const shown =
      prompt === undefined || prompt === 'secret' ? 'no prompt' : `“${printable(prompt.text.trim())}”`
    throw dialogue.fail(
      'UNEXPECTED_PROMPT',
      `shows ${shown} after “${ways.enter(name)}”, which does not say that this is the context ${name}${said === '' ? '' : `: ${said}`}`,
      'check the name with show context, log in to the system space or the admin context, and let the prompt show the context (prompt hostname context)',
    )
  }
  dialogue.learned = { hostname: prompt.hostname }
  dialogue.wayHome = ways.home
  dialogue.pager = 'untouched'
  return { hostname: prompt.hostname, privileged: true, context: name }
}
