import { formatDuration } from '../kernel/duration.ts'

/** How often the operator has asked to stop. */
export type Interrupts = 0 | 1 | 2

// From long to short: the first one that the window has room for is drawn.
const ofWriting: readonly (readonly string[])[] = [
  ['Ctrl-C: finish devices in hand, begin no other', 'Ctrl-C: finish and stop'],
  [
    'finishing devices in hand; Ctrl-C again: stop after the line in hand',
    'finishing; Ctrl-C again: stop after this line',
    'Ctrl-C: stop after this line',
  ],
  ['waiting for the answer to the line in hand; Ctrl-C again: end at once', 'Ctrl-C: end at once'],
]
const ofReading: readonly (readonly string[])[] = [
  ['Ctrl-C: stop, begin no other device', 'Ctrl-C: stop'],
  ['stopping', 'stopping'],
  ['stopping; Ctrl-C again: end at once', 'Ctrl-C: end at once'],
]

/** The last line of a frame: how long it has been, and what a Ctrl-C would do now. */
export function elapsedNotes(ms: number, interrupts: Interrupts, writes: boolean): readonly string[] {
  const elapsed = formatDuration(ms)
  const notes = (writes ? ofWriting : ofReading)[interrupts] ?? []
  return [...notes.map((note) => `${elapsed}  ${note}`), elapsed]
}
