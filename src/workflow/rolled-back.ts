import { blocks, type Finding } from '../model/finding.ts'
import type { DeviceOutcome, Status, TargetOutcome } from '../model/outcome.ts'
import { joinSpaces, type SpaceOutcome } from './join-spaces.ts'
import { unreadTarget, untouched } from './outcome.ts'
import type { RecordedDevice } from './rollback-devices.ts'

/** All of one device: its spaces, and what of the record could not be used. */
export function joined(device: RecordedDevice, spaces: readonly SpaceOutcome[]): DeviceOutcome {
  const [home, ...contexts] = spaces
  const base = home === undefined ? notContacted(device) : joinSpaces([home, ...contexts])
  const refused = recordFindings(device)
  const named = new Set(base.targets.map(({ name }) => name))
  const told: DeviceOutcome = {
    ...base,
    findings: [...base.findings, ...refused],
    targets: [...base.targets, ...unread(device).filter(({ name }) => !named.has(name))],
  }
  return { ...told, status: statusOf(told) }
}

/** A device that was not logged in to: the inventory does not have it, or its record cannot be used. */
function notContacted({ host, records, request }: RecordedDevice): DeviceOutcome {
  const profiles = records.some(({ targets }) =>
    targets.some((one) => one.kind === 'change' && one.target.kind === 'ipsec-profile'),
  )
  const platform = request?.host.platform ?? (profiles ? 'ios' : 'asa')
  return untouched({ host, platform }, 'blocked')
}

function recordFindings({ host, records, request }: RecordedDevice): readonly Finding[] {
  const common = { code: 'RECORD_REFUSED', severity: 'block' } as const
  const refused = records.flatMap(({ targets }) =>
    targets.flatMap((one) =>
      one.kind === 'change'
        ? []
        : [
            {
              ...common,
              target: one.name,
              message: `nothing is sent for it: ${one.why}`,
              next: 'look at the record with ikero show, and set the target by hand or with a playbook',
            },
          ],
    ),
  )
  if (request !== undefined) return refused
  const message = `the inventory does not have ${host}, which the run changed: nothing is sent to it`
  const next = 'name an inventory that has it with -i, or type the lines of --print at its console'
  return [{ ...common, message, next }, ...refused]
}

/** Targets that no reading told, by name: blocked with their device, or with their record. */
function unread({ records, request }: RecordedDevice): readonly TargetOutcome[] {
  return records.flatMap(({ targets }) =>
    targets.flatMap((one): readonly TargetOutcome[] => {
      if (one.kind === 'change') return unreadTarget(one.target, 'blocked')
      const kind = request?.host.platform === 'asa' ? 'crypto-map-entry' : 'ipsec-profile'
      return [{ kind, name: one.name, before: 'not-read', status: 'blocked', sent: false, usedBy: [] }]
    }),
  )
}

// Taken back is what was asked: it must not hide a target that was left alone.
const worstFirst: readonly Status[] = [
  'unknown',
  'failed',
  'unreachable',
  'blocked',
  'skipped',
  'unproven',
  'pending',
  'rolled-back',
  'verified',
  'compliant',
]

function statusOf({ status, findings, targets }: DeviceOutcome): Status {
  const refused = findings.some((finding) => blocks(finding) && finding.target === undefined)
  const all = [
    ...targets.map((target) => target.status),
    ...(targets.length === 0 ? [status] : []),
    ...(refused ? (['blocked'] as const) : []),
  ]
  return worstFirst.find((one) => all.includes(one)) ?? status
}
