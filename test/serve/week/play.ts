import { ok } from '../../../src/kernel/result.ts'
import type { ServeEventAt } from '../../../src/model/serve-event.ts'
import type { ServeState } from '../../../src/model/serve-state.ts'
import { startDelivery } from '../../../src/serve/deliver.ts'
import { type NoticeSettings, remindersDue, tell } from '../../../src/serve/notices.ts'
import { parseServeState } from '../../../src/serve/parse-state.ts'
import { createServe, type Serve } from '../../../src/serve/serve.ts'
import { withLooks } from '../../../src/wire/open-looks.ts'
import { fought, neverApplied } from './fleet.ts'
import { createWeekLab, type WeekLab } from './lab.ts'
import { drawer, type Happening, hourMs, scriptOf, takesAway, weekEndMs, weekStartMs } from './script.ts'

/** One post to the receiver. */
export interface Post {
  readonly atMs: number
  readonly channel: string
  readonly id: string
  readonly body: Readonly<Record<string, unknown>>
  /** `taken`: answered 200. `lost`: taken, and the answer never came. `refused`: not taken. */
  readonly became: 'taken' | 'lost' | 'refused'
}

/** Stretches of the week without a serve. */
export interface Down {
  readonly fromMs: number
  readonly toMs: number
}

/** All that is known of a week when it is over. */
export interface Week {
  readonly lab: WeekLab
  readonly happened: readonly Happening[]
  readonly told: readonly ServeEventAt[]
  readonly posts: readonly Post[]
  readonly down: readonly Down[]
  readonly state: ServeState
}

/** A serve with its notices, as one process has them. */
interface Process {
  readonly serve: Serve
  stop(): Promise<void>
}

/** Plays the week of a seed: twelve devices, people, accidents, and serve looking after them. */
export async function playWeek(seed: number): Promise<Week> {
  const lab = createWeekLab(new Date(weekStartMs - 4 * hourMs))
  const { clock } = lab
  const draw = drawer(seed ^ 0x5eed)
  const happened: Happening[] = []
  const told: ServeEventAt[] = []
  const posts: Post[] = []
  const down: { fromMs: number; toMs: number }[] = []
  const receiver = { down: false }
  let saved: ServeState | undefined
  let running: Process | undefined
  let coming = [...scriptOf(seed)]

  await clock.settle(lab.apply([neverApplied]))
  await clock.advance(weekStartMs - lab.nowMs())

  const hear = (one: ServeEventAt): void => {
    told.push(one)
    const { event } = one
    if (event.kind !== 'run-ended' || event.result.remediation?.begun.includes(fought) !== true) return
    const atMs = lab.nowMs() + 6 * hourMs
    coming = [...coming, takesAway(atMs, fought, true, 'the carrier')].toSorted((a, b) => a.atMs - b.atMs)
  }
  const post = (channel: string, id: string, body: string): Post['became'] => {
    const luck = draw()
    const became = receiver.down || luck < 0.15 ? 'refused' : luck < 0.22 ? 'lost' : 'taken'
    posts.push({ atMs: lab.nowMs(), channel, id, body: JSON.parse(body), became })
    return became
  }
  const begin = (): void => {
    running = startProcess(lab, {
      state: saved === undefined ? undefined : onDisk(saved),
      save: (state) => {
        saved = state
      },
      random: draw,
      hear,
      post,
    })
  }
  const happen = async (one: Happening): Promise<void> => {
    happened.push(one)
    one.act?.(lab)
    if (one.receiver !== undefined) receiver.down = one.receiver === 'down'
    if (one.serve === 'stop' && running !== undefined) {
      down.push({ fromMs: lab.nowMs(), toMs: weekEndMs })
      await clock.settle(running.stop())
      running = undefined
    }
    const last = down.at(-1)
    if (one.serve === 'start') {
      if (last !== undefined) last.toMs = lab.nowMs()
      begin()
    }
  }

  begin()
  for (let next = coming.shift(); next !== undefined && next.atMs < weekEndMs; next = coming.shift()) {
    // What follows from a run may come before what was next when the way there began.
    const atMs = next.atMs
    await advanceTo(lab, atMs, () => (coming[0]?.atMs ?? atMs) < atMs)
    const first = coming[0]
    if (first !== undefined && first.atMs < atMs) {
      coming = [first, next, ...coming.slice(1)]
      continue
    }
    await happen(next)
  }
  await clock.advance(weekEndMs - lab.nowMs())
  const state = running?.serve.state()
  if (running === undefined || state === undefined) throw new Error('serve is not at work at the end')
  await clock.settle(running.stop())
  return { lab, happened, told, posts, down, state }
}

/** As the next process reads it. */
function onDisk(state: ServeState): ServeState {
  const read = parseServeState(JSON.stringify(state))
  if (read.kind === 'err') throw new Error('the state cannot be read again')
  return read.value
}

/** By the hour at most, so that something that came up on the way is seen. */
async function advanceTo(lab: WeekLab, atMs: number, ends: () => boolean): Promise<void> {
  while (lab.nowMs() < atMs && !ends()) await lab.clock.advance(Math.min(hourMs, atMs - lab.nowMs()))
}

interface ProcessPorts {
  readonly state: ServeState | undefined
  readonly save: (state: ServeState) => void
  readonly random: () => number
  readonly hear: (told: ServeEventAt) => void
  readonly post: (channel: string, id: string, body: string) => Post['became']
}

/** What `ikero serve` puts together of scheduler, notices and delivery (wire/serve.ts, wire/serve-notices.ts). */
function startProcess(lab: WeekLab, { state, save, random, hear, post }: ProcessPorts): Process {
  const { clock, schedules, store } = lab
  const settings: NoticeSettings = schedules
  const ended = new AbortController()
  const serve = createServe(
    {
      clock,
      random,
      run: lab.run,
      verify: lab.verify,
      settle: async () => ({ what: 'nothing-open', message: 'nothing was sent', next: 'nothing' }),
      open: async () => withLooks(await store.unsettled(), store),
      saveState: async (one) => save(one),
    },
    {
      version: '0.0.0',
      also: (before, after, one) => tell(before, after, one, settings).state,
    },
  )
  serve.on((one) => {
    hear(one)
    delivery.wake()
  })
  const delivery = startDelivery(
    {
      clock,
      random,
      post: async (channel, { headers, body }) => {
        const became = post(channel, headers['X-Ikero-Delivery'] ?? '', body)
        if (became === 'lost') return { kind: 'failed', message: 'the answer never came' }
        return { kind: 'answered', status: became === 'taken' ? 200 : 503 }
      },
      secretsOf: async ({ name }) => ok({ url: name, key: 'a signing key' }),
      masked: (body) => body,
      channels: () => schedules.channels,
      state: serve.state,
      update: async (change) => serve.change(change),
      emit: serve.tell,
    },
    ended.signal,
  )
  const remind = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await clock.sleep(60_000, ended.signal)
      if (ended.signal.aborted) return
      const at = clock.wall().toISOString()
      serve.change((before) => remindersDue(before, settings, at).state)
      delivery.wake()
    }
  }
  serve.start({ schedules, ...(state === undefined ? {} : { state }) })
  const reminding = remind()
  return {
    serve,
    stop: async () => {
      ended.abort()
      await Promise.all([delivery.ended, reminding])
      await serve.stop()
    },
  }
}
