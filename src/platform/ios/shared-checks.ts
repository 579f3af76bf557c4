import { printable } from '../../kernel/printable.ts'
import type { DeviceFacts, TunnelInterface } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import type { ProfileName } from '../../model/ids.ts'

/**
 * PROFILE_SHARED: `shared` makes one protection of all tunnels with the same source, so the setting reaches
 * each of them. Source: IOS guide on sharing IPsec with tunnel protection.
 */
export function profileShared(facts: DeviceFacts, name: ProfileName): readonly Finding[] {
  const up = facts.tunnels.filter((tunnel) => tunnel.shutdown !== true)
  const own = up.filter((tunnel) => tunnel.profile === name && tunnel.shared)
  const sources = new Set(own.flatMap((tunnel) => tunnel.source ?? []))
  const reached = up.filter(
    (tunnel) => own.includes(tunnel) || (tunnel.source !== undefined && sources.has(tunnel.source)),
  )
  if (own.length === 0 || reached.length < 2) return []
  return [
    {
      code: 'PROFILE_SHARED',
      severity: 'warn',
      target: name,
      message: `${name} is shared on ${[...sources].map(printable).join(', ') || 'one source'}: the setting reaches ${namesOf(reached)} together`,
      evidence: reached.map((tunnel) => tunnel.evidence).join('\n'),
      next: 'check that every one of these tunnels may be answered only, or give those that may not a source and profile of their own',
    },
  ]
}

function namesOf(tunnels: readonly TunnelInterface[]): string {
  return tunnels.map((tunnel) => printable(tunnel.name)).join(', ')
}
