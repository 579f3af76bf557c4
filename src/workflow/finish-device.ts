import type { DeviceOutcome } from '../model/outcome.ts'
import { errorOf } from './faults.ts'
import { byDevice, joinSpaces, type SpaceOutcome } from './join-spaces.ts'
import type { Ports } from './ports.ts'
import type { Surveyed } from './survey.ts'
import { type DeviceTurns, deviceTurns } from './turns.ts'

/** The spaces of all devices as `settle` makes an end of each, joined and told by device. */
export async function eachDevice(
  surveyed: readonly Surveyed[],
  ports: Ports,
  settle: (space: Surveyed, turns: DeviceTurns) => Promise<DeviceOutcome>,
  finish: typeof finishDevice = finishDevice,
): Promise<readonly DeviceOutcome[]> {
  return Promise.all(
    byDevice(surveyed).map(async ([home, ...contexts]) => {
      const turns = deviceTurns()
      const end = async (space: Surveyed): Promise<SpaceOutcome> => ({
        request: space.request,
        outcome: await settle(space, turns),
      })
      const [first, ...more] = await Promise.all([end(home), ...contexts.map(end)])
      return finish(joinSpaces([first, ...more]), ports)
    }),
  )
}

/** Puts a device's end on record and tells it; a journal that fails here is told by the outcome. */
export async function finishDevice(outcome: DeviceOutcome, ports: Ports): Promise<DeviceOutcome> {
  let told = outcome
  try {
    for (const target of outcome.targets) {
      const { name, status, reason } = target
      const why = reason === undefined ? {} : { reason }
      await ports.journal.append({ kind: 'outcome', host: outcome.host, target: name, status, ...why })
    }
    await ports.journal.append({
      kind: 'device-outcome',
      host: outcome.host,
      status: outcome.status,
      ...(outcome.error === undefined ? {} : { error: `${outcome.error.code}: ${outcome.error.message}` }),
    })
  } catch (thrown) {
    const status = outcome.status === 'compliant' || outcome.status === 'verified' ? 'failed' : outcome.status
    told = { ...outcome, status, error: outcome.error ?? errorOf(thrown) }
  }
  ports.emit({ kind: 'step', host: outcome.host, step: 'finished' })
  ports.emit({ kind: 'device-finished', outcome: told })
  return told
}
