import type { Writer } from '../driver.ts'
import { softwareOf } from '../software.ts'
import { change, readBack, recorded, settings, valueIn } from './change.ts'
import { changeLog } from './change-log.ts'
import { precheck } from './checks.ts'
import { clears } from './clears.ts'
import { facts, isPrivileged } from './facts.ts'
import { gate } from './gate.ts'
import { iosGrammar } from './grammar.ts'
import { parsers } from './parsers.ts'
import { lines, probes, saProbes } from './probes.ts'
import { readSas } from './reading.ts'
import { revertTimer } from './revert-timer.ts'
import { startup } from './startup.ts'

/** IOS and IOS-XE: `responder-only` in IPsec profiles. */
export const iosDriver: Writer = {
  platform: 'ios',
  access: 'read-write',
  grammar: iosGrammar,
  identify: lines.version,
  software: softwareOf,
  gate,
  probes,
  saProbes,
  privileged: isPrivileged,
  facts,
  reading: readSas,
  precheck,
  change,
  settings,
  recorded,
  clears,
  readBack,
  valueIn,
  startup,
  revertTimer,
  changeLog,
  parsers,
}
