import type { Capture } from '../model/capture.ts'
import type { ReadOnlyLine } from '../model/ids.ts'
import type { ReadShell } from '../model/shell.ts'
import type { Dialogue, Reply } from './dialogue.ts'
import type { LoggedIn } from './login.ts'
import { refusalOf } from './refusal.ts'

/** How many characters are typed ahead at most: a vty's input buffer is small (its size: UNVERIFIED). */
const mostTypedAhead = 512
const logoutMs = 500

/** A session that reads: `run` and `runAll` in the mode that the login left it in. */
export function readShell(dialogue: Dialogue, login: LoggedIn): ReadShell {
  const { platform, grammar } = dialogue.options
  const pipelined = grammar.pipelining && login.pagerOff
  const batchesOf = (lines: readonly ReadOnlyLine[]): readonly (readonly ReadOnlyLine[])[] =>
    pipelined ? typedAhead(lines) : lines.map((line) => [line])
  const runAll = (lines: readonly ReadOnlyLine[]): Promise<readonly Capture[]> =>
    dialogue.alone(async () => {
      const captures: Capture[] = []
      for (const batch of batchesOf(lines)) captures.push(...(await read(dialogue, batch)))
      return captures
    })
  return {
    platform,
    hostname: login.hostname,
    privileged: login.privileged,
    ...(login.context === undefined ? {} : { context: login.context }),
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

async function read(dialogue: Dialogue, lines: readonly ReadOnlyLine[]): Promise<readonly Capture[]> {
  const mode = dialogue.at?.mode
  if (mode !== 'user' && mode !== 'privileged') {
    throw new Error('read-only lines run outside configuration mode')
  }
  const replies = await dialogue.ask(lines, { modes: [mode] })
  return lines.map((line, index) => captureFrom(dialogue, line, replies[index]))
}

function captureFrom(dialogue: Dialogue, line: ReadOnlyLine, reply: Reply | undefined): Capture {
  const output = reply?.output ?? []
  const refusal = refusalOf(dialogue.options.grammar, output)
  const text = output.join('\n')
  return refusal === undefined ? { line, text } : { line, text, refusal }
}

/** Lines in order, in batches that fit a terminal's input buffer. */
function typedAhead(lines: readonly ReadOnlyLine[]): readonly (readonly ReadOnlyLine[])[] {
  const batches: ReadOnlyLine[][] = []
  let room = 0
  for (const line of lines) {
    const last = batches.at(-1)
    if (last === undefined || line.length + 1 > room) {
      batches.push([line])
      room = mostTypedAhead - line.length - 1
    } else {
      last.push(line)
      room -= line.length + 1
    }
  }
  return batches
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
