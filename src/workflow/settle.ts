import type { Finding } from '../model/finding.ts'
import type { DeviceError } from '../model/outcome.ts'
import { contextOfPlan, type DevicePlan } from '../model/plan.ts'
import type { WriteShell } from '../model/shell.ts'
import type { ChangeContext, ChangeOutcome } from './change.ts'
import { errorOf } from './faults.ts'
import { openToRead } from './open-session.ts'
import type { Ports } from './ports.ts'

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
  const opened = await openToRead(request, ports)
  if (opened.kind === 'ok') await opened.value.close()
  const ok = opened.kind === 'ok'
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

/** Running to startup where the playbook says so. What does not work is a finding: the change stands. */
export async function saveIfWanted(
  shell: WriteShell,
  { plan, ports, save }: ChangeContext,
): Promise<Pick<ChangeOutcome, 'findings' | 'saved'>> {
  return save === 'never' ? { findings: [], saved: 'no' } : saveNow(shell, plan, 'change', ports)
}

/** Running to startup, told and put on record. Never throws. */
export async function saveNow(
  shell: WriteShell,
  plan: DevicePlan,
  what: 'change' | 'revert',
  ports: Pick<Ports, 'journal' | 'emit'>,
): Promise<{ readonly findings: readonly Finding[]; readonly saved: 'yes' | 'no' }> {
  const about = { host: plan.host, ...contextOfPlan(plan) }
  ports.emit({ kind: 'step', host: plan.host, step: 'saving' })
  const result = await trySave(shell)
  ports.emit({ kind: 'saved', ...about, ...result })
  // It is done by now, whatever the record says: a failing journal must not turn it into "not saved".
  await ports.journal.append({ kind: 'saved', ...about, ...result }).catch(() => undefined)
  return result.ok ? { findings: [], saved: 'yes' } : { findings: [notSaved(what, result.said)], saved: 'no' }
}

async function trySave(shell: WriteShell): Promise<{ readonly ok: boolean; readonly said: string }> {
  try {
    const reply = await shell.save()
    return reply.kind === 'saved' ? { ok: true, said: reply.said } : { ok: false, said: reply.refusal }
  } catch (thrown) {
    return { ok: false, said: errorOf(thrown).message }
  }
}

/** The running configuration has something that startup has not. */
export function notSaved(what: 'change' | 'revert', evidence: string): Finding {
  return {
    code: 'NOT_SAVED',
    severity: 'warn',
    message: `the ${what} is in the running configuration and was not saved: a reload would undo it`,
    evidence,
    next: "look at the device, then save ('write memory')",
  }
}
