import type { Diagnostic } from '../kernel/diagnostics.ts'
import { inOrder } from './diagnostics.ts'

/** One mistake for programs; its place is absent where it stands in no file. */
export interface Problem {
  readonly code: string
  readonly severity: Diagnostic['severity']
  readonly message: string
  readonly file?: string
  readonly line?: number
  readonly col?: number
  readonly hint?: string
}

/** What was checked and found good: with `validate` only. */
export interface Checked {
  readonly playbook: string
  readonly devices: readonly string[]
}

/** What `--json` prints of a command that was refused, and of `validate`; its schema is `problems.schema.json`. */
export interface ProblemsDocument extends Partial<Checked> {
  readonly formatVersion: 1
  readonly command: string
  readonly exitCode: number
  readonly problems: readonly Problem[]
}

/**
 * Mistakes in the order in which people are told them. The source line that people see stays behind: it may hold what
 * is nobody's business, and an editor has the file.
 */
export function problemsDocument(
  command: string,
  exitCode: number,
  list: readonly Diagnostic[],
  checked?: Checked,
): ProblemsDocument {
  return {
    formatVersion: 1,
    command,
    exitCode,
    ...(checked === undefined ? {} : { playbook: checked.playbook, devices: [...checked.devices] }),
    problems: inOrder(list).map(({ code, severity, message, at, hint }) => ({
      code,
      severity,
      message,
      ...(at === undefined ? {} : { file: at.file, line: at.line, col: at.col }),
      ...(hint === undefined ? {} : { hint }),
    })),
  }
}

/** The same for one mistake that no file has: of the command line, or met on the way. */
export function problemDocument(
  command: string,
  exitCode: number,
  { code, message, hint }: Pick<Problem, 'code' | 'message' | 'hint'>,
): ProblemsDocument {
  const problem = { code, severity: 'error', message, ...(hint === undefined ? {} : { hint }) } as const
  return { formatVersion: 1, command, exitCode, problems: [problem] }
}
