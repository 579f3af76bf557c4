import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'
import type { Redactor } from '../kernel/redact.ts'
import type { Schedules } from '../model/schedules.ts'
import type { ServeEventAt } from '../model/serve-event.ts'
import type { ServeState } from '../model/serve-state.ts'
import { droppedEvents, startDelivery } from '../serve/deliver.ts'
import type { ServeLog } from '../serve/log.ts'
import { remindersDue, tell } from '../serve/notices.ts'
import type { Queued } from '../serve/queue.ts'
import type { Serve } from '../serve/serve.ts'
import type { RunOptions } from './options.ts'
import { secretSources } from './secrets.ts'
import { channelSecrets, createPost, isReadable } from './webhook.ts'

/** What notices are made and delivered with. */
export interface NoticeOptions extends Pick<RunOptions, 'env' | 'cwd'> {
  readonly clock: Clock
  readonly redactor: Redactor
  readonly log: ServeLog
  /** The file that is in force. */
  readonly settings: () => Schedules
}

const minuteMs = 60_000

/** What is told of what happens. */
export interface Notices {
  /** News of an event go into the queue with the event itself, so that neither is on disk without the other. */
  also(before: ServeState, after: ServeState, told: ServeEventAt): ServeState
  /** Delivers the queue, and puts reminders there once a minute. */
  start(running: Serve): void
  /** Resolves when nothing is under way any more; what waits then is in the state. */
  end(): Promise<void>
}

export function createNotices({ clock, redactor, log, settings, ...options }: NoticeOptions): Notices {
  const stop = new AbortController()
  let running: Serve | undefined
  let ended: Promise<void> = Promise.resolve()
  const readable = new Set<string>()
  const lookUp = channelSecrets(secretSources(options, redactor))
  /** Told outside of the event that filled the queue: the state is not to change while it takes an event. */
  const queued = ({ state, dropped }: Queued): ServeState => {
    for (const event of droppedEvents(dropped)) queueMicrotask(() => running?.tell(event))
    return state
  }
  const warnOnce = (channel: string): void => {
    if (readable.has(channel)) return
    readable.add(channel)
    const msg = `notices to ${channel} go over the network unencrypted: its address is http, not https`
    log.note({ level: 'warn', msg, fields: { event: 'channel-readable', channel } })
  }
  const remind = async (serve: Serve, wake: () => void): Promise<void> => {
    while (!stop.signal.aborted) {
      await clock.sleep(minuteMs, stop.signal)
      if (stop.signal.aborted) return
      const at = clock.wall().toISOString()
      try {
        serve.change((state) => queued(remindersDue(state, settings(), at)))
      } catch (thrown) {
        // Schedules go on where nobody is reminded.
        const msg = `reminders could not be made: ${messageOf(thrown)}`
        log.note({ level: 'error', msg, fields: { event: 'remind-failed' } })
      }
      wake()
    }
  }
  return {
    also: (before, after, told) => queued(tell(before, after, told, settings())),
    start: (serve) => {
      running = serve
      const delivery = startDelivery(
        {
          clock,
          random: Math.random,
          post: createPost(clock),
          secretsOf: async (channel) => {
            const found = await lookUp(channel)
            if (found.kind === 'ok' && isReadable(found.value.url)) warnOnce(channel.name)
            return found
          },
          masked: (body) => redactor.redactDeep(body),
          channels: () => settings().channels,
          state: () => serve.state(),
          update: async (change) => serve.change(change),
          emit: (event) => serve.tell(event),
        },
        stop.signal,
      )
      const quiet = serve.on(() => delivery.wake())
      const reminding = remind(serve, delivery.wake)
      ended = Promise.all([delivery.ended, reminding]).then(quiet)
    },
    end: () => {
      stop.abort()
      return ended
    },
  }
}
