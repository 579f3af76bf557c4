import type { DeviceRequest } from '../model/device-request.ts'
import { blocks } from '../model/finding.ts'
import { type DevicePlan, savesOf } from '../model/plan.ts'
import type { SavePolicy } from '../model/playbook.ts'
import { driverFor } from '../platform/registry.ts'
import { errorOf } from './faults.ts'
import { openToWrite } from './open-session.ts'
import type { Ports } from './ports.ts'
import { pendingTimer } from './revert-timer-plan.ts'
import { notSaved, type SaveOutcome, saveIfWanted } from './settle.ts'
import { readDevice } from './survey.ts'
import { asked, foreignUnsaved } from './unsaved.ts'

/** What became of settings that an earlier run, or somebody, made and did not save. */
export interface StandingSaved extends SaveOutcome {
  readonly roundTrips: number
}

/**
 * Saves settings that stand in running as asked and not in startup; no configuration line is sent. The
 * device is read again first: only what is still as planned is saved. Never throws.
 */
export async function saveStanding(
  request: DeviceRequest,
  plan: DevicePlan,
  save: SavePolicy,
  ports: Ports,
): Promise<StandingSaved> {
  const opened = await openToWrite(request, ports)
  if (opened.kind === 'err') return { ...left(opened.error.message), roundTrips: 0 }
  const shell = opened.value
  try {
    const again = await readDevice(shell, { ...request, looksForTimer: true }, save)
    if (again.kind !== 'planned') {
      const why = again.kind === 'refused' ? 'a check now refuses this device' : again.error.message
      return { ...left(why), roundTrips: shell.roundTrips }
    }
    const targets = savesOf(plan)
    const why = pendingTimer(again.plan.facts)[0]?.message ?? moved(plan, again.plan)
    if (why !== undefined) return { ...left(why), roundTrips: shell.roundTrips }
    const own = asked(plan.targets)
    const foreign = foreignUnsaved(again.plan.facts, own, driverFor(plan.platform).startup)
    const saved = await saveIfWanted(shell, { plan, ports, save }, foreign, { what: 'setting', targets })
    return { ...saved, roundTrips: shell.roundTrips }
  } catch (thrown) {
    return { ...left(errorOf(thrown).message), roundTrips: shell.roundTrips }
  } finally {
    await shell.close()
  }
}

function left(why: string): SaveOutcome {
  return { findings: [notSaved('setting', why)], saved: 'no' }
}

function moved(plan: DevicePlan, now: DevicePlan): string | undefined {
  const newBlock = now.findings.find(
    (finding) => blocks(finding) && !plan.findings.some((known) => known.code === finding.code),
  )
  if (newBlock !== undefined) return `a check now refuses this device: ${newBlock.code}`
  const gone = savesOf(plan).find(({ name, state }) => {
    const read = now.targets.find((target) => target.name === name)
    return read?.state.before !== state.wanted
  })
  return gone === undefined ? undefined : `${gone.name} changed between plan and save`
}
