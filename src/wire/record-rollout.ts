import type { RunEvent } from '../model/event.ts'
import type { JournalPort } from '../workflow/ports.ts'

/**
 * Puts the waves of a run and its stop on record: a run that is killed tells how far it was. They stand before the
 * first line of their devices, as entries are written in their order; one that cannot be written breaks the journal,
 * and nothing is sent then.
 */
export function recordRollout(event: RunEvent, journal: JournalPort): void {
  if (event.kind !== 'wave-started' && event.kind !== 'rollout-stopped') return
  void journal.append(event).catch(() => undefined)
}
