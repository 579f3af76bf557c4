import { printable } from '../kernel/printable.ts'
import type { CommandName, DeviceOutcome } from '../model/outcome.ts'
import { interruptionText } from './clears.ts'
import { beside, bounded, type Frame, sentence } from './frame.ts'

function wasSent(device: DeviceOutcome): boolean {
  return device.targets.some((target) => target.sent)
}

function labelOf(device: DeviceOutcome, command: CommandName): string {
  if (command === 'rollback') return wasSent(device) ? 'taken back' : 'not sent'
  if (wasSent(device)) return 'sent'
  const open =
    command === 'plan' || command === 'drift' || device.targets.some((target) => target.status === 'pending')
  return open && device.status !== 'blocked' ? 'would send' : 'not sent'
}

/** After a change the clears are those that were sent; before one, those that would be. */
function clearLabel(device: DeviceOutcome, command: CommandName): string {
  if (wasSent(device)) return 'cleared'
  return labelOf(device, command) === 'would send' ? 'would clear' : 'not cleared'
}

/** The lines under the context that they belong in: pasted into another one, they are another customer's. */
function bySpace(
  { change, spaces }: DeviceOutcome,
  which: 'lines' | 'revert' | 'clears',
  draw: (line: string) => string,
): readonly string[] {
  if (spaces === undefined) return change[which].map(draw)
  return spaces.flatMap(({ context, [which]: lines }) => {
    const heading = context === undefined ? [] : [`! context ${printable(context)}`]
    return lines.length === 0 ? [] : [...heading, ...lines.map(draw)]
  })
}

/**
 * The exact lines of a device's change and of the way back, never wrapped: they are made to be pasted.
 * The line that the device refused is marked.
 */
export function renderChange(device: DeviceOutcome, command: CommandName, frame: Frame): readonly string[] {
  const { interruption, revertTimer } = device.change
  const refused = device.error?.code === 'LINE_REFUSED' ? device.error.line : undefined
  const mark = (line: string): string =>
    line === refused ? `${printable(line)}  ${frame.style.red('<- refused')}` : printable(line)
  const undo = device.status === 'rolled-back' && command !== 'rollback' ? 'taken back' : 'undo'
  const part = (label: string, texts: readonly string[]): readonly string[] =>
    beside(label, bounded(texts, 60, 'lines', frame), frame.style.dim)
  return [
    ...part(labelOf(device, command), bySpace(device, 'lines', mark)),
    ...part(undo, bySpace(device, 'revert', printable)),
    ...part(clearLabel(device, command), bySpace(device, 'clears', printable)),
    ...(interruption === undefined
      ? []
      : beside(
          'interrupts',
          sentence(interruptionText(interruption.peers, interruption.atMostSecondsEach * 1000), frame),
          frame.style.dim,
        )),
    ...(revertTimer === undefined || device.status === 'blocked'
      ? []
      : beside('timer', sentence(revertTimerText(revertTimer.minutes), frame), frame.style.dim)),
  ]
}

/** What a revert timer means for whoever agrees to the change. */
export function revertTimerText(minutes: number): string {
  return `the device takes the change back by itself after ${minutes} min, unless a second login works and it is confirmed before`
}
