import type { SelfProcess } from '../wire/options.ts'

/** A stream that a command writes to. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/** What a command has of the world outside; main.ts hands it in, tests hand in their own. */
export interface CliIo {
  /** Without node and the script. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** The effective user; absent where the system has no such numbers. */
  readonly uid?: number
  /** This process, for the leases of devices. */
  readonly self?: SelfProcess
  readonly stdin: NodeJS.ReadStream
  readonly stdout: Output & NodeJS.WritableStream
  readonly stderr: Output & NodeJS.WritableStream
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal
  /** Aborted by the second one. */
  readonly halt: AbortSignal
  /** The same as a SIGINT: for Ctrl-C while a question is asked. */
  interrupt(): void
  /** From now on a SIGHUP asks for this, and interrupts no more. Absent where no signals come. */
  onReload?(act: () => void): void
}

/** The same for a command that was parsed: what it prints for programs bears its name. */
export interface CommandIo extends CliIo {
  readonly command: string
}

/** Colour on a terminal that wants it: `--no-color`, NO_COLOR and TERM=dumb are obeyed. */
export function wantsColor(io: CliIo, stream: Output, flag: boolean | undefined): boolean {
  if (flag === false || (io.env.NO_COLOR ?? '') !== '' || io.env.TERM === 'dumb') return false
  return stream.isTTY === true
}

/** Columns and lines of a terminal; 80 by 24 where there is none, or one that does not say. */
export function sizeOf({ columns, rows }: Output): { readonly columns: number; readonly rows: number } {
  const known = (size: number | undefined): size is number => size !== undefined && size > 0
  return { columns: known(columns) ? columns : 80, rows: known(rows) ? rows : 24 }
}

export function widthOf(stream: Output): number {
  return sizeOf(stream).columns
}
