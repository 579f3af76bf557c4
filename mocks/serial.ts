import { hashOf } from './hash.ts'
import type { ScenarioDevice } from './scenario.ts'

/** A serial number that stays the same as long as the device's name does. */
export function serialOf(box: ScenarioDevice): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789'
  const tail = [0, 1, 2, 3].map((index) => letters[hashOf(`${box.name} serial ${index}`) % letters.length])
  const week = 1000 + (hashOf(`${box.name} week`) % 1500)
  return `${box.platform === 'asa' ? 'JAD' : 'FTX'}${week}${tail.join('')}`
}
