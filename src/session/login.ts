import { path, readOnly } from '../grammar/path.ts'
import { readPrompt } from '../grammar/prompt.ts'
import type { Prompt } from '../grammar/types.ts'
import type { ContextName } from '../model/ids.ts'
import type { Dialogue } from './dialogue.ts'
import { isNoise } from './look.ts'

/** How long a device may take to show its prompt again after an empty line, before a second one is sent. */
const patienceMs = 2000
const mostEmptyLines = 3

/** What the login found out. */
export interface LoggedIn {
  readonly hostname: string
  readonly privileged: boolean
  /** The context that the session stands in, where one was asked for. */
  readonly context?: ContextName
}

/**
 * From a fresh terminal to a known prompt, privileged where the login or the enable secret gives it. Sends
 * nothing that leads into configuration mode. The pager stays as it is until the first line that reads.
 */
export async function logIn(dialogue: Dialogue): Promise<LoggedIn> {
  const prompt = await learnPrompt(dialogue)
  dialogue.at = prompt
  dialogue.hostname = prompt.hostname
  if (prompt.mode === 'config' || prompt.mode === 'sub') {
    throw dialogue.fail(
      'UNEXPECTED_PROMPT',
      `is in configuration mode at the login (“${prompt.text.trim()}”)`,
      'log in by hand and leave configuration mode; nothing was typed there',
    )
  }
  const privileged = prompt.mode === 'privileged' || (await enable(dialogue))
  return { hostname: prompt.hostname, privileged }
}

/**
 * The prompt is the last line that comes again, alike, for an empty line: a banner may end in anything,
 * also in what looks like a prompt, and may stand on the prompt's own line.
 */
async function learnPrompt(dialogue: Dialogue): Promise<Prompt> {
  const { screen } = dialogue.reader
  const { commandTimeoutMs } = dialogue.options
  if (!(await dialogue.waitFor(commandTimeoutMs, () => /[#>]\s?$/.test(screen.last())))) {
    throw dialogue.fail(
      'TIMED_OUT',
      `showed no prompt within ${Math.round(commandTimeoutMs / 1000)}s of the login`,
      'log in by hand to see what it shows, or give it more time with commandTimeout in the inventory',
    )
  }
  for (let sent = 0; sent < mostEmptyLines; sent += 1) {
    const before = screen.lines.length
    await dialogue.press('\r')
    let prompt: Prompt | undefined
    await dialogue.waitFor(patienceMs, () => {
      prompt = shownTwice(dialogue, before)
      return prompt !== undefined
    })
    if (prompt !== undefined) {
      screen.drop(screen.lines.length)
      return prompt
    }
  }
  throw dialogue.fail(
    'UNEXPECTED_PROMPT',
    'shows no prompt that ikero knows for its platform',
    'check the platform in the inventory, and log in by hand to see what it shows',
  )
}

/** The prompt at the end, when it also stands in front of the line end that was typed at line `from`. */
function shownTwice(dialogue: Dialogue, from: number): Prompt | undefined {
  const { grammar } = dialogue.options
  const { screen } = dialogue.reader
  const reading = readPrompt(grammar, screen.last())
  if (reading.kind !== 'one') return undefined
  const typed = screen.lines.slice(from)
  const before = typed.findLast((line) => line.trim() !== '' && !isNoise(grammar, line))
  return before?.trimEnd().endsWith(reading.prompt.text.trim()) ? reading.prompt : undefined
}

/** True once the prompt is privileged; false where there is no secret to ask for it. */
async function enable(dialogue: Dialogue): Promise<boolean> {
  const { grammar, enableSecret } = dialogue.options
  const way = path(readOnly(grammar), 'user', 'privileged')
  const secret = way.kind === 'path' ? await enableSecret?.() : undefined
  if (way.kind === 'no-path' || secret === undefined) return false
  if (secret === '' || /[\u0000-\u001f\u007f]/.test(secret)) {
    throw dialogue.fail(
      'SECRET_UNAVAILABLE',
      'cannot be enabled: the enable secret is empty or has a control character',
      'correct the secret that the credential in the inventory points at',
    )
  }
  for (const step of way.steps) {
    const [asked] = await dialogue.ask([step.line], { modes: ['user', 'privileged'], secret: true })
    if (asked?.end !== 'secret') {
      if (asked?.end.mode !== step.to) throw refused(dialogue)
      continue
    }
    const answer = await dialogue.answerSecret(secret, { modes: ['user', 'privileged'], secret: true })
    if (answer.end === 'secret' || answer.end.mode !== step.to) throw refused(dialogue)
  }
  return true
}

function refused(dialogue: Dialogue): Error {
  return dialogue.fail(
    'ENABLE_FAILED',
    'refused the enable secret',
    'check the enable secret of the credential in the inventory; it was given once and is not tried again',
  )
}
