import { linesOf } from '../text.ts'

const promptAndEcho = /^(?<host>[^\s()#>$%<]{1,100})(?:\([\w.@/:+-]+\))?[#>] ?(?<echo>sh\w* .*)?$/i
// A device writes the mark over with blanks or a CR when it goes on; what follows belongs to the output.
const pagerMark = /<--- More --->[\r ]*/g

/**
 * What a command printed, line by line, without line ends, trailing blanks, pager marks, prompts and the
 * echo of a `show` line. Captures have none of those; files that people saved do.
 */
export function outputLines(text: string): readonly string[] {
  return linesOf(text.replace(pagerMark, '')).filter((line) => line === '' || !promptAndEcho.test(line))
}

/** The hostname of the first prompt in the text, without the context and state that may follow it. */
export function promptHost(text: string): string | undefined {
  for (const line of linesOf(text)) {
    const host = promptAndEcho.exec(line)?.groups?.host
    if (host !== undefined) return host.split('/')[0]
  }
  return undefined
}
