import type { Finding } from '../model/finding.ts'
import type { DeviceError } from '../model/outcome.ts'
import type { WriteShell } from '../model/shell.ts'
import type { ChangeContext, ChangeOutcome } from './change.ts'
import { errorOf } from './faults.ts'

/**
 * Logs in anew while the first session is still open: management access is proven before the device
 * counts as changed. Undefined when it worked.
 */
export async function secondLogin(context: ChangeContext): Promise<DeviceError | undefined> {
  const { request, ports, plan } = context
  const opened = await ports.sessions.read(request.host)
  if (opened.kind === 'ok') await opened.value.close()
  const ok = opened.kind === 'ok'
  await ports.journal.append({
    kind: 'second-login',
    host: plan.host,
    ok,
    ...(opened.kind === 'err' ? { message: opened.error.message } : {}),
  })
  if (opened.kind === 'ok') return undefined
  return {
    code: 'SECOND_LOGIN_FAILED',
    message: `a new login after the change failed: ${opened.error.message}`,
    next: 'the change is taken back over the first session; find out why new sessions fail before trying again',
  }
}

/** Running to startup where the playbook says so. What does not work is a finding: the change stands. */
export async function saveIfWanted(
  shell: WriteShell,
  context: ChangeContext,
): Promise<Pick<ChangeOutcome, 'findings' | 'saved'>> {
  const { plan, ports, save } = context
  if (save === 'never') return { findings: [], saved: 'no' }
  ports.emit({ kind: 'step', host: plan.host, step: 'saving' })
  const result = await trySave(shell)
  ports.emit({ kind: 'saved', host: plan.host, ...result })
  await ports.journal.append({ kind: 'saved', host: plan.host, ...result })
  return result.ok ? { findings: [], saved: 'yes' } : { findings: [notSaved(result.said)], saved: 'no' }
}

async function trySave(shell: WriteShell): Promise<{ readonly ok: boolean; readonly said: string }> {
  try {
    const reply = await shell.save()
    return reply.kind === 'saved' ? { ok: true, said: reply.said } : { ok: false, said: reply.refusal }
  } catch (thrown) {
    return { ok: false, said: errorOf(thrown).message }
  }
}

function notSaved(said: string): Finding {
  return {
    code: 'NOT_SAVED',
    severity: 'warn',
    message: 'the change is in the running configuration and was not saved: a reload would undo it',
    evidence: said,
    next: "log in and save ('write memory'), or run apply again",
  }
}
