import type { ByteLink } from '../src/transport/link.ts'
import { createTerminal, type TerminalOptions } from './terminal.ts'
import { terminalStyles } from './terminal-style.ts'
import type { SimulatedDevice } from './types.ts'

/** A simulated device's terminal without SSH, for tests of sessions: same echo, pager and line editing. */
export function openMemoryLink(device: SimulatedDevice, options: TerminalOptions = {}): ByteLink {
  const terminal = createTerminal(device.open(), { ...terminalStyles[device.platform], ...options })
  const unread: Uint8Array[] = [terminal.start()].filter((bytes) => bytes.length > 0)
  const waiting: ((bytes: Uint8Array | 'closed') => void)[] = []
  let closed = false
  const close = (): void => {
    closed = true
    for (const resolve of waiting.splice(0)) resolve('closed')
  }
  const push = (bytes: Uint8Array): void => {
    const reader = waiting.shift()
    if (reader === undefined) unread.push(bytes)
    else reader(bytes)
  }
  return {
    peer: `${device.name} (simulated)`,
    read: () => {
      const next = unread.shift()
      if (next !== undefined) return Promise.resolve(next)
      if (closed) return Promise.resolve('closed')
      return new Promise((resolve) => waiting.push(resolve))
    },
    write: (text) => {
      if (closed) return Promise.reject(new Error(`the link to ${device.name} is closed`))
      const output = terminal.feed(Buffer.from(text, 'utf8'))
      if (output.length > 0 && terminal.ended !== 'dropped') push(output)
      if (terminal.ended !== 'no') close()
      return Promise.resolve()
    },
    close: () => {
      unread.length = 0
      close()
    },
  }
}
