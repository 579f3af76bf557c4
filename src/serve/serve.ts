import type { Clock } from '../kernel/clock.ts'
import type { Schedules } from '../model/schedules.ts'
import type { ServeEvent, ServeEventAt } from '../model/serve-event.ts'
import { emptyServeState, type ServeState } from '../model/serve-state.ts'
import type { ServeView } from '../model/serve-view.ts'
import { createHub, type Listener } from './hub.ts'
import type { ServePorts } from './ports.ts'
import { createProofWatch } from './proof-watch.ts'
import { adoptSchedules } from './reduce.ts'
import { createRunner } from './runner.ts'
import { createScheduler } from './scheduler.ts'
import { createView } from './view.ts'

/** What a serve is made of, besides its ports. */
export interface ServeOptions {
  /** ikero's. */
  readonly version: string
  /**
   * What else an event changes in the state (what was told and waits to be told), called after the state itself has
   * taken the event: with both, before and after. Pure.
   */
  readonly also?: (before: ServeState, after: ServeState, told: ServeEventAt) => ServeState
}

/** What serve is begun with. */
export interface ServeStart {
  readonly schedules: Schedules
  /** As it stood on disk; absent where there is none. */
  readonly state?: ServeState
  /** For whoever looks at the status page: a state that could not be read, literal secrets. */
  readonly warnings?: readonly string[]
}

/** Schedules at work. All that happens is told to its listeners, in order. */
export interface Serve {
  /** Begins, once: settles what an earlier serve was killed in, tells what was missed, and goes by the clock from then. */
  start(start: ServeStart): void
  /**
   * Goes by another file, at once. A schedule whose times are the same keeps its run in hand and one that waits; a
   * changed cron line counts from now; the run in hand of one that is gone is finished.
   */
  replace(schedules: Schedules, warnings?: readonly string[]): void
  /** Tells of something that others did: a refused reload, a notice, a pruned store. The state takes it like the rest. */
  tell(event: ServeEvent): void
  /** Changes the state and saves it: told notices, the queue. */
  change(how: (state: ServeState) => ServeState): void
  state(): ServeState
  view(): ServeView
  /** Calls back with each event after the state has taken it; gives back how to end that. A throw is a warning. */
  on(listener: Listener): () => void
  /** Begins nothing any more, aborts what is at work, and resolves when that has ended and the state is saved. */
  stop(): Promise<void>
}

const asItIs = (_before: ServeState, after: ServeState): ServeState => after

/**
 * A serve that has not begun. It sleeps a minute at most before it looks at the clock again, and never begins two runs of
 * one schedule at once.
 */
export function createServe(ports: ServePorts, { version, also = asItIs }: ServeOptions): Serve {
  const { clock } = ports
  const hub = createHub(ports, emptyServeState, also)
  const nap = createNap(clock)
  const runner = createRunner(ports, hub, () => {
    void watch.refresh()
    nap.end()
  })
  const watch = createProofWatch(ports, hub, nap.end)
  let phase: 'new' | 'at-work' | 'stopping' = 'new'
  const stopping = (): boolean => phase === 'stopping'
  const scheduler = createScheduler({ clock, random: ports.random, hub, runner, stopping })
  const view = createView({ version, clock, hub, watch, scheduler })
  const settled: Promise<void>[] = []
  let looping: Promise<void> | undefined
  let stopped: Promise<void> | undefined

  const tick = (): void => {
    const nowMs = clock.wall().getTime()
    scheduler.tick(nowMs)
    // A look at a proof waits until no schedule is at work: sessions to one device are not to meet.
    if (runner.atWork === 0) watch.tick(nowMs)
  }
  const loop = async (): Promise<void> => {
    while (phase === 'at-work') {
      tick()
      const nowMs = clock.wall().getTime()
      const proofMs = runner.atWork === 0 ? watch.nextMs() : undefined
      const waitMs = scheduler.idleMs(nowMs)
      await nap.begin(proofMs === undefined ? waitMs : Math.max(1, Math.min(waitMs, proofMs - nowMs)))
    }
  }
  const adopt = ({ schedules }: Schedules): void => {
    const at = clock.wall().toISOString()
    hub.change((state) => adoptSchedules(state, schedules, at))
    scheduler.replace(schedules)
  }
  return {
    start: ({ schedules, state, warnings = [] }) => {
      if (phase !== 'new') return
      phase = 'at-work'
      hub.change(() => state ?? emptyServeState)
      adopt(schedules)
      view.begin(schedules, warnings)
      hub.tell({ kind: 'started', schedules: namesOf(schedules) })
      for (const [name, { running }] of Object.entries(hub.state().schedules))
        if (running !== undefined) settled.push(scheduler.settle(name, running).then(nap.end))
      void watch.refresh()
      looping = loop()
    },
    replace: (schedules, warnings = []) => {
      if (phase !== 'at-work') return
      // What was due under the old file is begun, or counted, by the old file.
      tick()
      adopt(schedules)
      view.begin(schedules, warnings)
      hub.tell({ kind: 'reloaded', schedules: namesOf(schedules) })
      nap.end()
    },
    tell: hub.tell,
    change: hub.change,
    state: hub.state,
    view: () => view.at(phase),
    on: hub.on,
    stop: () => {
      stopped ??= (async () => {
        phase = 'stopping'
        hub.tell({ kind: 'stopping' })
        nap.end()
        await Promise.all([runner.stop(), looping, ...settled])
        await watch.stop()
        await hub.finish()
      })()
      return stopped
    },
  }
}

function namesOf({ schedules }: Schedules): readonly string[] {
  return schedules.map(({ name }) => name)
}

/** A sleep that can be ended: what changes while nobody looks would wait for a minute. */
function createNap(clock: Clock): { begin(ms: number): Promise<void>; readonly end: () => void } {
  let wake = new AbortController()
  return {
    begin: async (ms) => {
      await clock.sleep(ms, wake.signal)
      if (wake.signal.aborted) wake = new AbortController()
    },
    end: () => wake.abort(),
  }
}
