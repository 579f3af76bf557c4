import type { Capture } from '../model/capture.ts'
import type { ReadOnlyLine } from '../model/ids.ts'
import type { ReadShell } from '../model/shell.ts'
import type { Dialogue, Reply } from './dialogue.ts'
import type { LoggedIn } from './login.ts'
import { readFirst } from './pager.ts'
import { refusalOf } from './refusal.ts'
import { typedAhead } from './typed-ahead.ts'

const logoutMs = 500

/** A session that reads: `run` and `runAll` in the mode that the login left it in. */
export function readShell(dialogue: Dialogue, login: LoggedIn): ReadShell {
  const { platform, grammar } = dialogue.options
  const { hostKey } = dialogue.link
  const batchesOf = (lines: readonly ReadOnlyLine[]): readonly (readonly ReadOnlyLine[])[] =>
    grammar.pipelining && dialogue.pager === 'off' ? typedAhead(lines) : lines.map((line) => [line])
  const runAll = (lines: readonly ReadOnlyLine[]): Promise<readonly Capture[]> =>
    dialogue.alone(async () => {
      const captures: Capture[] = []
      const [first] = lines
      if (first !== undefined && dialogue.pager === 'untouched') {
        assertReads(dialogue)
        captures.push(captureFrom(dialogue, first, await readFirst(dialogue, first)))
      }
      for (const batch of batchesOf(lines.slice(captures.length))) {
        captures.push(...(await read(dialogue, batch)))
      }
      return captures
    })
  return {
    platform,
    hostname: login.hostname,
    privileged: login.privileged,
    ...(login.context === undefined ? {} : { context: login.context }),
    ...(hostKey === undefined ? {} : { hostKey }),
    get roundTrips() {
      return dialogue.roundTrips
    },
    async run(line) {
      const [capture] = await runAll([line])
      if (capture === undefined) throw new Error(`no capture of ${line}`)
      return capture
    },
    runAll,
    close: () => close(dialogue),
  }
}

function assertReads(dialogue: Dialogue): 'user' | 'privileged' {
  const mode = dialogue.at?.mode
  if (mode === 'user' || mode === 'privileged') return mode
  throw new Error('read-only lines run outside configuration mode')
}

async function read(dialogue: Dialogue, lines: readonly ReadOnlyLine[]): Promise<readonly Capture[]> {
  const mode = assertReads(dialogue)
  const replies = await dialogue.ask(lines, { modes: [mode] })
  return lines.map((line, index) => captureFrom(dialogue, line, replies[index]))
}

function captureFrom(dialogue: Dialogue, line: ReadOnlyLine, reply: Reply | undefined): Capture {
  const output = reply?.output ?? []
  const refusal = refusalOf(dialogue.options.grammar, output)
  const text = output.join('\n')
  return refusal === undefined ? { line, text } : { line, text, refusal }
}

/** Logs out as far as half a second allows; a broken or busy session is closed as it stands. */
async function close(dialogue: Dialogue): Promise<void> {
  try {
    if (!dialogue.unfit && !dialogue.closing) {
      dialogue.closing = true
      await dialogue.sayGoodbye(logoutMs)
    }
  } catch {
    // The session ends either way, and nobody waits for its last words.
  }
  dialogue.link.close()
}
