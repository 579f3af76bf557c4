import { IkeroError } from '../../kernel/errors.ts'
import { printable } from '../../kernel/printable.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { Capture } from '../../model/capture.ts'
import type { DeviceFacts } from '../../model/facts.ts'
import { configLine } from '../../model/ids.ts'
import { type Target, targetName } from '../../model/intent.ts'
import type { ConfigStep, TargetChange, TargetValue } from '../../model/plan.ts'
import type { ParseFault } from '../driver.ts'
import { parseFault } from '../parse-fault.ts'
import { lines } from './commands.ts'
import { entryOf, readCryptoMaps } from './crypto-map.ts'
import { outputLines } from './text.ts'

type EntryTarget = Extract<Target, { kind: 'crypto-map-entry' }>

function step(target: EntryTarget, word: string): ConfigStep {
  return {
    line: configLine(`crypto map ${target.map} ${target.seq} set connection-type ${word}`),
    opens: false,
  }
}

/** The device's own spelling of the default, where it prints one. */
function bidirectionalWord(facts: DeviceFacts): string {
  const printed = facts.cryptoMaps.find((entry) => entry.connectionType === 'bidirectional')
  return printed?.connectionTypePrinted ?? 'bidirectional'
}

function entryTarget(target: Target): EntryTarget {
  if (target.kind === 'crypto-map-entry') return target
  throw new IkeroError('BAD_TARGET', 'bug', `an ASA has no change for ${targetName(target)}`)
}

/**
 * One flat line per direction. The way back is the previous word exactly as printed; where nothing was
 * printed, the default is written out, since a `no` form is documented nowhere.
 */
export function changeOf(facts: DeviceFacts, target: Target, wanted: TargetValue): TargetChange {
  const own = entryTarget(target)
  const entry = entryOf(facts.cryptoMaps, own.map, own.seq)
  if (entry === undefined || entry.dynamic || (wanted !== 'answer-only' && wanted !== 'bidirectional')) {
    throw new IkeroError('BAD_TARGET', 'bug', `no ${wanted} for ${targetName(target)}: it was not checked`)
  }
  const word = wanted === 'answer-only' ? 'answer-only' : bidirectionalWord(facts)
  const before = entry.connectionTypePrinted ?? bidirectionalWord(facts)
  return { lines: [step(own, word)], revert: [step(own, before)] }
}

/** The value of exactly this entry in what the read-back line printed. */
export function valueIn(capture: Capture, target: Target): Result<TargetValue, ParseFault> {
  const own = entryTarget(target)
  const fault = (message: string): ParseFault => parseFault(capture, message, message)
  if (capture.refusal !== undefined) return err(fault('the device did not show its crypto map entries'))
  const printed = outputLines(capture.text)
  const foreign = printed.find(
    (line) => line.trim() !== '' && !/^(?:no )?crypto (?:map|dynamic-map) /.test(line),
  )
  if (foreign !== undefined) return err(fault(`the output of ${capture.line} holds other lines`))
  const entry = entryOf(readCryptoMaps(printed).entries, own.map, own.seq)
  if (entry === undefined || entry.dynamic) return ok('absent')
  if (entry.connectionTypePrinted === undefined) return ok('bidirectional')
  const { connectionType, connectionTypePrinted } = entry
  if (connectionType !== undefined) return ok(connectionType)
  return err(
    fault(
      `${targetName(target)} has connection type ${printable(connectionTypePrinted)}, which is not known`,
    ),
  )
}

/** The line that shows every entry with its connection type, the default too. */
export const readBackLine: typeof lines.cryptoMaps = lines.cryptoMaps
