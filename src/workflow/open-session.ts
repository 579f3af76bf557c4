import { err, type Result } from '../kernel/result.ts'
import { type Space, spaceName } from '../model/device-request.ts'
import type { DeviceError } from '../model/outcome.ts'
import type { ReadShell, WriteShell } from '../model/shell.ts'
import type { Ports } from './ports.ts'

/** A session for reading, in exactly this space; one that stands elsewhere is none (INTERNAL). */
export async function openToRead(
  space: Space,
  ports: Pick<Ports, 'sessions'>,
  signal?: AbortSignal,
): Promise<Result<ReadShell, DeviceError>> {
  return inSpace(space, await ports.sessions.read(space, signal))
}

/** The same for the change and rollback steps only. */
export async function openToWrite(
  space: Space,
  ports: Pick<Ports, 'sessions'>,
): Promise<Result<WriteShell, DeviceError>> {
  return inSpace(space, await ports.sessions.write(space))
}

/** The same lines mean another customer's tunnels in another context: nothing is read or sent there. */
async function inSpace<S extends ReadShell>(
  space: Space,
  opened: Result<S, DeviceError>,
): Promise<Result<S, DeviceError>> {
  if (opened.kind === 'err') return err(noSession(space, opened.error))
  const shell = opened.value
  if (shell.context === space.context) return opened
  await shell.close()
  const wanted = spaceName(space.host.name, space.context)
  return err({
    code: 'INTERNAL',
    message: `ikero itself failed: the session for ${wanted} stands in ${spaceName(space.host.name, shell.context)}`,
    next: 'please report this with the run folder; nothing was sent in that session',
  })
}

/** A context that cannot be entered is no matter of reach: the device itself answered. */
function noSession({ context }: Space, error: DeviceError): DeviceError {
  if (context === undefined || error.code !== 'UNEXPECTED_PROMPT') return error
  const { cause: _reached, ...rest } = error
  return rest
}
