import { printable } from '../kernel/printable.ts'
import type { DeviceError } from '../model/outcome.ts'
import { beside, type Frame, quoted, sentence } from './frame.ts'

/** What ended a device's work: the code and cause, the line sent, the device's reply, what to do. */
export function renderError(error: DeviceError, frame: Frame): readonly string[] {
  const { style } = frame
  const cause = error.cause === undefined ? '' : ` (${printable(error.cause)})`
  const reply = error.reply === undefined || error.reply.trim() === '' ? [] : quoted(error.reply, frame)
  return [
    ...beside(
      'error',
      [`${style.bold(printable(error.code))}${cause}`, ...sentence(error.message, frame)],
      style.red,
    ),
    ...(error.line === undefined ? [] : beside('line sent', [printable(error.line)], style.dim)),
    ...beside('reply', reply, style.dim),
    ...(error.next === '' ? [] : beside('next', sentence(error.next, frame), style.bold)),
  ]
}
