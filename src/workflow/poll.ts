import type { DeviceRequest } from '../model/device-request.ts'
import type { SaReading } from '../model/facts.ts'
import type { DeviceError } from '../model/outcome.ts'
import type { DevicePlan } from '../model/plan.ts'
import { errorOf } from './faults.ts'
import { openToRead } from './open-session.ts'
import type { Ports } from './ports.ts'
import { readSas } from './read-back.ts'

/** One look at a device's SAs, in a short session of its own. */
export type Poll =
  | { readonly kind: 'read'; readonly reading: SaReading; readonly roundTrips: number }
  | { readonly kind: 'failed'; readonly error: DeviceError; readonly roundTrips: number }

/** Logs in, reads the SAs and logs out. Never throws. */
export async function pollSas(
  request: DeviceRequest,
  plan: DevicePlan,
  ports: Pick<Ports, 'sessions'>,
  signal: AbortSignal,
): Promise<Poll> {
  const opened = await openToRead(request, ports, signal)
  if (opened.kind === 'err') return { kind: 'failed', error: opened.error, roundTrips: 0 }
  const shell = opened.value
  try {
    const sas = await readSas(shell, plan)
    return sas.kind === 'read'
      ? { kind: 'read', reading: sas.reading, roundTrips: shell.roundTrips }
      : { kind: 'failed', error: sas.error, roundTrips: shell.roundTrips }
  } catch (thrown) {
    return { kind: 'failed', error: errorOf(thrown), roundTrips: shell.roundTrips }
  } finally {
    await shell.close()
  }
}
