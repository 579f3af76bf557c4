import pLimit from 'p-limit'
import type { DeviceRequest } from '../model/device-request.ts'
import type { DevicePlan } from '../model/plan.ts'
import { acrossSpaces } from './across-spaces.ts'
import { errorOf } from './faults.ts'
import type { FleetRequest } from './fleet-request.ts'
import { judgeRun } from './judge-run.ts'
import type { Ports } from './ports.ts'
import type { Rollout } from './rollout/rollout.ts'
import { againstSaved } from './stale.ts'
import { type Surveyed, survey } from './survey.ts'

/** `save`: startup is read too; verify saves nothing, and does not ask. */
export async function surveyAll(
  request: Omit<FleetRequest, 'save'> & Partial<Pick<FleetRequest, 'save'>>,
  ports: Ports,
  rollout?: Rollout,
): Promise<readonly Surveyed[]> {
  const limit = pLimit({ concurrency: request.concurrency, rejectOnClear: true })
  const devices = await Promise.all(
    request.devices.map((device) =>
      limit(async () => {
        if (rollout?.stopped !== undefined) return [notRead(device, rollout.stopped.reason)]
        const spaces = await survey(device, ports, request.signal, request.save)
        if (spaces.some(({ outcome }) => outcome.kind === 'unreachable'))
          rollout?.count(device.host.name, 'unreachable')
        return Promise.all(spaces.map((one) => recorded(one, ports)))
      }),
    ),
  )
  // Nothing will be sent: the other ends need not be read for it.
  const around =
    rollout?.stopped === undefined || request.around === undefined
      ? request.around
      : { ...request.around, readPeers: false }
  const { saved } = request
  const alone = devices.flat()
  const judged = around === undefined ? alone : await judgeRun(alone, { ...request, around }, ports)
  const held = saved === undefined ? judged : againstSaved(judged, saved, around?.onBlocked)
  const settled = acrossSpaces(held, around?.onBlocked)
  for (const plan of plansOf(settled)) ports.emit({ kind: 'planned', plan })
  return settled
}

/** Reading was stopped before this device. */
function notRead(request: DeviceRequest, reason: string): Surveyed {
  return {
    request,
    outcome: { kind: 'skipped', reason: `it was not read any more: ${reason}`, roundTrips: 0 },
  }
}

/** Puts a device that was not reached on record; a journal that cannot be written stops this device. */
export async function recorded(surveyed: Surveyed, ports: Ports): Promise<Surveyed> {
  const { request, outcome } = surveyed
  if (outcome.kind !== 'unreachable') return surveyed
  const { code, message } = outcome.error
  try {
    await ports.journal.append({ kind: 'device-unreachable', host: request.host.name, code, message })
    return surveyed
  } catch (thrown) {
    const { roundTrips } = outcome
    return { request, outcome: { kind: 'failed', error: errorOf(thrown), roundTrips } }
  }
}

/** One for each space in which something is asked. */
export function plansOf(surveyed: readonly Surveyed[]): readonly DevicePlan[] {
  return surveyed.flatMap(({ request, outcome }) =>
    outcome.kind === 'planned' && request.intent.targets.length > 0 ? [outcome.plan] : [],
  )
}
