import { printable } from '../kernel/printable.ts'
import type { DeviceError, DeviceOutcome } from '../model/outcome.ts'
import { beside, type Frame, more, quoted, sentence } from './frame.ts'

/**
 * What ended a device's work: the code and cause, the line sent, the device's reply, what to do. `others`
 * ended alike: a few of their messages stand for all.
 */
export function renderError(
  error: DeviceError,
  device: DeviceOutcome,
  others: readonly DeviceOutcome[],
  frame: Frame,
): readonly string[] {
  const { style } = frame
  const cause = error.cause === undefined ? '' : ` (${printable(error.cause)})`
  const reply = error.reply === undefined || error.reply.trim() === '' ? [] : quoted(error.reply, frame)
  const heading = `${style.bold(printable(error.code))}${cause}`
  return [
    ...beside('error', [heading, ...messages(error, device, others, frame)], style.red),
    ...(error.line === undefined ? [] : beside('line sent', [printable(error.line)], style.dim)),
    ...beside('reply', reply, style.dim),
    ...(error.next === '' ? [] : beside('next', sentence(error.next, frame), style.bold)),
  ]
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
