import { createProgress, type Progress, type ProgressOptions } from '../../src/report/progress.ts'
import type { TerminalSize } from '../../src/report/progress-frame.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/** A progress with everything that it wrote. */
export interface Watched {
  readonly progress: Progress
  readonly written: string[]
  readonly terminal: Terminal
  /** The lines that a terminal would show now. */
  screen(): readonly string[]
  resize(columns: number, rows: number): void
}

export function watch(
  kind: ProgressOptions['kind'],
  hosts: readonly string[],
  clock: { readonly ms: number } = { ms: 0 },
  first: TerminalSize = { columns: 80, rows: 40 },
): Watched {
  let size = first
  const terminal = createTerminal(first.columns, first.rows)
  const written: string[] = []
  const progress = createProgress({
    kind,
    write: (text) => {
      written.push(text)
      terminal.write(text)
    },
    size: () => size,
    color: false,
    hosts,
    now: () => clock.ms,
  })
  return {
    progress,
    written,
    terminal,
    screen: () => terminal.screen(),
    resize(columns, rows) {
      size = { columns, rows }
      terminal.resize(columns, rows)
    },
  }
}
