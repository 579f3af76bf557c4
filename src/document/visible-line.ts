import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { printable, quoted } from '../kernel/printable.ts'
import type { Place } from './place.ts'

/** A text that goes into outputs and paths as it is must be one line with nothing invisible (INVALID_VALUE). */
export function visibleLine(place: Place | undefined, key: string): readonly Diagnostic[] {
  const text = place?.text
  if (place === undefined || text === undefined || printable(text) === text) return []
  const message = `${key} must be one line of visible characters, not ${quoted(text)}`
  return [diagnostic('INVALID_VALUE', message, place.at())]
}
