import { printable } from '../kernel/printable.ts'
import type { DeviceError, DeviceOutcome } from '../model/outcome.ts'
import { beside, type Frame, more, quoted, sentence } from './frame.ts'

/** What an error tells, whoever it is of. */
export type ToldError = Omit<DeviceError, 'code'> & { readonly code: string }

/** The code and cause, what happened, the line sent, the device's reply, what to do. */
export function errorLines(
  error: ToldError,
  frame: Frame,
  said: readonly string[] = sentence(error.message, frame),
): readonly string[] {
  const { style } = frame
  const cause = error.cause === undefined ? '' : ` (${printable(error.cause)})`
  const reply = error.reply === undefined || error.reply.trim() === '' ? [] : quoted(error.reply, frame)
  const heading = `${style.bold(printable(error.code))}${cause}`
  return [
    ...beside('error', [heading, ...said], style.red),
    ...(error.line === undefined ? [] : beside('line sent', [printable(error.line)], style.dim)),
    ...beside('reply', reply, style.dim),
    ...beside('next', sentence(error.next, frame), style.bold),
  ]
}

/** What ended a device's work. `others` ended alike: a few of their messages stand for all. */
export function renderError(
  error: DeviceError,
  device: DeviceOutcome,
  others: readonly DeviceOutcome[],
  frame: Frame,
): readonly string[] {
  return errorLines(error, frame, messages(error, device, others, frame))
}

function messages(
  error: DeviceError,
  device: DeviceOutcome,
  others: readonly DeviceOutcome[],
  frame: Frame,
): readonly string[] {
  if (others.length === 0) return sentence(error.message, frame)
  const all = [device, ...others]
  const shown = frame.verbose ? all : all.slice(0, 3)
  return [
    ...shown.flatMap((one) => sentence(`${one.host}: ${one.error?.message ?? ''}`, frame)),
    ...more(all.length - shown.length, 'like these', frame),
  ]
}
