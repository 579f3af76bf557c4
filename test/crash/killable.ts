import { createRedactor } from '../../src/kernel/redact.ts'
import { ok } from '../../src/kernel/result.ts'
import type { DeviceRequest } from '../../src/model/device-request.ts'
import type { JournalEntry } from '../../src/model/record.ts'
import type { ResumeView } from '../../src/model/resume-view.ts'
import type { WriteShell } from '../../src/model/shell.ts'
import { openRunStore, type RunStore } from '../../src/runs/store.ts'
import type { RunStarted, StoredRun } from '../../src/runs/stored-run.ts'
import { haltable } from '../../src/wire/halt.ts'
import { applyFleet } from '../../src/workflow/fleet.ts'
import type { FleetRequest, FleetResult } from '../../src/workflow/fleet-request.ts'
import type { Ports, Sessions } from '../../src/workflow/ports.ts'
import { resumeFleet } from '../../src/workflow/resume.ts'
import { besides, neverBegun, storyOf, unfinishedPushes } from '../../src/workflow/resume-open.ts'
import { counting } from '../runs/build.ts'
import { createWorld, type World, type WorldOptions } from '../workflow/world.ts'
import { memoryFiles } from './memory-files.ts'

/**
 * A step at which a run can be killed: just before it, or when it is done and the run has not heard of it.
 * `halt`: it is interrupted twice while the step is under way.
 */
export interface Point {
  readonly nth: number
  readonly when: 'before' | 'after' | 'halt'
}

/** A fleet in memory whose runs are recorded, and can be killed at any step that they take towards it. */
export interface CrashLab {
  readonly world: World
  readonly store: RunStore
  readonly requests: readonly DeviceRequest[]
  /** Runs apply; `killedAt` counts from 1. Undefined: it was killed. */
  apply(
    killedAt?: Point,
    more?: Partial<FleetRequest>,
  ): Promise<{ readonly runId: string; readonly result?: FleetResult }>
  resume(runId: string, killedAt?: Point, more?: Partial<FleetRequest>, yes?: boolean): Promise<Resumed>
  /** What each step of the last run was, in their order. */
  readonly steps: readonly string[]
}

export interface Resumed {
  readonly runId: string
  readonly result?: FleetResult
  readonly view?: ResumeView
  /** Nothing of the run was unfinished: nothing was contacted. */
  readonly nothing?: true
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined)

/** Counts steps, and stands still for ever from one of them on. */
class Killer {
  readonly steps: string[] = []
  dead = false
  readonly stop = new AbortController()
  readonly halt = new AbortController()
  readonly died: Promise<undefined>
  #die: () => void = () => undefined
  readonly #at: Point | undefined

  constructor(at: Point | undefined) {
    this.#at = at
    this.died = new Promise((resolve) => {
      this.#die = () => resolve(undefined)
    })
  }

  /** A step that can be killed at. */
  async step<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (this.dead) return never()
    this.steps.push(what)
    const here = this.#at?.nth === this.steps.length
    if (here && this.#at?.when === 'before') return this.#kill()
    if (here && this.#at?.when === 'halt') {
      this.stop.abort()
      this.halt.abort()
    }
    const done = await this.alive(work)
    return here && this.#at?.when === 'after' ? this.#kill() : done
  }

  /** Anything else that a process does: nothing of it goes on in a dead one. */
  async alive<T>(work: () => Promise<T>): Promise<T> {
    if (this.dead) return never()
    try {
      const done = await work()
      return this.dead ? await never() : done
    } catch (thrown) {
      if (this.dead) return never()
      throw thrown
    }
  }

  #kill<T>(): Promise<T> {
    this.dead = true
    this.#die()
    return never()
  }
}

export function createCrashLab(
  scenario: string,
  requests: readonly DeviceRequest[],
  options: WorldOptions = {},
): CrashLab {
  const world = createWorld(scenario, options)
  const store = openRunStore({
    dir: '/state',
    clock: world.clock,
    redactor: createRedactor(),
    randomHex: counting(),
    files: memoryFiles(),
  })
  let steps: readonly string[] = []
  const settings: Partial<FleetRequest> = { proof: { withinMs: 60_000, lostAfterMs: 20_000 } }
  const run = async (
    started: Partial<RunStarted>,
    at: Point | undefined,
    work: (ports: Ports, signal: AbortSignal) => Promise<FleetResult>,
  ): Promise<{ readonly runId: string; readonly result?: FleetResult }> => {
    const killer = new Killer(at)
    const journal = await store.begin({
      kind: 'run-started',
      command: 'apply',
      playbook: 'p',
      playbookPath: '/p.yml',
      wanted: 'responder-only',
      hosts: requests.map(({ host }) => host.name),
      version: '0',
      ...started,
    })
    const append = (entry: JournalEntry): Promise<void> =>
      killer.step(`journal ${entry.kind}${'line' in entry ? ` ${entry.line}` : ''}`, () =>
        journal.append(entry),
      )
    const sessions: Sessions = {
      read: (space, signal) => killer.alive(() => world.ports.sessions.read(space, signal)),
      write: (space) =>
        killer.alive(async () => {
          const opened = await world.ports.sessions.write(space)
          return opened.kind === 'ok' ? ok(killableShell(opened.value, killer)) : opened
        }),
    }
    const ports: Ports = {
      ...world.ports,
      journal: { append },
      history: store,
      halt: killer.halt.signal,
      sessions: haltable(sessions, killer.halt.signal),
    }
    const done = await world.clock.settle(Promise.race([work(ports, killer.stop.signal), killer.died]))
    steps = killer.steps
    await world.clock.settle(journal.close())
    return { runId: journal.runId, ...(done === undefined ? {} : { result: done }) }
  }
  const read = async (runId: string): Promise<StoredRun> => {
    const stored = await store.read(runId)
    if (stored.kind === 'err') throw new Error(stored.error)
    return stored.value
  }
  return {
    world,
    store,
    requests,
    get steps() {
      return steps
    },
    apply: (at, more = {}) =>
      run({}, at, (ports, signal) =>
        applyFleet(world.request(requests, { ...settings, ...more, signal }), ports),
      ),
    resume: async (runId, at, more = {}, yes = true) => {
      const first = await read(runId)
      const later: StoredRun[] = []
      for (const { resumes, runId: id } of [...(await store.list())].reverse())
        if (resumes === runId) later.push(await read(id))
      const story = storyOf(
        first.steps,
        later.map((one) => one.steps),
      )
      const unfinished = unfinishedPushes(story)
      const fresh = neverBegun(first.started.hosts, story)
      if (unfinished.length + fresh.length === 0) return { runId, nothing: true }
      const devices = requests.flatMap((request): readonly DeviceRequest[] => {
        const targets = unfinished
          .filter(({ host }) => host === request.host.name)
          .flatMap((one) => one.targets.map(({ known }) => known.target))
        const beside = besides(request.intent.targets, request.host.name, story)
        if (targets.length > 0)
          return [{ ...request, intent: { ...request.intent, targets: [...targets, ...beside] } }]
        return fresh.includes(request.host.name) ? [request] : []
      })
      let view: ResumeView | undefined
      const resumed = await run({ command: 'resume', resumes: runId }, at, (ports) =>
        resumeFleet(
          {
            ...world.request(devices, { ...settings, ...more }),
            unfinished,
            runs: [first, ...later].map(({ summary }) => summary.runId),
            damaged: () => false,
            left: [],
            confirm: async (found) => {
              view = found
              return yes
            },
          },
          ports,
        ),
      )
      return { ...resumed, ...(view === undefined ? {} : { view }) }
    },
  }
}

function killableShell(shell: WriteShell, killer: Killer): WriteShell {
  return {
    platform: shell.platform,
    hostname: shell.hostname,
    privileged: shell.privileged,
    ...(shell.context === undefined ? {} : { context: shell.context }),
    get roundTrips() {
      return shell.roundTrips
    },
    run: (line) => killer.alive(() => shell.run(line)),
    runAll: (lines) => killer.alive(() => shell.runAll(lines)),
    enterConfig: (how) => killer.step(`${shell.hostname} configure terminal`, () => shell.enterConfig(how)),
    confirm: () => killer.step(`${shell.hostname} configure confirm`, () => shell.confirm()),
    startClock: () => shell.startClock(),
    send: (step) => killer.step(`${shell.hostname} ${step.line}`, () => shell.send(step)),
    leaveConfig: () => killer.step(`${shell.hostname} end`, () => shell.leaveConfig()),
    clear: (line) => killer.step(`${shell.hostname} ${line}`, () => shell.clear(line)),
    save: () => killer.step(`${shell.hostname} write memory`, () => shell.save()),
    close: () => killer.alive(() => shell.close()),
  }
}
