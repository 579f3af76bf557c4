import { printable } from '../../kernel/printable.ts'
import { someOf } from '../../kernel/some-of.ts'
import type { DeviceFacts } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import type { ProfileName } from '../../model/ids.ts'

// Enough to recognise them; what uses the target is listed in full beside it.
const shownMost = 12

/**
 * PROFILE_SHARED: several interfaces use the profile, so the setting reaches each of them; the keyword
 * `shared` makes one protection of all tunnels with the same source, whatever profile they name. Source:
 * IOS guide on sharing IPsec with tunnel protection.
 */
export function profileShared(facts: DeviceFacts, name: ProfileName): readonly Finding[] {
  const up = facts.tunnels.filter((tunnel) => tunnel.shutdown !== true)
  const own = up.filter((tunnel) => tunnel.profile === name)
  const keyed = own.filter((tunnel) => tunnel.shared)
  const sources = new Set(keyed.flatMap((tunnel) => tunnel.source ?? []))
  const reached = up.filter(
    (tunnel) => own.includes(tunnel) || (tunnel.source !== undefined && sources.has(tunnel.source)),
  )
  if (own.length === 0 || reached.length < 2) return []
  const how =
    keyed.length > 0
      ? `${name} is shared on ${[...sources].map(printable).join(', ') || 'one source'}`
      : `${own.length} interfaces use ${name}`
  return [
    {
      code: 'PROFILE_SHARED',
      severity: 'warn',
      target: name,
      message: `${how}: the setting reaches ${someOf(
        reached.map(({ name: one }) => printable(one)),
        shownMost,
      )} together`,
      evidence: reached.map((tunnel) => tunnel.evidence).join('\n'),
      next: `check that every one of these tunnels may be answered only, or give those that may not a ${keyed.length > 0 ? 'source and ' : ''}profile of their own`,
    },
  ]
}
