import { codeGroups, type ExplainedCode } from '../model/explain.ts'
import { beside, type Frame, sentence } from './frame.ts'
import { jsonText } from './json.ts'
import { pad, wrapText } from './layout.ts'
import { createStyle } from './style.ts'

export interface ExplainOptions {
  readonly color: boolean
  readonly width: number
}

function frameOf({ color, width }: ExplainOptions): Frame {
  return { style: createStyle(color), width: Math.max(40, width), verbose: true }
}

/** One code for a person at a terminal. Ends with a line feed. */
export function renderExplanation(one: ExplainedCode, options: ExplainOptions): string {
  const frame = frameOf(options)
  const { bold, dim } = frame.style
  const part = (label: string, text: string): readonly string[] => beside(label, sentence(text, frame), dim)
  const lines = [
    bold(one.code),
    ...sentence(one.title, frame),
    '',
    ...part('severity', one.severity),
    ...part('meaning', one.meaning),
    ...part('would break', one.wouldBreak),
    ...part('to do', one.todo),
    ...part('source', one.source),
  ]
  return `${lines.join('\n')}\n`
}

/** All codes in their groups, a line each. Ends with a line feed. */
export function renderCodeList(options: ExplainOptions): string {
  const frame = frameOf(options)
  const codes = codeGroups.flatMap((group) => group.codes)
  const column = Math.max(...codes.map(({ code }) => code.length))
  const room = frame.width - column - 4
  const lines = codeGroups.flatMap((group) => [
    '',
    frame.style.bold(group.title),
    ...group.codes.flatMap(({ code, title }) =>
      // Where two columns do not fit, the title stands below its code.
      room < 24
        ? [`  ${code}`, ...wrapText(title, frame.width - 4).map((line) => `    ${line}`)]
        : wrapText(title, room).map((line, index) => `  ${pad(index === 0 ? code : '', column)}  ${line}`),
    ),
  ])
  return `${['ikero explain CODE tells more', ...lines].join('\n')}\n`
}

/** One code, or all of them in their groups, for programs. */
export function explanationJson(one?: ExplainedCode): string {
  const value = one === undefined ? { groups: codeGroups } : one
  return jsonText({ formatVersion: 1, command: 'explain', ...value })
}
