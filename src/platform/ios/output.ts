import { linesOf } from '../text.ts'
import { iosGrammar } from './grammar.ts'

const pagerMark = /\s?-{2}\s?[Mm]ore\s?-{2}\s?(?:\u0008+ *\u0008*)?/g
const clockLines = /^(?:Load for five secs:|Time source is |No time source,)/

/**
 * The lines of an output as the device meant them: without pager marks, syslog and the clock lines of
 * `terminal exec prompt timestamp`. Blanks in front stay, those behind go.
 */
export function cleanLines(text: string): readonly string[] {
  return linesOf(text)
    .map((line) => line.replace(pagerMark, ''))
    .filter((line) => !clockLines.test(line) && !iosGrammar.noise.some((noise) => noise.test(line)))
}

/** A prompt, with or without the line that was typed at it: saved output often has both. */
export function isPromptOrEcho(line: string): boolean {
  return /^\S{1,64}[#>]\s*(?:sh\w*\s.*)?$/.test(line) || /^sh(?:ow?)?\s+\w/.test(line)
}

/** `hh:mm:ss`, or IOS's `1d02h`, in seconds. */
export function durationSeconds(text: string): number | undefined {
  const clock = /^(\d+):(\d\d):(\d\d)$/.exec(text)
  if (clock !== null) return Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3])
  const long = /^(\d+)d(\d\d)h$/.exec(text)
  return long === null ? undefined : Number(long[1]) * 86_400 + Number(long[2]) * 3600
}
