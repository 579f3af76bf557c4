import type { Sight } from './look.ts'

const quietMs: Readonly<Record<Sight['kind'], number>> = {
  prompt: 0,
  none: Number.POSITIVE_INFINITY,
  pager: 30,
  question: 300,
  secret: 300,
  foreign: 300,
}

/** A device that stands at its prompt so long, with lines typed ahead, has not got them. */
export const eatenMs = 2000

/**
 * How long nothing more must come until what stands at the end of the output is taken for what it looks like.
 * A prompt that may not end the reply is as odd as one of another host.
 */
export function quietOf(seen: Sight): number {
  return seen.kind === 'prompt' ? quietMs.foreign : quietMs[seen.kind]
}
