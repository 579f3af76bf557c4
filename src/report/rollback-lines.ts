import { printable } from '../kernel/printable.ts'
import type { ConsoleLines } from '../model/rollback.ts'

const saveNotes: Readonly<Record<ConsoleLines['save'], string>> = {
  no: '! the run had not saved: a look at startup tells whether somebody has since',
  maybe: '! the run was cut off while it saved: if startup has its value, save with: write memory',
  yes: '! the run had saved: then save with: write memory',
}

/**
 * The way back of a run to paste at a console, one block a device or context: comments, then exactly the lines
 * that rollback would send. Nothing in a block but its lines does anything; what is foreign is escaped.
 */
export function renderConsoleLines(
  run: string,
  spaces: readonly ConsoleLines[],
  refused: readonly string[],
): string {
  const head = [
    `! takes back run ${printable(run)}; nothing was contacted, and nobody has looked whether it still stands`,
    ...refused.map((text) => `! left out: ${printable(text)}`),
  ]
  const blocks = spaces.map(({ host, context, targets, save }) => [
    '!',
    `! device ${printable(host)}`,
    ...(context === undefined
      ? []
      : [`! context ${printable(context)} (enter it first: changeto context ${printable(context)})`]),
    'configure terminal',
    ...targets.flatMap(({ lines }) => lines.map(printable)),
    'end',
    saveNotes[save],
  ])
  return `${[...head, ...blocks.flat()].join('\n')}\n`
}

/** The same for programs. */
export function consoleDocument(
  run: string,
  spaces: readonly ConsoleLines[],
  refused: readonly string[],
  exitCode: number,
): object {
  return {
    formatVersion: 1,
    command: 'rollback',
    of: run,
    exitCode,
    print: spaces.map(({ host, context, targets, save }) => ({
      host,
      ...(context === undefined ? {} : { context }),
      targets: targets.map(({ name, lines }) => ({ name, lines: [...lines] })),
      lines: ['configure terminal', ...targets.flatMap(({ lines }) => lines), 'end'],
      save,
    })),
    refused: [...refused],
  }
}
