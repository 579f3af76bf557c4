import { type Clock, systemClock } from '../src/kernel/clock.ts'
import type { ByteLink } from '../src/transport/link.ts'
import { noFaults } from './faults/faults.ts'
import { createFaultyTerminal } from './faults/faulty-terminal.ts'
import { Outflow } from './faults/outflow.ts'
import { runningFaults } from './faults/running.ts'
import type { TerminalOptions } from './terminal.ts'
import { terminalStyles } from './terminal-style.ts'
import type { SimulatedDevice } from './types.ts'

export interface MemoryLinkOptions extends TerminalOptions {
  /** For what the device does late; the system's when not given. */
  readonly clock?: Clock
}

/** A simulated device's terminal without SSH, for tests of sessions: same echo, pager, line editing and faults. */
export function openMemoryLink(device: SimulatedDevice, options: MemoryLinkOptions = {}): ByteLink {
  const { clock = systemClock, ...terminalOptions } = options
  if (device.cutOff?.() !== undefined) return lostLink(device)
  const faults = device.faults ?? runningFaults(noFaults)
  const terminal = createFaultyTerminal(
    device.open(),
    { ...terminalStyles[device.platform], ...terminalOptions },
    { lines: faults.met, terminal: faults.terminal, cutOff: () => device.cutOff?.() === 'all' },
  )
  const outflow = new Outflow(faults.link)
  outflow.put(terminal.start())
  const closing = new AbortController()
  let waiting: (() => void)[] = []
  let ended = false
  const wake = (): void => {
    const all = waiting
    waiting = []
    for (const go of all) go()
  }
  const close = (): void => {
    ended = true
    outflow.clear()
    closing.abort()
    wake()
  }
  const read = async (): Promise<Uint8Array | 'closed'> => {
    for (;;) {
      const step = outflow.next()
      if (step?.kind === 'bytes') return step.bytes
      if (step?.kind === 'wait') await clock.sleep(step.ms, closing.signal)
      else if (step?.kind === 'end') ended = true
      else if (step === undefined && ended) return 'closed'
      else if (step === undefined) await new Promise<void>((go) => waiting.push(go))
    }
  }
  return {
    peer: `${device.name} (simulated)`,
    read,
    write: (text) => {
      if (ended) return Promise.reject(new Error(`the link to ${device.name} is closed`))
      const pieces = terminal.feed(Buffer.from(text, 'utf8'))
      if (pieces.some((piece) => piece.kind === 'end')) ended = true
      outflow.put(pieces)
      wake()
      return Promise.resolve()
    },
    close,
  }
}

/** The way to the device is lost: nothing comes back. */
function lostLink({ name }: SimulatedDevice): ByteLink {
  return {
    peer: `${name} (simulated)`,
    read: () => Promise.resolve('closed'),
    write: () => Promise.reject(new Error(`the link to ${name} is closed`)),
    close: () => undefined,
  }
}
