import pLimit from 'p-limit'
import type { InventoryHost } from '../model/inventory.ts'
import type { DeviceOutcome } from '../model/outcome.ts'
import { changesOf, isToWrite } from '../model/plan.ts'
import type { ResumeView } from '../model/resume-view.ts'
import { changeAll } from './change-all.ts'
import { ClearTurns } from './clear-turns.ts'
import { finishDevice } from './finish-device.ts'
import { rolloutOf } from './fleet.ts'
import type { FleetRequest, FleetResult } from './fleet-request.ts'
import { byDevice, joinSpaces, type SpaceOutcome } from './join-spaces.ts'
import { untouched } from './outcome.ts'
import { type Planned, planSpace } from './planned.ts'
import type { Ports } from './ports.ts'
import type { ResumeStep } from './resume-decide.ts'
import { resumeSpace } from './resume-device.ts'
import { findSpace, type OpenSpace } from './resume-find.ts'
import type { UnfinishedPush } from './resume-open.ts'
import { chooseCanary } from './rollout/canary.ts'
import type { Surveyed } from './survey.ts'
import { plansOf, surveyAll } from './survey-all.ts'
import { deviceTurns } from './turns.ts'

/** What a resume does: the devices of the request are those with something unfinished, and no others. */
export interface ResumeRequest extends FleetRequest {
  readonly unfinished: readonly UnfinishedPush[]
  /** The resumed run and those that resumed it before, oldest first. */
  readonly runs: readonly string[]
  /** Devices whose records may be damaged. */
  readonly damaged: (host: string) => boolean
  /** Why nothing that was not begun is begun now. */
  readonly noPush?: string
  /** Devices that are not contacted, and why. */
  readonly left: readonly {
    readonly host: Pick<InventoryHost, 'name' | 'platform'>
    readonly status: 'skipped' | 'unknown'
    readonly why: string
  }[]
  /** Shown and asked once, before anything is written. */
  readonly confirm: (found: ResumeView) => Promise<boolean>
}

/**
 * Finishes a run that was cut off: every device that it had begun is read and brought to an end, then those
 * that it had not begun are changed with all checks. No line is sent again on the word of the journal alone.
 */
export async function resumeFleet(request: ResumeRequest, ports: Ports): Promise<FleetResult> {
  const rollout = rolloutOf(request, ports)
  const devices = request.devices.map((one) => ({ ...one, looksForTimer: true as const }))
  const surveyed = await surveyAll({ ...request, devices }, ports)
  const isOpen = ({ request: { host } }: Surveyed): boolean =>
    request.unfinished.some((one) => one.host === host.name)
  const open = await Promise.all(surveyed.filter(isOpen).map((one) => findSpace(one, request, ports)))
  const fresh = await Promise.all(
    surveyed.filter((one) => !isOpen(one)).map((one) => planSpace(one, request.proof.lostAfterMs, ports)),
  )
  const refusal = await askFor(request, viewOf(open, fresh))
  let stopped: string | undefined
  const stop = (why: string): void => {
    stopped ??= why
  }
  const limit = pLimit({ concurrency: request.concurrency, rejectOnClear: true })
  const begun = await Promise.all(
    byDevice(open).map((spaces) =>
      limit(async () => {
        const turns = deviceTurns()
        const skip = (): string | undefined => refusal ?? (request.signal.aborted ? interrupted : undefined)
        const ends: SpaceOutcome[] = []
        for (const space of spaces) {
          if ('outcome' in space) ends.push(space)
          else ends.push(await resumeSpace(space, { fleet: request, ports, turns, skip, stop }))
        }
        const [home, ...contexts] = ends
        if (home === undefined) throw new Error('a device without a space')
        return finishDevice(joinSpaces([home, ...contexts]), ports)
      }),
    ),
  )
  // What went wrong on a device that was begun stops what was not.
  const why = refusal ?? (stopped === undefined ? undefined : `the resume was stopped: ${stopped}`)
  const clears = new ClearTurns('a resume clears nothing')
  const { canary, stop: unfit } = await chooseCanary(byDevice(fresh), rollout, ports)
  if (unfit !== undefined && fresh.some((one) => 'plan' in one && isToWrite(one.plan)))
    rollout.stop(unfit.reason, unfit.next)
  const refusalOf = why ?? rollout.closed?.reason ?? rollout.stopped?.reason
  const control = { refusal: refusalOf, clears, rollout, canary }
  const { devices: rest, ...told } = await changeAll(request, fresh, control, ports)
  const left = await Promise.all(request.left.map((one) => finishDevice(leftOutcome(one), ports)))
  return { devices: [...begun, ...rest, ...left], plans: plansOf(surveyed), ...told }
}

const interrupted = 'the resume was interrupted before this device was begun'

async function askFor(request: ResumeRequest, view: ResumeView): Promise<string | undefined> {
  if (request.signal.aborted) return interrupted
  if ((await request.confirm(view)) || !view.asks) return undefined
  return request.signal.aborted ? interrupted : 'the resume was not approved'
}

function viewOf(
  open: readonly (OpenSpace | SpaceOutcome)[],
  fresh: readonly (Planned | SpaceOutcome)[],
): ResumeView {
  const plans = fresh.flatMap((one) => ('plan' in one && isToWrite(one.plan) ? [one.plan] : []))
  const spaces = open.flatMap((space) => {
    if ('outcome' in space) return []
    const { host, context } = space.request
    const targets = space.decided.map(({ name, now, known, step }) => ({
      name,
      before: known?.before ?? 'not known',
      wanted: known?.wanted ?? 'not known',
      value: now.state.before,
      step: step.kind,
      why: step.why,
      lines: linesOf(space, name, step),
    }))
    return [{ host: host.name, ...(context === undefined ? {} : { context }), targets }]
  })
  const acts = spaces.some(({ targets }) => targets.some(({ step }) => step !== 'leave'))
  return { spaces, plans, asks: acts || plans.length > 0 }
}

function linesOf({ plan }: OpenSpace, name: string, step: ResumeStep): readonly string[] {
  if (step.kind === 'take-back') return step.change.revert.map(({ line }) => line)
  const target = step.kind === 'push' ? changesOf(plan).find((one) => one.name === name) : undefined
  return target?.decision.change.lines.map(({ line }) => line) ?? []
}

function leftOutcome({ host, status, why }: ResumeRequest['left'][number]): DeviceOutcome {
  return {
    ...untouched({ host: host.name, platform: host.platform }, status),
    error: {
      code: 'PLAN_STALE',
      message: why,
      next:
        status === 'unknown'
          ? 'log in and look at its targets, then run plan'
          : 'run plan, then apply, for this device',
    },
  }
}
