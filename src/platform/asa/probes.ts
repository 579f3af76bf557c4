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

/**
 * What a survey asks. The configuration comes whole, because only then its end is marked; `all crypto map`
 * is required, since the same line reads a change back later.
 */
export const probes: readonly Probe[] = [
  { line: lines.privilege, feeds: 'privilege', optional: true },
  { line: lines.configuration, feeds: 'configuration', optional: false },
  { line: lines.cryptoMaps, feeds: 'configuration', optional: false },
  // Licences, releases and contexts differ in what of this they have.
  { line: lines.failover, feeds: 'configuration', optional: true },
  { line: lines.failoverState, feeds: 'configuration', optional: true },
  { line: lines.terminals, feeds: 'endpoints', optional: true },
  ...saProbes,
]
