import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { createRedactor } from '../../src/kernel/redact.ts'
import type { SaReading } from '../../src/model/facts.ts'
import type { DeviceOutcome, Status } from '../../src/model/outcome.ts'
import type { JournalEntry, PushIntent } from '../../src/model/record.ts'
import type { Journal } from '../../src/runs/journal.ts'
import { openRunStore, type RunStore, type RunStoreOptions } from '../../src/runs/store.ts'
import type { RunStarted } from '../../src/runs/stored-run.ts'

/** A wall clock that moves only when told. */
export class HandClock {
  #ms: number
  constructor(start = '2026-11-24T19:30:12.000Z') {
    this.#ms = Date.parse(start)
  }
  wall(): Date {
    return new Date(this.#ms)
  }
  pass(ms: number): void {
    this.#ms += ms
  }
}

const folders: string[] = []

/** A new folder that is gone after the test. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ikero-runs-'))
  folders.push(folder)
  return folder
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Tails that differ: 000001, 000002 … */
export function counting(): (bytes: number) => string {
  let next = 0
  return (bytes) => {
    next += 1
    return next.toString(16).padStart(bytes * 2, '0')
  }
}

export function storeIn(dir: string, more: Partial<RunStoreOptions> = {}): RunStore {
  return openRunStore({
    dir,
    clock: new HandClock(),
    redactor: createRedactor(),
    randomHex: counting(),
    ...more,
  })
}

export const started = (more: Partial<RunStarted> = {}): RunStarted => ({
  kind: 'run-started',
  command: 'apply',
  playbook: 'hubs answer only',
  playbookPath: 'playbooks/hubs.yml',
  wanted: 'responder-only',
  hosts: ['hub1'],
  version: '0.1.0',
  ...more,
})

export const readingOf = (identity: string): SaReading => ({
  sas: [
    {
      version: 1,
      identity,
      peer: '203.0.113.11',
      state: 'QM_IDLE',
      established: true,
      halfOpen: false,
      role: 'responder',
      evidence: `203.0.113.1 203.0.113.11 QM_IDLE ${identity} ACTIVE`,
    },
  ],
  unreadable: [],
})

export const intent = (
  host: string,
  targets: readonly string[],
  before: SaReading = readingOf('1001'),
): PushIntent => ({
  kind: 'push-intent',
  host,
  targets: targets.map((name) => ({
    name,
    before: 'absent',
    lines: [`crypto ipsec profile ${name}`, ' responder-only'],
    revert: [`crypto ipsec profile ${name}`, ' no responder-only'],
    fingerprint: '0'.repeat(64),
  })),
  readingBefore: before,
})

export const sending = (
  host: string,
  target: string,
  purpose: 'change' | 'revert' = 'change',
): JournalEntry => ({
  kind: 'line-sending',
  host,
  target,
  line: 'responder-only',
  purpose,
})

export const saReading = (host: string, afterPushMs: number): JournalEntry => ({
  kind: 'sa-reading',
  host,
  afterPushMs,
  reading: readingOf(`after ${afterPushMs}`),
})

export const outcome = (host: string, target: string, status: Status): JournalEntry => ({
  kind: 'outcome',
  host,
  target,
  status,
})

const device = (host: string, status: Status): DeviceOutcome => ({
  host,
  platform: 'ios',
  status,
  saved: 'no',
  findings: [],
  targets: [],
  change: { lines: [], revert: [], clears: [] },
  roles: [],
  roundTrips: 0,
})

export const finished = (
  runId: string,
  exitCode: number,
  all: Readonly<Record<string, Status>>,
): JournalEntry => ({
  kind: 'run-finished',
  exitCode,
  interrupted: false,
  result: {
    command: 'apply',
    runId,
    playbook: 'hubs answer only',
    startedAt: '2026-11-24T19:30:12.000Z',
    finishedAt: '2026-11-24T19:31:00.000Z',
    devices: Object.entries(all).map(([host, status]) => device(host, status)),
    interrupted: false,
  },
})

/** A whole run: begun, its entries written, closed. */
export async function record(
  store: RunStore,
  entries: readonly JournalEntry[],
  first: Partial<RunStarted> = {},
): Promise<Journal> {
  const journal = await store.begin(started(first))
  for (const entry of entries) await journal.append(entry)
  await journal.close()
  return journal
}
