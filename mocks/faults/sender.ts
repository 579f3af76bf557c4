import type { Clock } from '../../src/kernel/clock.ts'
import type { LinkFaults } from './faults.ts'
import type { Piece } from './faulty-terminal.ts'
import { Outflow } from './outflow.ts'

/** What is used of a channel of ssh2. */
interface Channel {
  write(bytes: Uint8Array): boolean
  once(event: 'close' | 'drain', told: () => void): unknown
  off(event: 'drain', told: () => void): unknown
  pause(): unknown
  resume(): unknown
}

export interface SenderOptions {
  readonly link: LinkFaults
  readonly channel: Channel
  readonly clock: Clock
  readonly rekey: () => void
  readonly end: (how: Extract<Piece, { readonly kind: 'end' }>['how']) => void
}

/** Sends a terminal's pieces over SSH in their order and their time; a client that does not read holds them back. */
export function createSender({
  link,
  channel,
  clock,
  rekey,
  end,
}: SenderOptions): (pieces: readonly Piece[]) => void {
  const outflow = new Outflow(link)
  const closing = new AbortController()
  channel.once('close', () => {
    outflow.clear()
    closing.abort()
  })
  let sending = false
  const send = async (): Promise<void> => {
    sending = true
    try {
      for (let step = outflow.next(); step !== undefined; step = outflow.next()) {
        if (step.kind === 'wait') await clock.sleep(step.ms, closing.signal)
        else if (step.kind === 'rekey') rekey()
        else if (step.kind === 'end') end(step.how)
        else if (!channel.write(step.bytes)) await drained(channel, closing.signal)
      }
    } finally {
      // At once, and not a turn later: the next packet of the same read may be put in between.
      sending = false
    }
  }
  return (pieces) => {
    outflow.put(pieces)
    if (!sending) void send()
  }
}

/** Waits until the client has read on; meanwhile nothing is taken from it. */
function drained(channel: Channel, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (closing.aborted) return resolve()
    const done = (): void => {
      channel.off('drain', done)
      closing.removeEventListener('abort', done)
      channel.resume()
      resolve()
    }
    channel.pause()
    channel.once('drain', done)
    closing.addEventListener('abort', done, { once: true })
  })
}
