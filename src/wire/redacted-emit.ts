import type { Redactor } from '../kernel/redact.ts'
import type { Emit } from '../model/event.ts'

/**
 * Events as whoever listens gets them: known secrets masked, as in the journal. The kind of an event stays as it
 * is, even where a secret is a word of ours.
 */
export function redactedEmit(redactor: Redactor, listener: Emit | undefined): Emit {
  if (listener === undefined) return () => undefined
  return (event) => listener(Object.assign(redactor.redactDeep(event), { kind: event.kind }))
}
