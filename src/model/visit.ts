/** What a command without a run (adopt, doctor, trust) tells of each device, as it begins with it and ends. */
export interface Visit {
  readonly host: string
  readonly step: 'begun' | 'done'
  /** Why it did not go well: a code, or a few words. */
  readonly problem?: string
}

/** Does the work of one device between the two visits that tell of it. */
export async function visiting<T>(
  host: string,
  onVisit: ((visit: Visit) => void) | undefined,
  work: () => Promise<T>,
  problemOf: (done: T) => string | undefined,
): Promise<T> {
  onVisit?.({ host, step: 'begun' })
  const done = await work()
  const problem = problemOf(done)
  onVisit?.({ host, step: 'done', ...(problem === undefined ? {} : { problem }) })
  return done
}
