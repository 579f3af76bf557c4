import { printable, printableLines } from '../../kernel/printable.ts'
import type { DeviceFacts, Initiation } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import type { ProfileName } from '../../model/ids.ts'
import type { WantedState } from '../../model/intent.ts'
import type { TargetState } from '../../model/plan.ts'

// Enough to recognise them; a box may have hundreds of map entries.
const shownMost = 8

function isClient({ kind }: Initiation): boolean {
  return kind === 'initiate' || kind === 'flexvpn-client' || kind === 'ezvpn-client'
}

function inWords(initiations: readonly Initiation[]): string {
  const shown = initiations.slice(0, shownMost).map(({ what }) => printable(what))
  const more = initiations.length - shown.length
  return `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}

function linesOf(initiations: readonly Initiation[]): string {
  const shown = initiations.slice(0, shownMost).map(({ evidence }) => printableLines(evidence))
  return [...new Set(shown)].join('\n')
}

/** TUNNEL_INITIATES: something that uses the profile is configured to start, whatever the profile says. */
export function tunnelInitiates(
  facts: DeviceFacts,
  name: ProfileName,
  wanted: WantedState,
): readonly Finding[] {
  const own = (facts.initiations ?? []).filter((each) => isClient(each) && each.profile === name)
  if (own.length === 0) return []
  return [
    {
      code: 'TUNNEL_INITIATES',
      severity: wanted === 'bidirectional' ? 'info' : 'block',
      target: name,
      message: `${inWords(own)}: that contradicts responder-only, and nothing else may bring the tunnel up`,
      evidence: linesOf(own),
      next:
        wanted === 'bidirectional'
          ? 'nothing to do: it may start again'
          : `take that away on the device if the other end is to start, or take ${name} out of the playbook`,
    },
  ]
}

function isTarget(targets: readonly TargetState[], initiation: Initiation): boolean {
  return targets.some(({ target }) =>
    target.kind === 'ipsec-profile'
      ? target.profile === initiation.profile
      : target.map === initiation.entry?.map && target.seq === initiation.entry.seq,
  )
}

/** STILL_INITIATES: what goes on starting IKE on this device when all targets are as asked; one for a device. */
export function stillInitiates(
  facts: DeviceFacts,
  targets: readonly TargetState[],
  wanted: WantedState,
): readonly Finding[] {
  const others = (facts.initiations ?? []).filter((each) => !isTarget(targets, each))
  if (wanted === 'bidirectional' || others.length === 0) return []
  return [
    {
      code: 'STILL_INITIATES',
      severity: 'info',
      message: `this device goes on starting IKE beside the targets: ${inWords(others)}`,
      evidence: linesOf(others),
      next: others.some(({ kind }) => kind === 'profile')
        ? 'name these profiles in the playbook too if they are to answer only; crypto maps of IOS cannot'
        : 'nothing to do if that is meant: crypto maps and clients of IOS have no responder-only',
    },
  ]
}
