import { blocks, type Finding } from '../model/finding.ts'
import { type DeviceIdentity, identityChanges, identityOf } from '../model/identity.ts'
import { contextOfPlan, type DevicePlan, isToWrite, spaceOfPlan } from '../model/plan.ts'
import type { Ports } from './ports.ts'

/** Who answered: what the device tells of itself, and the host key that it proved. */
export interface Answered {
  readonly identity: DeviceIdentity
  readonly hostKey?: string
}

export function answeredBy({ facts, hostKey }: DevicePlan): Answered {
  return { identity: identityOf(facts), ...(hostKey === undefined ? {} : { hostKey }) }
}

/** A space that was read, with another box in it than before or the same. */
interface MaybeOther {
  readonly plan: DevicePlan
  readonly other?: OtherSinceLastChange
}

/**
 * Whether there is another box, and a yes to this run takes it for the one that is meant: its targets are as asked, or are about to be. One
 * that is refused takes nothing; nor does a standby unit, whose targets are its mate's.
 */
export function isToTake({ plan, other }: MaybeOther): boolean {
  if (other === undefined) return false
  const kinds = plan.targets.map(({ decision }) => decision.kind)
  const refused =
    kinds.includes('blocked') || plan.findings.some((one) => blocks(one) && one.target === undefined)
  return isToWrite(plan) || (!refused && kinds.some((kind) => kind === 'no-change'))
}

/** Puts on record that these boxes are those that are meant: what was changed before stood on others. */
export async function takeBoxes(
  boxes: readonly MaybeOther[],
  { journal }: Pick<Ports, 'journal'>,
): Promise<void> {
  for (const { plan, other } of boxes) {
    if (other === undefined) continue
    const { identity, fromRun } = other
    await journal.append({
      kind: 'identity-seen',
      host: plan.host,
      ...contextOfPlan(plan),
      identity,
      fromRun,
    })
  }
}

/** IDENTITY_CHANGED: another box answers than the one that was planned for; nothing is sent to it. */
export function otherBox(before: Answered, now: Answered, since: string): Finding | undefined {
  const key =
    before.hostKey === undefined || before.hostKey === now.hostKey
      ? []
      : [`host key: ${before.hostKey}, now ${now.hostKey ?? 'none'}`]
  const changes = [...identityChanges(before.identity, now.identity), ...key]
  if (changes.length === 0) return undefined
  return {
    code: 'IDENTITY_CHANGED',
    severity: 'block',
    message: `another device than ${since} answers under this name: ${changes.join('; ')}`,
    evidence: changes.join('\n'),
    next: 'find out whether the device was replaced; if so, plan anew',
  }
}

/** A device that is not the one that an earlier run changed, and the history without that one's changes. */
export interface OtherSinceLastChange {
  readonly finding: Finding
  /** Who answers now, and the run that knew another box. */
  readonly identity: DeviceIdentity
  readonly fromRun: string
  readonly history: Ports['history']
}

/**
 * Whether the device is another one than the last change on record was made on. What was proven of that one
 * says nothing of this one: its changes are left out of the history that is given.
 */
export async function otherSinceLastChange(
  plan: DevicePlan,
  history: Ports['history'],
): Promise<OtherSinceLastChange | undefined> {
  const known = (await history.identities([plan.host])).get(spaceOfPlan(plan))
  if (known === undefined) return undefined
  const other = otherBox({ identity: known.identity }, answeredBy(plan), `that of run ${known.runId}`)
  if (other === undefined) return undefined
  const records = await Promise.all(
    plan.targets.map(async ({ name }) => ({ name, record: await history.lastChange(plan.host, name) })),
  )
  const voided = records.flatMap(({ name, record }) =>
    record === undefined || record.status === 'rolled-back' ? [] : [`${name} (${record.status})`],
  )
  const proofs =
    voided.length === 0 ? 'no proof is voided by it' : `what was proven there is void: ${voided.join(', ')}`
  return {
    finding: {
      ...other,
      severity: 'warn',
      message: `${other.message}; ${proofs}`,
      next: `make sure that the device was replaced, and that this is the one that is meant; then ikero apply, with a yes, takes this box for ${spaceOfPlan(plan)} from then on`,
    },
    identity: identityOf(plan.facts),
    fromRun: known.runId,
    history: { ...history, lastChange: async () => undefined },
  }
}
