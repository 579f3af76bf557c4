import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'

/** Writes something down that changes often: never twice at once, and never an old one after a newer. */
export interface Saver {
  /** Resolves when an attempt that began after this call has ended, whether it was saved or not. */
  save(): Promise<void>
  /** Tries once more at once, and no more after that by itself. */
  finish(): Promise<void>
}

const firstRetryMs = 5_000
const longestRetryMs = 60_000

/**
 * @param write writes the newest, and rejects where it cannot
 * @param told undefined when it is saved again after a failure; else why it is not, at each first failure
 */
export function createSaver(
  clock: Clock,
  write: () => Promise<void>,
  told: (failure: string | undefined) => void,
): Saver {
  let failures = 0
  let finished = false
  let writing: Promise<void> = Promise.resolve()
  let asked: Promise<void> | undefined
  let cancelRetry = (): void => undefined

  const attempt = async (): Promise<void> => {
    cancelRetry()
    try {
      await write()
      if (failures > 0) told(undefined)
      failures = 0
    } catch (error) {
      failures += 1
      if (failures === 1) told(messageOf(error))
      if (finished) return
      const waitMs = Math.min(firstRetryMs * 2 ** Math.min(failures - 1, 10), longestRetryMs)
      cancelRetry = clock.timer(waitMs, () => void save())
    }
  }
  const save = (): Promise<void> => {
    // Whatever is asked for before an attempt begins is saved by it.
    asked ??= writing.then(() => {
      asked = undefined
      writing = attempt()
      return writing
    })
    return asked
  }
  return {
    save,
    finish: () => {
      finished = true
      cancelRetry()
      return save()
    },
  }
}
