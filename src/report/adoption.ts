import { printable } from '../kernel/printable.ts'
import type { Adoption } from '../model/adoption.ts'
import { blocks } from '../model/finding.ts'
import { counted } from './layout.ts'
import { createStyle } from './style.ts'

export interface AdoptionView {
  readonly color: boolean
  /** There is a playbook. */
  readonly written: boolean
}

/** What adopt came to, for people: how much is in the playbook, and everything that is not, by name. */
export function renderAdoption(
  { spaces, without, unread }: Adoption,
  { color, written }: AdoptionView,
): string {
  const style = createStyle(color)
  const targets = spaces.reduce((total, one) => total + one.targets.length, 0)
  const blocking = spaces.filter(({ findings }) => findings.some(blocks)).length
  const devices = new Set(spaces.map(({ host }) => host)).size
  const adopted = `adopted: ${counted(devices, 'device')}, ${counted(targets, 'target')}`
  return [
    written
      ? `${adopted}${blocking === 0 ? '' : `; ${blocking} with findings that a plan would refuse`}`
      : style.red('no playbook: nothing was read that one could ask for'),
    ...without.map(({ name, findings: [first] }) =>
      printable(
        `nothing to ask for: ${name}${first === undefined ? '' : `: ${first.code}: ${first.message}`}`,
      ),
    ),
    ...unread.map(({ name, code, message }) =>
      style.red(printable(`could not be read: ${name}: ${code}: ${message}`)),
    ),
    '',
  ].join('\n')
}
