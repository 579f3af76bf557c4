import pLimit from 'p-limit'

/**
 * Sessions of one device that would get into each other's way. Its contexts are written to one after the other,
 * whatever step it is that writes, and its SAs are polled in one session at a time: an ASA has few of them.
 */
export interface DeviceTurns {
  writing<T>(work: () => Promise<T>): Promise<T>
  polling<T>(work: () => Promise<T>): Promise<T>
}

/** One for each device and run. */
export function deviceTurns(): DeviceTurns {
  const writes = pLimit({ concurrency: 1, rejectOnClear: true })
  const polls = pLimit({ concurrency: 1, rejectOnClear: true })
  return { writing: (work) => writes(work), polling: (work) => polls(work) }
}
