import { IkeroError } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { Capture } from '../../model/capture.ts'
import type { DeviceFacts } from '../../model/facts.ts'
import { configLine, type ProfileName, type ReadOnlyLine } from '../../model/ids.ts'
import { type Target, targetName } from '../../model/intent.ts'
import type { ConfigStep, TargetChange, TargetValue } from '../../model/plan.ts'
import type { ParseFault } from '../driver.ts'
import { parseFault } from '../parse-fault.ts'
import { sameLines } from '../same-lines.ts'
import { readConfig } from './config.ts'
import { lines } from './probes.ts'

// IOS says `(ipsec-profile)`; other trains are matched loosely.
const subMode = /ipsec-?profile/i

function bug(message: string): IkeroError {
  return new IkeroError('BAD_CHANGE', 'bug', message)
}

function profileOf(target: Target): ProfileName {
  if (target.kind === 'ipsec-profile') return target.profile
  throw bug(`IOS has no such setting for the crypto map entry ${targetName(target)}`)
}

function steps(profile: ProfileName, value: TargetValue): readonly ConfigStep[] {
  if (value !== 'responder-only' && value !== 'bidirectional')
    throw bug(`an IPsec profile of IOS cannot be ${value}`)
  return [
    { line: configLine(`crypto ipsec profile ${profile}`), subMode, opens: true },
    {
      line: configLine(value === 'responder-only' ? 'responder-only' : 'no responder-only'),
      subMode,
      opens: false,
    },
  ]
}

/**
 * The lines that give one profile the wanted value, and those that give it back its present one. Throws
 * when the profile does not exist: entering it would create an empty one, and the checks let none through.
 */
export function change(facts: DeviceFacts, target: Target, wanted: TargetValue): TargetChange {
  const name = profileOf(target)
  const profile = facts.profiles.find((each) => each.name === name)
  if (profile === undefined) throw bug(`the IPsec profile ${name} does not exist on this device`)
  return {
    lines: steps(name, wanted),
    revert: steps(name, profile.responderOnly ? 'responder-only' : 'bidirectional'),
  }
}

/** The lines of both values: a profile is set to one and taken back to the other. */
export function settings(target: Target): readonly ConfigStep[] {
  return (['responder-only', 'bidirectional'] as const).flatMap((value) => steps(profileOf(target), value))
}

/** The two lines of an earlier run, where they are what {@link change} writes for this profile and value. */
export function recorded(
  target: Target,
  value: TargetValue,
  printed: readonly string[],
): readonly ConfigStep[] | undefined {
  if (target.kind !== 'ipsec-profile' || (value !== 'responder-only' && value !== 'bidirectional'))
    return undefined
  return sameLines(steps(target.profile, value), printed)
}

/**
 * The line that reads a setting back: the whole configuration. A filtered one would be shorter, but an
 * empty answer of it cannot be told from one that was cut off, and only `end` shows that all was read.
 */
export function readBack(_target: Target): ReadOnlyLine {
  return lines.config
}

/** What a configuration says of one target, by its exact name. */
export function valueIn(capture: Capture, target: Target): Result<TargetValue, ParseFault> {
  const name = profileOf(target)
  const config = readConfig(capture.refusal === undefined ? capture.text : '')
  if (!config.complete)
    return err(
      parseFault(capture, 'this is not a whole running configuration: it does not end with the line end'),
    )
  const profile = config.profiles.find((each) => each.name === name)
  if (profile === undefined) return ok('absent')
  return ok(profile.responderOnly ? 'responder-only' : 'bidirectional')
}
