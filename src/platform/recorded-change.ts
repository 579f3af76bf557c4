import { IkeroError } from '../kernel/errors.ts'
import type { DeviceFacts } from '../model/facts.ts'
import { configLine } from '../model/ids.ts'
import type { Target } from '../model/intent.ts'
import type { ConfigStep, TargetChange, TargetValue } from '../model/plan.ts'
import type { KnownTarget } from '../model/recorded-target.ts'
import { connectionTypeOf } from './asa/crypto-map.ts'
import type { Driver } from './driver.ts'

/**
 * The lines of a recorded change as steps that may be sent; undefined where a text is not what ikero itself
 * would send for that target and value: a record is a file, and may have been written by anybody.
 */
export function recordedChange(
  driver: Driver,
  facts: DeviceFacts,
  known: KnownTarget,
  recorded: { readonly lines: readonly string[]; readonly revert: readonly string[] },
): TargetChange | undefined {
  const lines = stepsOf(driver, facts, known.target, known.wanted, recorded.lines)
  const revert = stepsOf(driver, facts, known.target, known.before, recorded.revert)
  return lines === undefined || revert === undefined ? undefined : { lines, revert }
}

function stepsOf(
  driver: Driver,
  facts: DeviceFacts,
  target: Target,
  value: TargetValue,
  texts: readonly string[],
): readonly ConfigStep[] | undefined {
  if (driver.access !== 'read-write') return undefined
  if (target.kind === 'crypto-map-entry')
    return driver.platform === 'asa' ? entrySteps(target, value, texts) : undefined
  try {
    const steps = driver.change(facts, target, value).lines
    return steps.length === texts.length && steps.every((step, nth) => step.line === texts[nth])
      ? steps
      : undefined
  } catch (thrown) {
    // There is no line that gives this target this value on this device.
    if (thrown instanceof IkeroError) return undefined
    throw thrown
  }
}

/** The word is the device's own spelling from when it was read: the present one may print another. */
function entrySteps(
  { map, seq }: Extract<Target, { readonly kind: 'crypto-map-entry' }>,
  value: TargetValue,
  texts: readonly string[],
): readonly ConfigStep[] | undefined {
  const [text = '', ...more] = texts
  const start = `crypto map ${map} ${seq} set connection-type `
  const word = text.slice(start.length)
  if (more.length > 0 || !text.startsWith(start) || connectionTypeOf(word) !== value) return undefined
  return [{ line: configLine(text), opens: false }]
}
