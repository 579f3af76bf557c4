import type { Severity } from '../model/finding.ts'
import type { Status } from '../model/outcome.ts'

/** Wraps text in a colour, or leaves it as it is. */
export type Paint = (text: string) => string

/** The few colours that reports use. Every meaning is also in a word: colour alone never tells anything. */
export interface Style {
  readonly bold: Paint
  readonly dim: Paint
  readonly red: Paint
  readonly green: Paint
  readonly yellow: Paint
  readonly cyan: Paint
  status(status: Status): Paint
  severity(severity: Severity): Paint
}

type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim'

const ofStatus: Readonly<Record<Status, Colour>> = {
  unknown: 'red',
  failed: 'red',
  'rolled-back': 'red',
  unreachable: 'red',
  blocked: 'yellow',
  skipped: 'yellow',
  unproven: 'yellow',
  pending: 'cyan',
  verified: 'green',
  compliant: 'green',
}

const ofSeverity: Readonly<Record<Severity, Colour>> = { block: 'red', warn: 'yellow', info: 'dim' }

function sgr(color: boolean, on: number, off: number): Paint {
  if (!color) return (text) => text
  return (text) => {
    // Blanks at the end stay outside, so that a padded cell can still be trimmed.
    const word = text.trimEnd()
    return word === '' ? text : `\u001b[${on}m${word}\u001b[${off}m${text.slice(word.length)}`
  }
}

/** `color` is the caller's decision: terminal, `--no-color`, NO_COLOR. */
export function createStyle(color: boolean): Style {
  const paints = {
    bold: sgr(color, 1, 22),
    dim: sgr(color, 2, 22),
    red: sgr(color, 31, 39),
    green: sgr(color, 32, 39),
    yellow: sgr(color, 33, 39),
    cyan: sgr(color, 36, 39),
  }
  return {
    ...paints,
    status: (status) => paints[ofStatus[status]],
    severity: (severity) => paints[ofSeverity[severity]],
  }
}
