import type { Command } from 'commander'
import type { End } from './ends.ts'
import type { CommandIo } from './io.ts'

/** Runs a command that was parsed: arguments in order, flags by name. */
export type RunCommand = (
  args: readonly string[],
  flags: Readonly<Record<string, unknown>>,
  io: CommandIo,
) => Promise<number>

/** One row of the command table. */
export interface CommandRow {
  readonly usage: string
  readonly summary: string
  /** What it does to devices: `contacts` logs in or asks for a host key, and changes nothing. */
  readonly devices: 'none' | 'contacts' | 'writes'
  /** With which exit codes it ends. */
  readonly ends: readonly End[]
  readonly examples: readonly string[]
  /** Adds flags, and says more of the arguments. */
  define(command: Command): void
  load(): Promise<RunCommand>
}
