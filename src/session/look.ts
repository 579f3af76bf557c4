import { readPrompt } from '../grammar/prompt.ts'
import type { Grammar, Prompt, PromptReading, Question } from '../grammar/types.ts'

/** How the prompts of this device look, as learned at the login. */
export interface Learned {
  /** In the prompts that the grammar knows: any other host's is foreign. */
  readonly hostname?: string
  /** A prompt that the operator chose (IOS, `prompt`): what stands in front of `#` or `>`. */
  readonly own?: string
}

/** What stands at the end of a device's output. */
export type Sight =
  /** `at`: the finished line that holds it, where only syslog came after it; else the unfinished line. */
  | { readonly kind: 'prompt'; readonly prompt: Prompt; readonly at?: number }
  /** Prompts of several modes, or of another hostname than the one learned. */
  | { readonly kind: 'foreign'; readonly text: string }
  | { readonly kind: 'pager' }
  | { readonly kind: 'question'; readonly question: Question; readonly text: string }
  /** A prompt for a secret. */
  | { readonly kind: 'secret'; readonly text: string }
  | { readonly kind: 'none' }

const rowsOfQuestion = 3
const mostOfRow = 1024
/** How much syslog may stand behind a prompt. */
const mostNoise = 100

/** Reads the end of the output: the unfinished line, or a prompt that syslog has pushed up or cut in two. */
export function look(
  grammar: Grammar,
  lines: readonly string[],
  last: string,
  learned: Learned | undefined,
): Sight {
  if (last.trim() === '') return behindNoise(grammar, lines, '', learned)
  const reading = readLearned(grammar, last, learned)
  if (reading.kind === 'one') return { kind: 'prompt', prompt: reading.prompt }
  if (reading.kind === 'many') return { kind: 'foreign', text: last }
  if (grammar.pager.mark.test(last)) return { kind: 'pager' }
  // A question may be spread over lines; the last of them is unfinished.
  const rows = lines.slice(-rowsOfQuestion).map((line) => line.slice(-mostOfRow))
  const said = [...rows, last].join('\n')
  const question = grammar.questions.find((known) => known.pattern.test(last) || known.pattern.test(said))
  if (question !== undefined) return { kind: 'question', question, text: last }
  if (grammar.secretPrompt.test(last)) return { kind: 'secret', text: last }
  const cut = behindNoise(grammar, lines, last, learned)
  if (cut.kind === 'prompt') return cut
  if (learned !== undefined && readPrompt(grammar, last).kind !== 'none')
    return { kind: 'foreign', text: last }
  return { kind: 'none' }
}

/** Reads a line as a prompt of this device. */
function readLearned(grammar: Grammar, line: string, learned: Learned | undefined): PromptReading {
  const own = ownPrompt(line, learned?.own)
  if (own !== undefined) return { kind: 'one', prompt: own }
  const reading = readPrompt(grammar, line, learned?.hostname)
  // The chosen prompt stands outside configuration mode only; there, the device's real name appears.
  const outside = reading.kind === 'one' && !/config|sub/.test(reading.prompt.mode)
  return learned?.own !== undefined && outside ? { kind: 'none' } : reading
}

/** What may be learned as a chosen prompt: it ends as prompts end, names something, and is no mode of writing. */
export function ownOf(line: string): string | undefined {
  const match = /^(.{1,120}?)[#>]\s?$/.exec(line)
  const own = match?.[1]
  return own === undefined || !/[A-Za-z0-9]/.test(own) || /\)\s*$/.test(own) ? undefined : own
}

/** A line as the chosen prompt, of the mode that its last character tells. */
export function ownPrompt(line: string, own: string | undefined): Prompt | undefined {
  const text = line.trimEnd()
  if (own === undefined || (text !== `${own}#` && text !== `${own}>`)) return undefined
  return { mode: text.endsWith('#') ? 'privileged' : 'user', hostname: own.trim(), text: line }
}

/** True for a line of syslog that stands between the lines of output. */
export function isNoise(grammar: Grammar, line: string): boolean {
  return grammar.noise.some((pattern) => pattern.test(line))
}

/**
 * Without `logging synchronous` a device writes syslog behind its prompt and shows no new one, or into the
 * middle of it: `rest` is what came after the message.
 */
function behindNoise(
  grammar: Grammar,
  lines: readonly string[],
  rest: string,
  learned: Learned | undefined,
): Sight {
  if (learned === undefined) return { kind: 'none' }
  let noisy = false
  const from = Math.max(0, lines.length - mostNoise)
  for (let at = lines.length - 1; at >= from; at -= 1) {
    const line = lines[at] ?? ''
    if (isNoise(grammar, line)) noisy = true
    else if (line.trim() !== '') {
      if (!noisy || line.length > mostOfRow) return { kind: 'none' }
      const reading = readLearned(grammar, line + rest, learned)
      return reading.kind === 'one' ? { kind: 'prompt', prompt: reading.prompt, at } : { kind: 'none' }
    }
  }
  return { kind: 'none' }
}
