import type { Capture } from '../model/capture.ts'
import type { ParseFault } from './driver.ts'
import { excerptOf } from './text.ts'

/** Output that cannot be read, with its first lines. */
export function parseFault(
  capture: Capture,
  message: string,
  /** What to say where the device refused the line. */
  refused: string = 'the device refused the line',
): ParseFault {
  const { line, text, refusal } = capture
  return { line, message: refusal === undefined ? message : refused, excerpt: excerptOf(refusal ?? text) }
}

/** Stands in a fault for the capture of a line that was never sent. */
export function notAsked(line: string): Capture {
  return { line, text: 'it was not asked' }
}
