import type { CryptoMapEntry, Initiation, IpsecProfile, TunnelInterface } from '../../model/facts.ts'
import { typeLine } from './check-entry.ts'

function starts(entry: CryptoMapEntry): boolean {
  const works = entry.peers.length > 0 && entry.acl !== undefined && entry.interfaces.length > 0
  return works && !entry.dynamic && entry.connectionType !== 'answer-only'
}

function ofEntry(entry: CryptoMapEntry): Initiation {
  const peer = entry.evidence.find((line) => / set peer /.test(line))
  return {
    kind: 'crypto-map',
    entry: { map: entry.map, seq: entry.seq },
    what: `${entry.map}/${entry.seq}`,
    evidence: [typeLine(entry), peer].filter((line) => line !== undefined).join('\n'),
  }
}

/** A small ASA as an Easy VPN hardware client: once enabled it keeps its tunnel up (command reference of 7.2). */
function easyVpnClient(lines: readonly string[]): readonly Initiation[] {
  const evidence = lines.filter((line) => /^vpnclient (?:server \S|enable$)/.test(line))
  if (!evidence.includes('vpnclient enable')) return []
  return [{ kind: 'ezvpn-client', what: 'the Easy VPN client', evidence: evidence.join('\n') }]
}

/**
 * What on this device starts negotiations: static entries that are in use and do not only answer, an Easy VPN
 * client, and VTI profiles without responder-only, which keep their tunnels up by themselves (source: VPN CLI guides 9.7 and
 * 9.8, "SAs are rekeyed continuously").
 */
export function initiationsOf(
  entries: readonly CryptoMapEntry[],
  profiles: readonly IpsecProfile[],
  tunnels: readonly TunnelInterface[],
  lines: readonly string[],
): readonly Initiation[] {
  const up = tunnels.filter((tunnel) => tunnel.shutdown !== true)
  return [
    ...entries.filter(starts).map(ofEntry),
    ...easyVpnClient(lines),
    ...profiles.flatMap((profile): readonly Initiation[] => {
      const users = up.filter((tunnel) => tunnel.profile === profile.name)
      if (profile.responderOnly || users.length === 0) return []
      return [
        {
          kind: 'profile',
          profile: profile.name,
          what: `the profile ${profile.name} of ${users.map((tunnel) => tunnel.name).join(', ')}`,
          evidence: users.map((tunnel) => tunnel.evidence).join('\n'),
        },
      ]
    }),
  ]
}
