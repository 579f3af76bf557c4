import { expect } from 'vitest'
import { type BuiltScenario, buildScenario } from '../../mocks/build.ts'
import { openMemoryLink } from '../../mocks/link.ts'
import { parseScenario } from '../../mocks/load-scenario.ts'
import type { SimulatedDevice } from '../../mocks/types.ts'
import { IkeroError } from '../../src/kernel/errors.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import type { DeviceRequest, Space } from '../../src/model/device-request.ts'
import type { RunEvent } from '../../src/model/event.ts'
import type { SaReading } from '../../src/model/facts.ts'
import type { DeviceIntent, PeerDeclaration, TargetIntent } from '../../src/model/intent.ts'
import type { ChangeRecord, JournalEntry } from '../../src/model/record.ts'
import { type ReadShell, SessionFault, type Unreachable, type WriteShell } from '../../src/model/shell.ts'
import { driverFor } from '../../src/platform/registry.ts'
import { openReadShell, openWriteShell, type ShellOptions } from '../../src/session/open.ts'
import type { FleetRequest } from '../../src/workflow/fleet-request.ts'
import type { PlainSessions, Ports } from '../../src/workflow/ports.ts'
import { createFakeClock, type FakeClock } from '../fake-clock.ts'
import { deviceName } from '../names.ts'

export { entryTarget as entry, profileTarget as profile } from '../names.ts'

/** Decides whether a session can be opened: `undefined` lets it. */
export type Refusal = (host: string, kind: 'read' | 'write', nth: number) => Unreachable | undefined

export interface WorldOptions {
  readonly refuse?: Refusal
  readonly record?: ChangeRecord
  /** Appends that fail, by the entry. */
  readonly journalFails?: (entry: JournalEntry) => boolean
  readonly approve?: boolean
}

export interface World {
  readonly clock: FakeClock
  readonly built: BuiltScenario
  readonly ports: Ports & { readonly sessions: PlainSessions }
  readonly journal: readonly JournalEntry[]
  readonly events: readonly RunEvent[]
  /** Lines that each device received outside a login question, with the mode they were typed in. */
  readonly received: (host: string) => readonly string[]
  /** The same as the device itself had them, each with the prompt that it was typed at. */
  readonly typedAt: (host: string) => readonly string[]
  /** Types lines in a login of somebody else's, past all sessions of ikero. */
  readonly meddle: (host: string, lines: readonly string[]) => void
  readonly advance: (ms: number) => void
  request(devices: readonly DeviceRequest[], more?: Partial<FleetRequest>): FleetRequest
}

/** A scenario's devices behind memory links, a clock that stands still, a journal in memory. */
export function createWorld(scenarioText: string, options: WorldOptions = {}): World {
  const scenario = parseScenario('scenario.yml', scenarioText)
  if (scenario.kind === 'err') throw new Error(scenario.error.map((one) => one.message).join('; '))
  const clock = createFakeClock()
  const built = buildScenario(scenario.value, { now: clock.monotonicMs, password: 'lab' })
  const received = new Map<string, string[]>()
  const typed = new Map<string, string[]>()
  const lineAt = (host: string) => (line: string) => {
    typed.set(host, [...(typed.get(host) ?? []), line])
  }
  const counts = { opened: 0 }
  const journal: JournalEntry[] = []
  const events: RunEvent[] = []
  let broken = false

  const open = async <S extends ReadShell>(
    { host, context }: Space,
    kind: 'read' | 'write',
    shellOf: (link: Parameters<typeof openReadShell>[0], options: ShellOptions) => Promise<S>,
  ): Promise<Result<S, Unreachable>> => {
    counts.opened += 1
    const nth = counts.opened
    const refusal = options.refuse?.(host.name, kind, nth)
    if (refusal !== undefined) return err(refusal)
    const device = built.devices.find((one) => one.name === host.name)
    if (device === undefined) throw new Error(`no device ${host.name} in the scenario`)
    const lines = received.get(host.name) ?? []
    received.set(host.name, lines)
    const link = openMemoryLink(atPrompts(device.device, lineAt(host.name)), { clock })
    try {
      const shell = await shellOf(link, {
        platform: host.platform,
        grammar: driverFor(host.platform).grammar,
        ...(context === undefined ? {} : { context }),
        clock,
        commandTimeoutMs: 30_000,
        deadlineMs: clock.monotonicMs() + 600_000,
        enableSecret: async () => 'lab',
        transcript: (direction, text) => {
          if (direction === 'sent') lines.push(text)
        },
      })
      return ok(shell)
    } catch (thrown) {
      if (!(thrown instanceof SessionFault)) throw thrown
      return err({ code: thrown.code, cause: 'network', message: thrown.message, next: 'look' })
    }
  }
  const sessions: PlainSessions = {
    read: (space) => open<ReadShell>(space, 'read', openReadShell),
    write: (space) => open<WriteShell>(space, 'write', openWriteShell),
  }
  const ports: World['ports'] = {
    clock,
    sessions,
    journal: {
      append: async (entry) => {
        broken ||= options.journalFails?.(entry) ?? false
        if (broken)
          throw new IkeroError('JOURNAL_FAILED', 'user', 'the journal could not be written: no space')
        journal.push(entry)
      },
    },
    history: {
      lastChange: async () => options.record,
      seenAsInitiator: async () => new Map(),
      identities: async () => new Map(),
      remediations: async () => new Map(),
    },
    emit: (event) => events.push(event),
    approve: async () => options.approve ?? true,
  }
  return {
    clock,
    built,
    ports,
    journal,
    events,
    received: (host) => received.get(host) ?? [],
    typedAt: (host) => typed.get(host) ?? [],
    meddle: (host, lines) => {
      const session = built.devices.find((one) => one.name === host)?.device.open()
      for (const line of lines) session?.enter(line)
    },
    advance: built.world.advance,
    request: (devices, more = {}) => ({
      devices,
      concurrency: 10,
      proof: { withinMs: 60_000, lostAfterMs: 90_000 },
      save: 'always',
      signal: new AbortController().signal,
      ...more,
    }),
  }
}

/** The record that the run store would give after what stands in a world's journal. */
export function recordedIn(world: World, at: string): ChangeRecord {
  const intent = world.journal.find((one) => one.kind === 'push-intent')
  const outcome = world.journal.findLast((one) => one.kind === 'outcome')
  if (intent?.kind !== 'push-intent' || outcome?.kind !== 'outcome') throw new Error('nothing was changed')
  const readingsSince = world.journal.flatMap(
    (one): readonly { afterPushMs: number; reading: SaReading }[] =>
      one.kind === 'sa-reading' ? [{ afterPushMs: one.afterPushMs, reading: one.reading }] : [],
  )
  const { readingBefore } = intent
  return { runId: 'r', host: 'hub1', target: 'VPN', at, readingBefore, readingsSince, status: outcome.status }
}

/** The same device, with each line told behind the prompt that it stood at. */
function atPrompts(device: SimulatedDevice, tell: (line: string) => void): SimulatedDevice {
  return {
    name: device.name,
    platform: device.platform,
    ...(device.faults === undefined ? {} : { faults: device.faults }),
    ...(device.cutOff === undefined ? {} : { cutOff: () => device.cutOff?.() }),
    open: () => {
      const session = device.open()
      return {
        banner: session.banner,
        pagerMark: session.pagerMark,
        get prompt() {
          return session.prompt
        },
        get echo() {
          return session.echo
        },
        get pageLength() {
          return session.pageLength
        },
        get mode() {
          return session.mode
        },
        enter(line) {
          if (session.echo) tell(`${session.prompt}${line}`)
          return session.enter(line)
        },
        key: (key) => session.key(key),
      }
    },
  }
}

/** One device of a run, with what is asked of it. */
export function device(
  host: string,
  targets: readonly TargetIntent[],
  more: Partial<DeviceIntent> = {},
): DeviceRequest {
  const platform = more.platform ?? 'ios'
  const peers: readonly PeerDeclaration[] = more.peers ?? []
  return {
    host: {
      name: deviceName(host),
      address: '192.0.2.1',
      port: 22,
      platform,
      groups: [],
      credential: { name: 'lab', username: 'netops' },
      endpoints: [],
      timeouts: { connectMs: 10_000, commandMs: 30_000, totalMs: 600_000 },
    },
    intent: {
      host: deviceName(host),
      platform,
      state: 'responder-only',
      targets,
      peers,
      endpoints: [],
      ...more,
    },
  }
}

/** The change and revert lines that a device received, in order. */
export function configLines(world: World, host: string): readonly string[] {
  return world
    .received(host)
    .filter((line) => /^(?:crypto |responder-only|no responder-only|configure|end$|write)/.test(line))
}

export function expectNothingSent(world: World, host: string): void {
  expect(configLines(world, host)).toEqual([])
  expect(world.journal.filter((one) => one.kind === 'line-sending' && one.host === host)).toEqual([])
}
