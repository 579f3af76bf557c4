import { IkeroError } from '../../kernel/errors.ts'
import { printable } from '../../kernel/printable.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { Capture } from '../../model/capture.ts'
import type { DeviceFacts } from '../../model/facts.ts'
import { configLine, type ReadOnlyLine } from '../../model/ids.ts'
import { type Target, targetName } from '../../model/intent.ts'
import type { ConfigStep, TargetChange, TargetValue } from '../../model/plan.ts'
import type { ParseFault } from '../driver.ts'
import { parseFault } from '../parse-fault.ts'
import { sameLines } from '../same-lines.ts'
import { lines } from './commands.ts'
import { connectionTypeOf, entryOf, readCryptoMaps } from './crypto-map.ts'
import { outputLines } from './text.ts'
import { recordedVti, vtiChange, vtiSettings, vtiValue } from './vti-change.ts'

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

/** The lines that give one target the value, and those that give it its present value back. */
export function changeOf(facts: DeviceFacts, target: Target, wanted: TargetValue): TargetChange {
  return target.kind === 'ipsec-profile'
    ? vtiChange(facts, target.profile, wanted)
    : entryChange(facts, target, wanted)
}

/**
 * One flat line per direction. The way back is the previous word exactly as printed; where nothing was
 * printed, the default is written out, since a `no` form is documented nowhere.
 */
function entryChange(facts: DeviceFacts, own: EntryTarget, wanted: TargetValue): TargetChange {
  const entry = entryOf(facts.cryptoMaps, own.map, own.seq)
  if (entry === undefined || entry.dynamic || (wanted !== 'answer-only' && wanted !== 'bidirectional')) {
    throw new IkeroError('BAD_TARGET', 'bug', `no ${wanted} for ${targetName(own)}: it was not checked`)
  }
  const word = wanted === 'answer-only' ? 'answer-only' : bidirectionalWord(facts)
  const before = entry.connectionTypePrinted ?? bidirectionalWord(facts)
  return { lines: [step(own, word)], revert: [step(own, before)] }
}

/**
 * The lines of every word that {@link changeOf} sets: what is set, and the default in either spelling that devices
 * print. An entry with any other type is refused by the checks (ENTRY_ORIGINATE_ONLY).
 */
export function settings(target: Target): readonly ConfigStep[] {
  if (target.kind === 'ipsec-profile') return vtiSettings(target.profile)
  return ['answer-only', 'bidirectional', 'bi-directional'].map((word) => step(target, word))
}

/**
 * The lines of an earlier run, where they are what {@link changeOf} writes for this target and value: of an
 * entry, one line with any spelling of the value that a device may have printed.
 */
export function recorded(
  target: Target,
  value: TargetValue,
  printed: readonly string[],
): readonly ConfigStep[] | undefined {
  if (target.kind === 'ipsec-profile') return recordedVti(target.profile, value, printed)
  const word = printed[0]?.split(' ').at(-1) ?? ''
  return connectionTypeOf(word) === value ? sameLines([step(target, word)], printed) : undefined
}

/** The value of exactly this target in what its read-back line printed. */
export function valueIn(capture: Capture, target: Target): Result<TargetValue, ParseFault> {
  return target.kind === 'ipsec-profile' ? vtiValue(capture, target.profile) : entryValue(capture, target)
}

function entryValue(capture: Capture, own: EntryTarget): Result<TargetValue, ParseFault> {
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
    fault(`${targetName(own)} has connection type ${printable(connectionTypePrinted)}, which is not known`),
  )
}

/**
 * The line that reads a target back: for entries every type, the default too; for a profile the whole
 * configuration, whose end is marked.
 */
export function readBackLine(target: Target): ReadOnlyLine {
  return target.kind === 'ipsec-profile' ? lines.configuration : lines.cryptoMaps
}
