import type { RunCommand } from './command-row.ts'
import type { CommandShape } from './command-shapes.ts'
import { commandShapes } from './command-shapes.ts'
import { bashCompletion } from './completion-bash.ts'
import { fishCompletion } from './completion-fish.ts'
import { zshCompletion } from './completion-zsh.ts'

const scripts: Readonly<Record<string, (commands: readonly CommandShape[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
}

/** `completion SHELL`: a script from the command table. The table has refused every other shell. */
export const runCompletion: RunCommand = async ([shell = ''], _values, io) => {
  io.stdout.write(scripts[shell]?.(commandShapes()) ?? '')
  return 0
}
