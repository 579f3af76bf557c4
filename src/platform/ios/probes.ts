import type { SoftwareFacts } from '../../model/facts.ts'
import { type ReadOnlyLine, readOnlyLine } from '../../model/ids.ts'
import type { Probe } from '../driver.ts'
import { supportsResponderOnly } from './release.ts'

/** Every line that ikero asks an IOS or IOS-XE device. */
export const lines: Readonly<
  Record<
    | 'version'
    | 'privilege'
    | 'config'
    | 'ipsecProfile'
    | 'dmvpn'
    | 'users'
    | 'isakmp'
    | 'isakmpDetail'
    | 'ikev2'
    | 'session',
    ReadOnlyLine
  >
> = {
  version: readOnlyLine('show version'),
  privilege: readOnlyLine('show privilege'),
  config: readOnlyLine('show running-config'),
  ipsecProfile: readOnlyLine('show crypto ipsec profile'),
  dmvpn: readOnlyLine('show dmvpn'),
  users: readOnlyLine('show users'),
  isakmp: readOnlyLine('show crypto isakmp sa'),
  isakmpDetail: readOnlyLine('show crypto isakmp sa detail'),
  ikev2: readOnlyLine('show crypto ikev2 sa detailed'),
  session: readOnlyLine('show crypto session'),
}

/**
 * What a proof poll asks: SAs only. Releases before 15.1 know no IKEv2. The sessions come last: they tell
 * which peers without an IKE SA are up by their IPsec SAs.
 */
export function saProbes(): readonly Probe[] {
  return [
    { line: lines.isakmp, feeds: 'sas', optional: false },
    { line: lines.isakmpDetail, feeds: 'sas', optional: true },
    { line: lines.ikev2, feeds: 'sas', optional: true },
    { line: lines.session, feeds: 'sas', optional: true },
  ]
}

/**
 * What a survey asks. Without its level, a session's configuration may be a part of it. The effective profiles settle a release that its number does not; `show dmvpn` counts
 * the clients of a hub (12.4(9)T and later, and only where the image has NHRP); `show users` tells from
 * where this session comes.
 */
export function probes(software: SoftwareFacts): readonly Probe[] {
  const unsure = supportsResponderOnly(software) === 'unknown'
  return [
    { line: lines.privilege, feeds: 'privilege', optional: false },
    { line: lines.config, feeds: 'configuration', optional: false },
    ...(unsure ? [{ line: lines.ipsecProfile, feeds: 'configuration', optional: true } as const] : []),
    { line: lines.dmvpn, feeds: 'configuration', optional: true },
    { line: lines.users, feeds: 'configuration', optional: true },
    ...saProbes(),
  ]
}
