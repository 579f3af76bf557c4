import type { Writer } from '../driver.ts'
import { softwareOf } from '../software.ts'
import { changeOf, readBackLine, recorded, settings, valueIn } from './change.ts'
import { precheck } from './checks.ts'
import { clears } from './clears.ts'
import { lines } from './commands.ts'
import { privileged, readFacts } from './facts.ts'
import { asaGrammar } from './grammar.ts'
import { parsers } from './parsers.ts'
import { probes, saProbes } from './probes.ts'
import { gate } from './release.ts'
import { readSas } from './sas.ts'
import { startup } from './startup.ts'

/** ASA, and PIX 7.0 and later: crypto map entries and VTI profiles that only answer. */
export const asaDriver: Writer = {
  platform: 'asa',
  access: 'read-write',
  grammar: asaGrammar,
  identify: lines.version,
  software: softwareOf,
  gate,
  probes,
  // The system space has no SAs, and would refuse the lines.
  saProbes: ({ contextMarker }) => (contextMarker === 'system' ? [] : saProbes),
  privileged,
  facts: readFacts,
  // The table tells the role itself: own addresses are not needed.
  reading: (captures) => readSas(captures),
  precheck,
  readBack: readBackLine,
  valueIn,
  change: changeOf,
  settings,
  recorded,
  clears,
  startup,
  parsers,
}
