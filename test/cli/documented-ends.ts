import { commands } from '../../src/cli/commands.ts'
import type { Ran } from './in-process.ts'

/**
 * Throws where a command ended with an exit code that its help and docs/commands.md do not have: every test that runs
 * ikero checks that table by the way. An error that no command has turned into a result (`error CODE: …`) may end any.
 */
export function checkEnd(argv: readonly string[], { code, stderr }: Pick<Ran, 'stderr'> & EndCode): void {
  const row = commands.find(({ usage }) => usage.split(' ')[0] === argv[0])
  if (row === undefined || code === null || row.ends.some((end) => end.code === code)) return
  if (code === 1 && /^error [A-Z_]+: /m.test(stderr)) return
  throw new Error(`ikero ${argv[0]} ended with ${code}, which its row in src/cli/commands.ts does not list`)
}

interface EndCode {
  /** null: ended by a signal. */
  readonly code: number | null
}
