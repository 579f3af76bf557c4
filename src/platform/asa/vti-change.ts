import { IkeroError } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { Capture } from '../../model/capture.ts'
import type { DeviceFacts } from '../../model/facts.ts'
import { configLine, type ProfileName } from '../../model/ids.ts'
import type { ConfigStep, TargetChange, TargetValue } from '../../model/plan.ts'
import type { ParseFault } from '../driver.ts'
import { parseFault } from '../parse-fault.ts'
import { sameLines } from '../same-lines.ts'
import { readConfig } from './config.ts'
import { outputLines } from './text.ts'

// `(config-ipsec-profile)#` is UNVERIFIED: matched loosely.
const subMode = /ipsec-?profile/i

function steps(profile: ProfileName, value: 'responder-only' | 'bidirectional'): readonly ConfigStep[] {
  const line = value === 'responder-only' ? 'responder-only' : 'no responder-only'
  return [
    { line: configLine(`crypto ipsec profile ${profile}`), subMode, opens: true },
    { line: configLine(line), subMode, opens: false },
  ]
}

/**
 * The two lines for a VTI's profile, and the two back. Throws for a profile that does not exist: entering it
 * would create an empty one, and the checks let none through.
 */
export function vtiChange(facts: DeviceFacts, name: ProfileName, wanted: TargetValue): TargetChange {
  const profile = facts.profiles.find((each) => each.name === name)
  if (profile === undefined || (wanted !== 'responder-only' && wanted !== 'bidirectional')) {
    throw new IkeroError('BAD_TARGET', 'bug', `no ${wanted} for ${name}: it was not checked`)
  }
  return {
    lines: steps(name, wanted),
    revert: steps(name, profile.responderOnly ? 'responder-only' : 'bidirectional'),
  }
}

/** The lines of both values: a profile is set to one and taken back to the other. */
export function vtiSettings(profile: ProfileName): readonly ConfigStep[] {
  return (['responder-only', 'bidirectional'] as const).flatMap((value) => steps(profile, value))
}

/** The two lines of an earlier run, where they are what {@link vtiChange} writes for this profile and value. */
export function recordedVti(
  profile: ProfileName,
  value: TargetValue,
  printed: readonly string[],
): readonly ConfigStep[] | undefined {
  if (value !== 'responder-only' && value !== 'bidirectional') return undefined
  return sameLines(steps(profile, value), printed)
}

/** What a whole running configuration says of one profile, by its exact name. */
export function vtiValue(capture: Capture, name: ProfileName): Result<TargetValue, ParseFault> {
  const config = readConfig(capture.refusal === undefined ? outputLines(capture.text) : [])
  if (!config.complete) {
    const message = 'this is not a whole running configuration: it does not end with ": end"'
    return err(parseFault(capture, message))
  }
  const profile = config.profiles.find((each) => each.name === name)
  if (profile === undefined) return ok('absent')
  return ok(profile.responderOnly ? 'responder-only' : 'bidirectional')
}
