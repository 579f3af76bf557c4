import { path, readOnly } from '../grammar/path.ts'
import { readPrompt } from '../grammar/prompt.ts'
import type { Prompt } from '../grammar/types.ts'
import { printable } from '../kernel/printable.ts'
import type { ContextName } from '../model/ids.ts'
import type { Dialogue } from './dialogue.ts'
import { isNoise, type Learned, ownOf, ownPrompt } from './look.ts'

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
  const { prompt, learned } = await learnPrompt(dialogue)
  dialogue.at = prompt
  dialogue.learned = learned
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
async function learnPrompt(dialogue: Dialogue): Promise<Shown> {
  const { screen } = dialogue.reader
  const { commandTimeoutMs, grammar } = dialogue.options
  const shows = (): boolean => /[#>]\s?$/.test(screen.last()) || grammar.unixShell.test(screen.last())
  if (!(await dialogue.waitFor(commandTimeoutMs, shows))) {
    throw dialogue.fail(
      'TIMED_OUT',
      `showed no prompt within ${Math.round(commandTimeoutMs / 1000)}s of the login`,
      'log in by hand to see what it shows, or give it more time with commandTimeout in the inventory',
    )
  }
  for (let sent = 0; sent < mostEmptyLines; sent += 1) {
    const before = screen.lines.length
    await dialogue.press('\r')
    let shown: Shown | undefined
    await dialogue.waitFor(patienceMs, () => {
      shown = shownTwice(dialogue, before)
      return shown !== undefined
    })
    if (shown === undefined) refuseUnixShell(dialogue, before)
    // A look-alike may come before the real prompt: a chosen one is believed only once nothing follows it.
    shown ??= ownShownTwice(dialogue, before)
    if (shown !== undefined) {
      screen.drop(screen.lines.length)
      return shown
    }
  }
  throw dialogue.fail(
    'UNEXPECTED_PROMPT',
    'shows no prompt that ikero knows for its platform',
    'check the platform in the inventory, and log in by hand to see what it shows',
  )
}

/** Before a prompt of the operator's choice is believed: root's on Red Hat ends as one of those does. */
function refuseUnixShell(dialogue: Dialogue, from: number): void {
  const { screen } = dialogue.reader
  const last = screen.last()
  if (!dialogue.options.grammar.unixShell.test(last) || !stoodBefore(dialogue, last, from)) return
  screen.drop(screen.lines.length)
  throw dialogue.fail(
    'PLATFORM_UNSUPPORTED',
    `shows the prompt of a Unix shell (“${printable(last.trim())}”), as no device of its platform does`,
    'check the address in the inventory, and take the host out if it is right; only an empty line was typed there',
  )
}

/** A prompt that came twice, and what it makes known of all prompts of the device. */
interface Shown {
  readonly prompt: Prompt
  readonly learned: Learned
}

/** The prompt at the end, when it also stands in front of the line end that was typed at line `from`. */
function shownTwice(dialogue: Dialogue, from: number): Shown | undefined {
  const reading = readPrompt(dialogue.options.grammar, dialogue.reader.screen.last())
  if (reading.kind !== 'one' || !stoodBefore(dialogue, reading.prompt.text, from)) return undefined
  return { prompt: reading.prompt, learned: { hostname: reading.prompt.hostname } }
}

/** The same for a prompt that the grammar does not know, where nothing else is there. */
function ownShownTwice(dialogue: Dialogue, from: number): Shown | undefined {
  const { grammar } = dialogue.options
  const last = dialogue.reader.screen.last()
  const own = grammar.chosenPrompts === true ? ownOf(last) : undefined
  const prompt = ownPrompt(last, own)
  if (own === undefined || prompt === undefined || readPrompt(grammar, last).kind !== 'none') return undefined
  return stoodBefore(dialogue, last, from) ? { prompt, learned: { own } } : undefined
}

function stoodBefore(dialogue: Dialogue, prompt: string, from: number): boolean {
  const typed = dialogue.reader.screen.lines.slice(from)
  const before = typed.findLast((line) => line.trim() !== '' && !isNoise(dialogue.options.grammar, line))
  return before?.trimEnd().endsWith(prompt.trim()) === true
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
