import type { ScenarioDevice } from '../scenario.ts'

/** What stands behind `Hardware:`; wording as in published captures of 5500-X boxes and ASAv. */
export function hardwareLine(box: ScenarioDevice): string {
  if (box.model.startsWith('PIX')) return `${box.model}, 128 MB RAM, CPU Pentium II 433 MHz`
  return box.model.startsWith('ASAv')
    ? 'ASAv, 8192 MB RAM, CPU Xeon E5 series 2200 MHz, 1 CPU (4 cores)'
    : `${box.model}, 8192 MB RAM, CPU Atom C2000 series 2416 MHz, 1 CPU (8 cores)`
}
