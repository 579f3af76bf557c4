import type { ClientChannel } from 'ssh2'
import type { ByteLink } from './link.ts'

/**
 * A shell channel as a link. Bytes stay in the channel until they are pulled: its window (2 MiB) is the
 * bound, and a device that sends more is held back by it. `hangUp` closes the connection below.
 */
export function channelLink(
  peer: string,
  channel: ClientChannel,
  hangUp: () => void,
  whyClosed: () => string | undefined = () => undefined,
): ByteLink {
  let closed = false
  let drained = false
  const readers = new Set<() => void>()
  const writers = new Set<() => void>()
  const wakeAll = (waiting: Set<() => void>): void => {
    const all = [...waiting]
    waiting.clear()
    for (const wake of all) wake()
  }
  const end = (): void => {
    if (closed) return
    closed = true
    hangUp()
    wakeAll(readers)
    wakeAll(writers)
  }
  channel.on('readable', () => wakeAll(readers))
  // `end` comes once all bytes have been pulled, `close` after it.
  channel.on('end', () => {
    drained = true
    wakeAll(readers)
  })
  channel.on('close', end)
  channel.on('error', end)
  // Nothing is said on stderr of a terminal, but what is not read would fill the window.
  channel.stderr.resume()

  return {
    peer,
    async read() {
      for (;;) {
        if (closed) return 'closed'
        const chunk: unknown = channel.read()
        if (chunk instanceof Uint8Array) return chunk
        if (drained) return 'closed'
        await new Promise<void>((resolve) => readers.add(resolve))
      }
    },
    write(text) {
      return new Promise((resolve, reject) => {
        const lost = (): void => reject(new Error('the link is closed'))
        if (closed || drained) return lost()
        writers.add(lost)
        try {
          channel.write(text, 'utf8', (error) => {
            writers.delete(lost)
            if (error) reject(error)
            else resolve()
          })
        } catch {
          // ssh2 throws here between the end of the socket and the end of the channel.
          writers.delete(lost)
          lost()
        }
      })
    },
    close: end,
    whyClosed,
  }
}
