import type { ConfigStep } from '../model/plan.ts'
import type { LinePurpose } from '../model/record.ts'
import type { LineReply, WriteShell } from '../model/shell.ts'
import { assertNotHalted } from './halt.ts'
import type { Ports } from './ports.ts'

/** What a line is sent for: stands beside it in the journal. */
export interface SentFor {
  readonly host: string
  readonly context?: string
  readonly target: string
  readonly purpose: LinePurpose
}

/** What became of the lines of one target. */
export type PushOutcome =
  | { readonly kind: 'accepted'; readonly sent: number }
  /** Lines before this one took effect; this one did not. */
  | { readonly kind: 'refused'; readonly line: string; readonly refusal: string; readonly sent: number }

/**
 * Sends one target's lines, one at a time; each stands in the journal before it is sent. A broken link is
 * thrown on (SessionFault) after it was recorded: what took effect is then found by reading, never by
 * sending again.
 */
export async function pushSteps(
  shell: WriteShell,
  steps: readonly ConfigStep[],
  about: SentFor,
  ports: Pick<Ports, 'journal' | 'emit' | 'halt'>,
  /** Called before each line that goes out: not for one that could not be recorded. */
  onSend: () => void = () => undefined,
): Promise<PushOutcome> {
  let sent = 0
  for (const step of steps) {
    const line = step.line
    const reply = await sendRecorded(
      line,
      () => {
        sent += 1
        onSend()
        return shell.send(step)
      },
      about,
      ports,
    )
    if (reply.kind === 'refused') return { kind: 'refused', line, refusal: reply.refusal, sent }
  }
  return { kind: 'accepted', sent }
}

/**
 * One line, in the journal before it is sent and with its answer after it. `send` is not called when the
 * record cannot be written (JOURNAL_FAILED); a broken link is thrown on after it was recorded.
 */
export async function sendRecorded(
  line: string,
  send: () => Promise<LineReply>,
  about: SentFor,
  ports: Pick<Ports, 'journal' | 'emit' | 'halt'>,
): Promise<LineReply> {
  const { host, target } = about
  assertNotHalted(ports)
  await ports.journal.append({ kind: 'line-sending', line, ...about })
  ports.emit({ kind: 'line-sent', line, ...about })
  const reply = await send().catch(async (thrown: unknown) => {
    const lost = { host, target, line, reply: 'link-lost', said: '' } as const
    ports.emit({ kind: 'line-replied', ...lost })
    // The record must not hide the fault that it is about: a failing journal is reported by the next append.
    await ports.journal.append({ kind: 'line-replied', ...lost }).catch(() => undefined)
    throw thrown
  })
  const said = reply.kind === 'accepted' ? reply.said : reply.refusal
  const replied = { host, target, line, reply: reply.kind, said }
  ports.emit({ kind: 'line-replied', ...replied })
  await ports.journal.append({ kind: 'line-replied', ...replied })
  return reply
}
