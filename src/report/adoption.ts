import { printable } from '../kernel/printable.ts'
import type { Adoption } from '../model/adoption.ts'
import { blocks } from '../model/finding.ts'
import { errorLines } from './device-error.ts'
import { beside, type Frame, sentence } from './frame.ts'
import { counted } from './layout.ts'
import { createStyle } from './style.ts'

export interface AdoptionView {
  readonly color: boolean
  readonly width: number
  /** There is a playbook. */
  readonly written: boolean
}

/** What adopt came to, for people: how much is in the playbook, and everything that is not, by name. */
export function renderAdoption(
  { spaces, without, unread }: Adoption,
  { color, width, written }: AdoptionView,
): string {
  const style = createStyle(color)
  const frame: Frame = { style, width: Math.max(40, width), verbose: false }
  const targets = spaces.reduce((total, one) => total + one.targets.length, 0)
  const blocking = spaces.filter(({ findings }) => findings.some(blocks)).length
  const devices = new Set(spaces.map(({ host }) => host)).size
  const adopted = `adopted: ${counted(devices, 'device')}, ${counted(targets, 'target')}`
  return [
    written
      ? `${adopted}${blocking === 0 ? '' : `; ${blocking} with findings that a plan would refuse`}`
      : style.red('no playbook: nothing was read that one could ask for'),
    ...without.flatMap(({ name, findings: [first] }) =>
      first === undefined
        ? [printable(`nothing to ask for: ${name}`)]
        : [
            printable(`nothing to ask for: ${name}: ${first.code}: ${first.message}`),
            ...beside('next', sentence(first.next, frame), style.bold),
          ],
    ),
    ...unread.flatMap(({ name, ...why }) => [
      style.red(printable(`could not be read: ${name}`)),
      ...errorLines(why, frame),
    ]),
    '',
  ].join('\n')
}
