import { pathLabel } from '../document/json.ts'
import { violationsOf } from '../document/validate.ts'
import { messageOf } from '../kernel/errors.ts'
import { isRecord } from '../kernel/is-record.ts'
import { printable } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { ServeState } from '../model/serve-state.ts'
import { stateShape } from './state-shape.ts'

/** Some thousand devices with all their history; anything larger was not written by serve. */
const largest: number = 64 * 1024 * 1024

/**
 * Reads what serve wrote down. Never throws: where the text is not a state of this version, serve begins anew.
 *
 * @returns the state, or in a few words why it is none
 */
export function parseServeState(text: string): Result<ServeState, string> {
  if (text.length > largest) return err(`it is larger than ${largest / 1024 / 1024} MiB`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return err(`it is not JSON: ${printable(messageOf(error))}`)
  }
  if (isRecord(value) && Number.isInteger(value.version) && value.version !== 1)
    return err(`it is of version ${String(value.version)}, and this ikero knows version 1`)
  return isServeState(value) ? ok(value) : err(whyNot(value))
}

function isServeState(value: unknown): value is ServeState {
  return violationsOf(stateShape, value).length === 0
}

function whyNot(value: unknown): string {
  const [first] = violationsOf(stateShape, value)
  if (first === undefined || first.path.length === 0) return 'it is not a state of serve'
  return `${printable(pathLabel(first.path))} is not as serve writes it`
}
