import { printable, printableLines } from '../../kernel/printable.ts'
import type { DeviceFacts, Initiation } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import type { DeviceIntent } from '../../model/intent.ts'
import type { TargetState } from '../../model/plan.ts'

// Enough to recognise them; a box may have hundreds of entries.
const shownMost = 8

function keyOf({ profile, entry }: Pick<Initiation, 'profile' | 'entry'>): string {
  return entry === undefined ? `profile ${profile ?? ''}` : `entry ${entry.map} ${entry.seq}`
}

function targetKey({ target }: TargetState): string {
  return keyOf(target.kind === 'ipsec-profile' ? { profile: target.profile } : { entry: target })
}

/** STILL_INITIATES: what goes on starting IKE on this device when all targets are as asked; one for a device. */
export function stillInitiates(
  facts: DeviceFacts,
  targets: readonly TargetState[],
  wanted: DeviceIntent['state'],
): readonly Finding[] {
  const meant = new Set(targets.map(targetKey))
  const others = (facts.initiations ?? []).filter((each) => !meant.has(keyOf(each)))
  if (wanted === 'bidirectional' || others.length === 0) return []
  const shown = others.slice(0, shownMost)
  const more = others.length - shown.length
  return [
    {
      code: 'STILL_INITIATES',
      severity: 'info',
      message: `this device goes on starting IKE beside the targets: ${shown.map(({ what }) => printable(what)).join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
      evidence: shown.map(({ evidence }) => printableLines(evidence)).join('\n'),
      next: 'name them in the playbook too if they are to answer only; nothing to do if they are meant to start',
    },
  ]
}
