import type { Clock } from '../kernel/clock.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { SecretRef } from '../model/inventory.ts'
import type { Channel, Schedules } from '../model/schedules.ts'
import type { Secrets } from '../secrets/resolve.ts'
import { type ChannelSecrets, startDelivery } from '../serve/deliver.ts'
import { remindersDue } from '../serve/notices.ts'
import type { Serve } from '../serve/serve.ts'
import { createPost } from './webhook.ts'

/** What notices are delivered with. */
export interface NoticeOptions {
  readonly clock: Clock
  /** Fetches anew each time: a secret that was changed is used at once. */
  readonly secrets: () => Secrets
  /** The file that is in force. */
  readonly settings: () => Schedules
}

const minuteMs = 60_000

/** Delivers what the state has in its queue, and puts reminders there once a minute. */
export function startNotices(
  running: Serve,
  { clock, secrets, settings }: NoticeOptions,
): { end(): Promise<void> } {
  const stop = new AbortController()
  const delivery = startDelivery(
    {
      clock,
      random: Math.random,
      post: createPost(clock),
      secretsOf: (channel) => secretsOf(channel, secrets()),
      channels: () => settings().channels,
      state: () => running.state(),
      update: async (change) => running.change(change),
      emit: (event) => running.tell(event),
    },
    stop.signal,
  )
  const quiet = running.on(() => delivery.wake())
  const remind = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await clock.sleep(minuteMs, stop.signal)
      if (stop.signal.aborted) return
      const { channels, schedules } = settings()
      const at = clock.wall().toISOString()
      running.change((state) => remindersDue(state, { channels, schedules }, at).state)
      delivery.wake()
    }
  }
  void remind()
  return {
    end: () => {
      quiet()
      stop.abort()
      return delivery.ended
    },
  }
}

async function secretsOf(
  { url, signWith }: Channel,
  secrets: Secrets,
): Promise<Result<ChannelSecrets, string>> {
  const address = await secretOf(url, secrets)
  if (address.kind === 'err') return address
  if (signWith === undefined) return ok({ url: address.value })
  const key = await secretOf(signWith, secrets)
  return key.kind === 'err' ? key : ok({ url: address.value, key: key.value })
}

async function secretOf(ref: SecretRef, secrets: Secrets): Promise<Result<string, string>> {
  const value = await secrets.resolve(ref)
  return value.kind === 'ok' ? value : err(value.error.message)
}
