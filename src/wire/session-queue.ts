import type { Result } from '../kernel/result.ts'
import type { Space } from '../model/device-request.ts'
import type { ReadShell, Unreachable } from '../model/shell.ts'
import type { PlainSessions } from '../workflow/ports.ts'
import { type AccessSources, accessOf, type HostAccess, inventoryAlone } from './access.ts'

/** The sessions that are open to one device, and who waits for one to end. */
interface Line {
  readers: number
  writers: number
  readonly waiting: (() => void)[]
}

/**
 * At most one open session to a device at a time, whatever contexts they work in: the next one waits until it
 * is closed. The exception is one session that reads beside the one that writes: the second login of the change
 * step, or the look after its link broke. An abort ends the waiting.
 */
export function oneAtATime(sessions: PlainSessions, sources: AccessSources = inventoryAlone): PlainSessions {
  const lines = new Map<string, Line>()
  const lineTo = ({ host }: Space): Line => {
    const key = placeOf(accessOf(host, sources))
    const line = lines.get(key) ?? { readers: 0, writers: 0, waiting: [] }
    lines.set(key, line)
    return line
  }
  return {
    read: async (space, signal) => {
      const line = lineTo(space)
      await place(line, 'readers', () => line.readers === 0, signal)
      return held(line, 'readers', () => sessions.read(space, signal))
    },
    write: async (space) => {
      const line = lineTo(space)
      await place(line, 'writers', () => line.readers + line.writers === 0, undefined)
      return held(line, 'writers', () => sessions.write(space))
    },
  }
}

/** Address and port, as seen from the last jump host: two sites may use the same private address. */
function placeOf(device: HostAccess): string {
  return [...device.via.value, device].map(({ address, port }) => `${address.value} ${port.value}`).join('\n')
}

/** Takes a place once it is free. An abort is not waited for: the session that follows finds it out by itself. */
async function place(
  line: Line,
  kind: 'readers' | 'writers',
  free: () => boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  while (!free() && signal?.aborted !== true) {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      line.waiting.push(wake)
      signal?.addEventListener('abort', wake)
    })
  }
  // Without a wait after the look: two that look at the same time would both go.
  line[kind] += 1
}

/** Opens; the place is free again once there is no session, or the session is closed. */
function held<S extends ReadShell>(
  line: Line,
  kind: 'readers' | 'writers',
  open: () => Promise<Result<S, Unreachable>>,
): Promise<Result<S, Unreachable>> {
  return untilClosed(() => {
    line[kind] -= 1
    // All of them look again: who may not go yet waits on.
    for (const wake of line.waiting.splice(0)) wake()
  }, open)
}

/** Opens, and calls `release` once: when there is no session, or when the session is closed. */
export async function untilClosed<S extends ReadShell>(
  release: () => void,
  open: () => Promise<Result<S, Unreachable>>,
): Promise<Result<S, Unreachable>> {
  let here = true
  const leave = (): void => {
    if (here) release()
    here = false
  }
  try {
    const opened = await open()
    if (opened.kind === 'err') {
      leave()
      return opened
    }
    const shell = opened.value
    const { close } = shell
    shell.close = () => close().finally(leave)
    return opened
  } catch (thrown) {
    leave()
    throw thrown
  }
}
