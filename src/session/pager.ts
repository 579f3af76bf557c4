import type { ReadOnlyLine } from '../model/ids.ts'
import type { Dialogue, Reply } from './dialogue.ts'
import { refusalOf } from './refusal.ts'
import { typedAhead } from './typed-ahead.ts'

/**
 * The first line of a session that reads, together with the lines that turn its pager off: a round trip
 * less. Typed behind them, it is the last: a pager that could not be turned off finds nothing to eat.
 */
export async function readFirst(dialogue: Dialogue, line: ReadOnlyLine): Promise<Reply | undefined> {
  const { grammar } = dialogue.options
  const mode = dialogue.at?.mode
  if (mode === undefined) throw new Error('a session reads once its prompt is known')
  const { off } = grammar.pager
  const replies: Reply[] = []
  const lines = [...off, line]
  const batches = grammar.pipelining ? typedAhead(lines) : lines.map((one) => [one])
  for (const batch of batches) replies.push(...(await dialogue.ask(batch, { modes: [mode] })))
  // Old releases know no `terminal width`: that one changes nothing here, for the echo is matched wrapped.
  const refused = off.some(
    (one, index) => !one.includes('width') && refusalOf(grammar, replies[index]?.output ?? []) !== undefined,
  )
  dialogue.pager = refused ? 'on' : 'off'
  return replies.at(-1)
}
