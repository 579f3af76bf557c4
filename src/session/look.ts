import { readPrompt } from '../grammar/prompt.ts'
import type { Grammar, Prompt, Question } from '../grammar/types.ts'

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

/** Reads the end of the output: the unfinished line, or a prompt that syslog has pushed up. */
export function look(
  grammar: Grammar,
  lines: readonly string[],
  last: string,
  hostname: string | undefined,
): Sight {
  if (last.trim() === '') return behindNoise(grammar, lines, hostname)
  const reading = readPrompt(grammar, last, hostname)
  if (reading.kind === 'one') return { kind: 'prompt', prompt: reading.prompt }
  if (reading.kind === 'many') return { kind: 'foreign', text: last }
  if (grammar.pager.mark.test(last)) return { kind: 'pager' }
  // A question may be spread over lines; the last of them is unfinished.
  const rows = lines.slice(-rowsOfQuestion).map((line) => line.slice(-mostOfRow))
  const said = [...rows, last].join('\n')
  const question = grammar.questions.find((known) => known.pattern.test(last) || known.pattern.test(said))
  if (question !== undefined) return { kind: 'question', question, text: last }
  if (grammar.secretPrompt.test(last)) return { kind: 'secret', text: last }
  if (hostname !== undefined && readPrompt(grammar, last).kind !== 'none') {
    return { kind: 'foreign', text: last }
  }
  return { kind: 'none' }
}

/** True for a line of syslog that stands between the lines of output. */
export function isNoise(grammar: Grammar, line: string): boolean {
  return grammar.noise.some((pattern) => pattern.test(line))
}

/** Without `logging synchronous` a device writes syslog behind its prompt and shows no new one. */
function behindNoise(grammar: Grammar, lines: readonly string[], hostname: string | undefined): Sight {
  let noisy = false
  const from = Math.max(0, lines.length - mostNoise)
  for (let at = lines.length - 1; at >= from && hostname !== undefined; at -= 1) {
    const line = lines[at] ?? ''
    if (isNoise(grammar, line)) noisy = true
    else if (line.trim() !== '') {
      const reading = noisy ? readPrompt(grammar, line, hostname) : { kind: 'none' as const }
      return reading.kind === 'one' ? { kind: 'prompt', prompt: reading.prompt, at } : { kind: 'none' }
    }
  }
  return { kind: 'none' }
}
