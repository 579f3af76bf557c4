import { SessionFault } from '../model/shell.ts'
import type { Ports } from './ports.ts'

/** Why a session ends although its device is well: somebody would not wait for it to be finished. */
export function haltFault(): SessionFault {
  return new SessionFault(
    'LINK_LOST',
    'the run was stopped by a second interrupt: nothing more was sent',
    { next: 'run resume: it reads the device, says what was applied, and finishes it' },
    'user',
  )
}

export function isHalted({ halt }: Pick<Ports, 'halt'>): boolean {
  return halt?.aborted === true
}

/** Throws once the run was halted: no line is begun after it. */
export function assertNotHalted(ports: Pick<Ports, 'halt'>): void {
  if (isHalted(ports)) throw haltFault()
}
