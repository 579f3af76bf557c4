import type { SaReading } from '../model/facts.ts'
import type { ProcessMark } from '../model/lease.ts'
import { type CommandName, statuses } from '../model/outcome.ts'
import type { JournalEntry, JournalLine } from '../model/record.ts'
import { revertTimerSteps } from '../model/revert-timer.ts'
import type { RunSettings } from '../model/run-settings.ts'

type Shape = Readonly<Record<string, unknown>>
export type Check = (value: unknown) => boolean

const isShape = (value: unknown): value is Shape =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const text: Check = (value) => typeof value === 'string'
export const flag: Check = (value) => typeof value === 'boolean'
export const number: Check = (value) => typeof value === 'number' && Number.isFinite(value)
export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
export const oneOf =
  (words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value)
export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)
export const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isShape(value) && Object.entries(fields).every(([name, check]) => check(value[name]))

const status = oneOf(statuses)
const commands: Readonly<Record<CommandName, true>> = {
  plan: true,
  apply: true,
  verify: true,
  drift: true,
  resume: true,
  rollback: true,
}
const command = oneOf(Object.keys(commands))
const sa = record({
  version: (value) => value === 1 || value === 2,
  identity: optional(text),
  peer: optional(text),
  local: optional(text),
  state: text,
  established: flag,
  halfOpen: flag,
  role: oneOf(['initiator', 'responder', 'unknown']),
  ageSeconds: optional(number),
  remainingSeconds: optional(number),
  evidence: text,
})
const reading: Check = record({
  sas: listOf(sa),
  unreadable: listOf(text),
  upWithoutIke: optional(listOf(text)),
  users: optional(listOf(text)),
} satisfies Record<keyof SaReading, Check>)
const target: Check = (value) =>
  [
    record({ kind: oneOf(['ipsec-profile']), profile: text }),
    record({ kind: oneOf(['crypto-map-entry']), map: text, seq: number, context: optional(text) }),
  ].some((check) => check(value))
const duration: Check = (value) => number(value) && Number(value) >= 0
const settings: Check = record({
  save: oneOf(['always', 'never', 'if-clean']),
  onBlocked: oneOf(['device', 'target']),
  proof: record({ withinMs: duration, lostAfterMs: duration, require: optional(flag) }),
  concurrency: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
  playbookSum: optional(text),
} satisfies Record<keyof RunSettings, Check>)
const processName: Check = (value) => typeof value === 'string' && value.length > 0 && value.length <= 256
const holder: Check = record({
  owner: processName,
  machine: processName,
  boot: optional(processName),
  pid: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  pidStarted: optional(processName),
} satisfies Record<keyof ProcessMark, Check>)
const identity = record({ hostname: text, model: optional(text), serials: listOf(text) })
const space = { host: text, context: optional(text) }
const sent = { host: text, target: text, line: text }

/** Every kind of entry and what its fields must be; what a report alone reads of a result is not checked. */
const shapes: Readonly<Record<JournalEntry['kind'], Check>> = {
  'run-started': record({
    command,
    playbook: text,
    playbookPath: text,
    change: optional(text),
    planFile: optional(record({ path: text, contentHash: text, signedBy: optional(text) })),
    ignoreWindow: optional(text),
    wanted: oneOf(['responder-only', 'bidirectional']),
    hosts: listOf(text),
    version: text,
    of: optional(text),
    inventoryPath: optional(text),
    resumes: optional(text),
    remediates: optional((value) => value === true),
    schedule: optional(text),
    settings: optional(settings),
    holder: optional(holder),
  }),
  'device-unreachable': record({ host: text, code: text, message: text }),
  'lease-taken-over': record({
    host: text,
    reason: oneOf(['process-ended', 'no-heartbeat']),
    owner: text,
    machine: text,
    pid: number,
    fromRun: text,
    takenAt: text,
    heartbeat: text,
  }),
  'identity-seen': record({ ...space, identity, fromRun: text }),
  'wave-started': record({ wave: number, of: number, canary: flag, hosts: listOf(text) }),
  'rollout-stopped': record({ reason: text }),
  'push-intent': record({
    ...space,
    targets: listOf(
      record({
        name: text,
        before: text,
        lines: listOf(text),
        revert: listOf(text),
        fingerprint: text,
        wanted: optional(text),
        target: optional(target),
        peers: optional(listOf(text)),
        basis: optional(listOf(text)),
      }),
    ),
    identity: optional(identity),
    readingBefore: reading,
  }),
  'line-sending': record({ ...space, ...sent, purpose: oneOf(['change', 'revert', 'clear']) }),
  'line-replied': record({ ...sent, reply: oneOf(['accepted', 'refused', 'link-lost']), said: text }),
  'read-back': record({ host: text, target: text, value: text, asWanted: flag }),
  'second-login': record({ ...space, ok: flag, message: optional(text) }),
  saving: record(space),
  saved: record({ ...space, ok: flag, said: text }),
  'revert-timer': record({
    host: text,
    minutes: number,
    step: oneOf(revertTimerSteps),
    line: optional(text),
  }),
  'sa-reading': record({ ...space, afterPushMs: number, reading }),
  outcome: record({ host: text, target: text, status, reason: optional(text) }),
  'device-outcome': record({ host: text, status, error: optional(text) }),
  'run-finished': record({
    exitCode: number,
    interrupted: flag,
    result: record({
      command,
      runId: text,
      playbook: text,
      startedAt: text,
      finishedAt: text,
      devices: listOf(record({ host: text, status })),
    }),
  }),
}

/** A line of this format, whoever wrote it: a run's folder may have come from elsewhere. */
export function isJournalLine(value: unknown): value is JournalLine {
  if (!isShape(value) || value.v !== 1 || !Number.isSafeInteger(value.seq)) return false
  if (typeof value.at !== 'string' || Number.isNaN(Date.parse(value.at))) return false
  const { entry } = value
  if (!isShape(entry) || typeof entry.kind !== 'string') return false
  return Object.entries(shapes).some(([kind, check]) => kind === entry.kind && check(entry))
}
