import { blocks, type Finding } from '../model/finding.ts'
import { changesOf, type DevicePlan, spaceOfPlan } from '../model/plan.ts'
import type { RollbackQuestion } from '../model/rollback.ts'
import { driverFor } from '../platform/registry.ts'
import { isToSave } from './judge-rollback.ts'
import type { ReadRecord, RecordedDevice } from './rollback-devices.ts'

/** What a person is asked when all devices of a run have been read. */
export function questionOf(of: string, read: readonly ReadRecord[]): RollbackQuestion {
  const spaces = read.flatMap((one) => one.spaces)
  const planned = spaces.flatMap((one) => ('plan' in one ? [one] : []))
  const changing = planned.filter(({ plan }) => changesOf(plan).length > 0)
  const ended = spaces.flatMap((one) => ('outcome' in one ? [one.outcome] : []))
  return {
    of,
    unreachable: [
      ...read.flatMap(({ device }) =>
        device.request === undefined ? [{ host: device.host, why: 'not in the inventory' }] : [],
      ),
      ...ended.map((one) => ({ host: one.host, why: one.error?.message ?? whyBlocked(one.findings) })),
    ],
    plans: changing.map(({ plan }) => plan),
    saves: changing.flatMap(({ plan, record }) =>
      record !== undefined && isToSave(plan, record, driverFor(plan.platform)) ? [spaceOfPlan(plan)] : [],
    ),
    leftAlone: [
      ...planned.flatMap(({ plan }) => leftAlone(plan)),
      ...read.flatMap(({ device }) => refusedNames(device)),
    ],
  }
}

function whyBlocked(findings: readonly Finding[]): string {
  return findings.find(blocks)?.message ?? 'it was refused'
}

function leftAlone(plan: DevicePlan): RollbackQuestion['leftAlone'] {
  const general = plan.findings.find((finding) => blocks(finding) && finding.target === undefined)
  const names = plan.targets.filter(({ decision }) => decision.kind === 'blocked').map(({ name }) => name)
  const all = names.length === 0 && general !== undefined ? ['all of it'] : names
  return all.map((target) => {
    const own = plan.findings.find((finding) => blocks(finding) && finding.target === target) ?? general
    return { host: plan.host, target, why: own?.message ?? 'it was refused' }
  })
}

function refusedNames({ host, records }: RecordedDevice): RollbackQuestion['leftAlone'] {
  return records.flatMap(({ targets }) =>
    targets.flatMap((one) => (one.kind === 'refused' ? [{ host, target: one.name, why: one.why }] : [])),
  )
}
