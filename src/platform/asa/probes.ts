import type { SoftwareFacts } from '../../model/facts.ts'
import type { Probe } from '../driver.ts'
import { lines } from './commands.ts'

/**
 * What a proof poll asks. The session table comes before the SAs: should an SA be replaced between the two,
 * an old life stands beside the new role, and nothing counts as fresh that is not.
 */
export const saProbes: readonly Probe[] = [
  { line: lines.names, feeds: 'sas', optional: true },
  { line: lines.sessions, feeds: 'sas', optional: true },
  { line: lines.ikeSas, feeds: 'sas', optional: false },
]

// Licences, releases and contexts differ in what of this they have.
const pair: readonly Probe[] = [
  { line: lines.failover, feeds: 'configuration', optional: true },
  { line: lines.failoverState, feeds: 'configuration', optional: true },
]
// Who is logged in over SSH, and from where: the way of this very session.
const terminals: Probe = { line: lines.terminals, feeds: 'configuration', optional: true }
const contexts: Probe = { line: lines.contexts, feeds: 'configuration', optional: true }
const privilege: Probe = { line: lines.privilege, feeds: 'privilege', optional: true }
const configuration: Probe = { line: lines.configuration, feeds: 'configuration', optional: false }

/**
 * What a survey asks. The configuration comes whole, because only then its end is marked; `all crypto map`
 * is required, since the same line reads a change back later. The system space has no VPN to ask for.
 */
export function probes({ contextMarker }: SoftwareFacts): readonly Probe[] {
  if (contextMarker === 'system') return [privilege, configuration, ...pair, contexts]
  return [
    privilege,
    configuration,
    { line: lines.cryptoMaps, feeds: 'configuration', optional: false },
    ...pair,
    terminals,
    ...(contextMarker === undefined ? [] : [contexts]),
    ...saProbes,
  ]
}
