import { saved } from './config-edit.ts'
import type { Call, DeviceState } from './device-state.ts'

/** What becomes of one attempt to save. */
export type Attempt =
  | { readonly kind: 'done' | 'full' | 'busy'; readonly device: DeviceState }
  /** A question comes first. */
  | { readonly kind: 'asks' }

/** Running to startup as this box does it: `saving` of its scenario says what goes wrong. */
export function attemptSave(call: Call, answered = false): Attempt {
  const { device } = call
  const { saving } = device.box
  const tries = (device.saveTries ?? 0) + 1
  const tried = { ...device, saveTries: tries }
  switch (saving) {
    case 'full':
      return { kind: 'full', device: tried }
    case 'busy':
      return { kind: 'busy', device: tried }
    case 'busy-once':
      return tries === 1 ? { kind: 'busy', device: tried } : { kind: 'done', device: saved(call) }
    case 'asks':
      return answered ? { kind: 'done', device: saved(call) } : { kind: 'asks' }
    case 'forgets':
      return { kind: 'done', device: tried }
    default:
      return { kind: 'done', device: saved(call) }
  }
}
