import type { Capture } from '../model/capture.ts'
import type { Finding } from '../model/finding.ts'
import type { DeviceError } from '../model/outcome.ts'
import { contextOfPlan, type DevicePlan, type TargetPlan } from '../model/plan.ts'
import type { ReadShell, WriteShell } from '../model/shell.ts'
import { driverFor } from '../platform/registry.ts'
import type { ChangeContext } from './change.ts'
import { errorOf } from './faults.ts'
import { assertNotHalted } from './halt.ts'
import { openToRead } from './open-session.ts'
import type { Ports } from './ports.ts'
import { type Foreign, linesText } from './unsaved.ts'

/** Whether a new login worked, and how often it had to wait for the device. */
export interface SecondLogin {
  readonly error?: DeviceError
  readonly roundTrips: number
}

/**
 * Logs in anew while the first session is still open: management access is proven before the device
 * counts as changed. No error when it worked.
 */
export async function secondLogin(context: ChangeContext): Promise<SecondLogin> {
  const { request, ports, plan } = context
  const { clock } = ports
  const late = new AbortController()
  const stop = clock.timer(Math.max(0, context.endsAtMs - clock.monotonicMs()), () => late.abort('deadline'))
  const opened = await openToRead(request, ports, late.signal).finally(stop)
  if (opened.kind === 'ok') await opened.value.close()
  const ok = opened.kind === 'ok'
  // One that was not tried to its end says nothing of the device.
  if (!ok) assertNotHalted(ports)
  await ports.journal.append({
    kind: 'second-login',
    host: plan.host,
    ...contextOfPlan(plan),
    ok,
    ...(opened.kind === 'err' ? { message: opened.error.message } : {}),
  })
  if (opened.kind === 'ok') return { roundTrips: opened.value.roundTrips }
  const error: DeviceError = {
    code: 'SECOND_LOGIN_FAILED',
    message: `a new login after the change failed: ${opened.error.message}`,
    next: 'the change is taken back over the first session; find out why new sessions fail before trying again',
  }
  return { error, roundTrips: 0 }
}

/** What startup holds when saving is over. */
export interface SaveOutcome {
  readonly findings: readonly Finding[]
  readonly saved: 'yes' | 'no'
  /** Lines of somebody else's that stood in the way. */
  readonly foreignUnsaved?: number
  /** It may have been saved all the same: whoever takes the change back must save that too. */
  readonly mayBeSaved?: true
}

/** Targets and the value that startup is to give them: what was asked, or what was there before. */
export interface ToSave {
  readonly what: 'change' | 'revert' | 'setting'
  readonly targets: readonly TargetPlan[]
}

/**
 * Running to startup as the playbook says. `foreign`: what was not saved when the device was read just before
 * the push. What does not work is a finding: the change stands. Never throws.
 */
export async function saveIfWanted(
  shell: WriteShell,
  { plan, ports, save }: Pick<ChangeContext, 'plan' | 'ports' | 'save'>,
  foreign: Foreign,
  toSave: ToSave,
): Promise<SaveOutcome> {
  if (save === 'never') return { findings: [], saved: 'no' }
  const unclean = foreign.kind === 'not-told' || foreign.lines.length > 0
  if (save === 'always' || !unclean) return saveNow(shell, plan, toSave, ports)
  const count = foreign.kind === 'told' ? { foreignUnsaved: foreign.lines.length } : {}
  const said =
    foreign.kind === 'told'
      ? `${linesText(foreign.lines.length)} of somebody else's unsaved work would be saved with it`
      : `it cannot be told what would be saved with it: ${foreign.reason}`
  await told(plan, { ok: false, said }, ports)
  return { findings: [leftUnsaved(toSave.what, said)], saved: 'no', ...count }
}

/** Running to startup, read again in startup, told and put on record. Never throws. */
export async function saveNow(
  shell: WriteShell,
  plan: DevicePlan,
  toSave: ToSave,
  ports: Pick<Ports, 'journal' | 'emit'>,
): Promise<SaveOutcome> {
  ports.emit({ kind: 'step', host: plan.host, step: 'saving' })
  shell.startClock()
  const { mayBeSaved, ...result } = await trySave(shell, plan, toSave, ports)
  await told(plan, result, ports)
  if (result.ok) return { findings: [], saved: 'yes' }
  const maybe = mayBeSaved ? { mayBeSaved: true as const } : {}
  return { findings: [notSaved(toSave.what, result.said)], saved: 'no', ...maybe }
}

interface SaveResult {
  readonly ok: boolean
  readonly said: string
}

async function told(
  plan: DevicePlan,
  result: SaveResult,
  ports: Pick<Ports, 'journal' | 'emit'>,
): Promise<void> {
  const entry = { kind: 'saved', host: plan.host, ...contextOfPlan(plan), ...result } as const
  ports.emit(entry)
  // It is done by now, whatever the record says: a failing journal must not turn it into "not saved".
  await ports.journal.append(entry).catch(() => undefined)
}

async function trySave(
  shell: WriteShell,
  plan: DevicePlan,
  toSave: ToSave,
  ports: Pick<Ports, 'journal'>,
): Promise<SaveResult & { readonly mayBeSaved: boolean }> {
  try {
    await ports.journal.append({ kind: 'saving', host: plan.host, ...contextOfPlan(plan) })
  } catch (thrown) {
    return { ok: false, said: `nothing was sent: ${errorOf(thrown).message}`, mayBeSaved: false }
  }
  try {
    const reply = await shell.save()
    if (reply.kind === 'refused') return { ok: false, said: reply.refusal, mayBeSaved: false }
    const missing = await notInStartup(shell, plan, toSave)
    if (missing === undefined) return { ok: true, said: reply.said, mayBeSaved: false }
    return { ok: false, said: `${reply.said}\n${missing}`, mayBeSaved: true }
  } catch (thrown) {
    return { ok: false, said: errorOf(thrown).message, mayBeSaved: true }
  }
}

/** Why the device's own word is not enough; undefined when startup has all of it. */
async function notInStartup(
  shell: ReadShell,
  plan: DevicePlan,
  { what, targets }: ToSave,
): Promise<string | undefined> {
  const { startup } = driverFor(plan.platform)
  let capture: Capture | undefined
  for (const line of startup.lines) {
    capture = await shell.run(line)
    if (capture.refusal === undefined) break
  }
  for (const { name, state } of targets) {
    const value = what === 'revert' ? state.before : state.wanted
    const held = capture === undefined ? undefined : startup.holds(capture, state.target, value)
    if (held === undefined) return 'and its startup could not be read to see whether it has the line'
    if (!held) return `and its startup does not give ${name} the value ${value}`
  }
  return undefined
}

const subjects: Readonly<Record<ToSave['what'], string>> = {
  change: 'the change is',
  revert: 'the setting from before is back',
  setting: 'the setting is',
}

/** The running configuration has something that startup has not. */
export function notSaved(what: ToSave['what'], evidence: string): Finding {
  return {
    code: 'NOT_SAVED',
    severity: 'warn',
    message: `${subjects[what]} in the running configuration and was not saved: a reload would undo it`,
    evidence,
    next:
      what === 'revert'
        ? "look at the device, then save ('write memory')"
        : "look at the device, then run apply again: it only saves then; or save by hand ('write memory')",
  }
}

/** Left alone on purpose: saving would have saved what nobody asked for. */
function leftUnsaved(what: ToSave['what'], why: string): Finding {
  return {
    code: 'NOT_SAVED',
    severity: 'warn',
    message: `${subjects[what]} in the running configuration and was left unsaved: ${why}`,
    next: 'ask whose lines they are, save or remove them, then run apply again: it only saves then',
  }
}
