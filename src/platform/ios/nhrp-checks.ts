import { printable } from '../../kernel/printable.ts'
import type { DeviceFacts, NhrpRole } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import type { ProfileName } from '../../model/ids.ts'
import type { WantedState } from '../../model/intent.ts'

/** Clients that were counted; where the device did not show any, a next-hop server makes it a spoke. */
function isHubToo(role: NhrpRole): boolean {
  return (role.clients ?? 0) > 0
}

function clientsInWords(roles: readonly NhrpRole[]): string {
  return roles.some((role) => role.clients === undefined)
    ? 'whether clients register with it could not be seen'
    : 'no client is registered with it'
}

function finding(name: ProfileName, roles: readonly NhrpRole[], wanted: WantedState): Finding {
  const hub = roles.every(isHubToo)
  const names = roles.map((role) => printable(role.tunnel)).join(', ')
  const servers = [...new Set(roles.flatMap((role) => role.nextHopServers))].map(printable).join(', ')
  const peers = [...new Set(roles.flatMap((role) => role.serverAddresses))]
  const evidence = roles.flatMap((role) => role.evidence ?? [])
  return {
    code: 'DMVPN_SPOKE',
    severity: wanted === 'bidirectional' ? 'info' : hub ? 'warn' : 'block',
    target: name,
    message: hub
      ? `${names} serves NHRP clients and registers with ${servers} itself: the way up there is one that only this end starts`
      : `${names} registers with the next-hop server ${servers}, and ${clientsInWords(roles)}: a spoke that never starts cannot register again after the next SA loss`,
    ...(evidence.length === 0 ? {} : { evidence: evidence.join('\n') }),
    ...(peers.length === 0 ? {} : { peers }),
    next:
      wanted === 'bidirectional'
        ? 'nothing to do: a spoke is meant to start'
        : hub
          ? 'make sure that the server above starts the tunnel, or except this profile'
          : `set the hub responder-only instead, and take ${name} of this spoke out of the playbook`,
  }
}

/** DMVPN_SPOKE: tunnels of a profile that register with a next-hop server; refused where none is a hub as well. */
export function dmvpnSpoke(facts: DeviceFacts, name: ProfileName, wanted: WantedState): readonly Finding[] {
  const own = new Set(
    facts.tunnels.filter((each) => each.profile === name && each.shutdown !== true).map((each) => each.name),
  )
  const roles = (facts.nhrp ?? []).filter((role) => own.has(role.tunnel) && role.nextHopServers.length > 0)
  const parts = [roles.filter((role) => !isHubToo(role)), roles.filter(isHubToo)]
  return parts.filter((part) => part.length > 0).map((part) => finding(name, part, wanted))
}
