import type { DeviceError } from '../model/outcome.ts'
import { spaceInWords } from '../model/plan.ts'
import type { ReadShell } from '../model/shell.ts'
import type { ChangeContext, ChangeOutcome, TargetChanged } from './change.ts'
import { errorOf } from './faults.ts'
import { isHalted } from './halt.ts'
import { openToRead } from './open-session.ts'
import type { Ports } from './ports.ts'
import { type ReadBack, readBack, readSas, recordReadBack } from './read-back.ts'
import { notSaved } from './settle.ts'

/**
 * After the link broke in mid-push: a new session only reads, and nothing is sent again. What the device
 * shows decides: changed as wanted, not changed, or unknown.
 */
export async function recover(
  context: ChangeContext,
  touched: ReadonlySet<string>,
  cause: DeviceError,
): Promise<Omit<ChangeOutcome, 'readingBefore' | 'roundTrips'> & { readonly otherRoundTrips?: number }> {
  const opened = await openToRead(context.request, context.ports)
  if (opened.kind === 'err') return unknownState(context, touched, cause, opened.error.message)
  const shell = opened.value
  try {
    const state = await readState(shell, context, touched, cause)
    return { ...state, otherRoundTrips: shell.roundTrips }
  } catch (thrown) {
    return unknownState(context, touched, cause, errorOf(thrown).message)
  } finally {
    await shell.close()
  }
}

async function readState(
  shell: ReadShell,
  context: ChangeContext,
  touched: ReadonlySet<string>,
  cause: DeviceError,
): Promise<Omit<ChangeOutcome, 'readingBefore' | 'roundTrips'>> {
  const { plan, targets } = context
  // What the device shows is told even when it can no longer be written down: the lines that were sent
  // stand in the journal already.
  const append: Ports['journal']['append'] = (entry) =>
    context.ports.journal.append(entry).catch(() => undefined)
  const ports = { emit: context.ports.emit, journal: { append } }
  const values = await readBack(shell, plan, targets)
  await recordReadBack(plan.host, values, targets, 'wanted', ports)
  const sas = await readSas(shell, plan)
  const outcome = new Map<string, TargetChanged>()
  for (const target of targets) {
    outcome.set(
      target.name,
      judge(target.state.wanted, values.get(target.name), touched.has(target.name), cause),
    )
  }
  const changed = [...outcome.values()].some((target) => target.kind === 'changed')
  const unsaved = changed && context.save !== 'never'
  return {
    targets: outcome,
    findings: unsaved ? [notSaved('change', `the session broke before the end: ${cause.message}`)] : [],
    saved: changed ? 'no' : 'not-needed',
    ...(sas.kind === 'read' ? { firstReading: sas.reading } : {}),
  }
}

function judge(wanted: string, read: ReadBack | undefined, sent: boolean, cause: DeviceError): TargetChanged {
  if (read === undefined || read.kind === 'unreadable')
    return { kind: 'unknown', error: read?.error ?? cause }
  if (read.value === wanted) return { kind: 'changed', value: read.value }
  return {
    kind: 'not-changed',
    sent,
    value: read.value,
    error: { ...cause, message: `${cause.message}; read again in a new session: nothing of it took effect` },
  }
}

function unknownState(
  context: ChangeContext,
  touched: ReadonlySet<string>,
  cause: DeviceError,
  why: string,
): Omit<ChangeOutcome, 'readingBefore' | 'roundTrips'> {
  const outcome = new Map<string, TargetChanged>()
  for (const target of context.targets) {
    const error: DeviceError = {
      ...cause,
      message: `${cause.message}; and the device could not be read again: ${why}`,
      next: `log in to ${spaceInWords(context.plan)} and look at ${target.name}; the run's journal lists every line that was sent`,
    }
    // What was stopped before its first line was not begun, whatever broke by it.
    const stopped = isHalted(context.ports) ? context.stopped() : undefined
    const untouched: TargetChanged =
      stopped === undefined
        ? { kind: 'not-changed', sent: false, error: cause }
        : { kind: 'skipped', reason: stopped }
    outcome.set(target.name, touched.has(target.name) ? { kind: 'unknown', error } : untouched)
  }
  return { targets: outcome, findings: [], saved: 'no' }
}
