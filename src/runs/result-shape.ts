import type { RunResult } from '../model/outcome.ts'
import { type Check, flag, listOf, number, oneOf, optional, record, text } from './entry-shape.ts'

const texts = listOf(text)
const lines = { lines: texts, revert: texts, clears: texts }
const lifetimes = optional(record({ ikeSeconds: optional(number), ipsecSeconds: optional(number) }))

const finding = record({
  code: text,
  severity: oneOf(['block', 'warn', 'info']),
  target: optional(text),
  message: text,
  evidence: optional(text),
  peers: optional(texts),
  next: text,
  accepted: optional(record({ by: text, until: text, reason: text })),
})

const peer = record({
  address: text,
  name: optional(text),
  description: optional(text),
  type: text,
  typeBasis: text,
  typeSource: optional(text),
  startedBy: text,
  canStart: record({ answer: text, why: text }),
  lifetimes,
  remainingSeconds: optional(number),
  evidence: texts,
})

const impact = record({
  readAt: text,
  wanted: text,
  anyPeer: flag,
  peers: listOf(peer),
  morePeers: number,
  lifetimes,
  config: optional(record({ before: texts, after: texts })),
  lines: texts,
  revert: texts,
})

const coverage = record({
  peers: number,
  proven: number,
  waiting: number,
  atRisk: number,
  idle: number,
  lost: number,
  ambiguous: optional(number),
})

const target = record({
  kind: oneOf(['ipsec-profile', 'crypto-map-entry']),
  name: text,
  context: optional(text),
  before: text,
  after: optional(text),
  status: text,
  pendingKind: optional(text),
  reason: optional(text),
  sent: flag,
  usedBy: texts,
  coverage: optional(coverage),
  impact: optional(impact),
})

const role = record({
  target: text,
  peer: text,
  protocol: text,
  reading: text,
  fresh: flag,
  proof: text,
  ageSeconds: optional(number),
  remainingSeconds: optional(number),
  evidence: optional(text),
})

const device = record({
  host: text,
  platform: oneOf(['ios', 'asa']),
  software: optional(
    record({
      os: text,
      version: optional(text),
      xeVersion: optional(text),
      model: optional(text),
      serial: optional(text),
    }),
  ),
  status: text,
  saved: text,
  foreignUnsaved: optional(number),
  findings: listOf(finding),
  targets: listOf(target),
  change: record({ ...lines, interruption: optional(record({ peers: number, atMostSecondsEach: number })) }),
  spaces: optional(listOf(record({ context: optional(text), ...lines }))),
  roles: listOf(role),
  coverageText: optional(text),
  error: optional(
    record({ code: text, message: text, line: optional(text), reply: optional(text), next: text }),
  ),
  known: optional(record({ reason: text, until: text })),
})

const basis = record({
  wanted: text,
  playbookSha256: optional(text),
  inventorySha256: optional(text),
  planMadeAt: optional(text),
  by: optional(text),
  account: optional(text),
  machine: optional(text),
  version: text,
  proof: record({
    withinSeconds: number,
    lostAfterSeconds: number,
    renegotiate: oneOf(['never', 'initiated']),
  }),
  save: oneOf(['always', 'never', 'if-clean']),
})

const state: Check = (value) =>
  record({ open: (open) => open === true, endsAtMs: number })(value) ||
  record({ open: (open) => open === false, opensAtMs: number })(value)

const rollout = record({
  waves: listOf(record({ canary: flag, hosts: texts, begun: flag })),
  stopped: optional(record({ reason: text, changed: number, notBegun: number, split: texts, next: text })),
})

const result: Check = record({
  runId: text,
  playbook: text,
  change: optional(text),
  planFile: optional(record({ path: text, contentHash: text, signedBy: optional(text) })),
  of: optional(text),
  startedAt: text,
  finishedAt: text,
  interrupted: flag,
  halted: optional(flag),
  rollout: optional(rollout),
  remediation: optional(
    record({
      due: texts,
      begun: texts,
      held: listOf(record({ host: text, why: text, reason: text, next: text })),
    }),
  ),
  window: optional(record({ from: text, to: text, timezone: text, state, ignored: optional(text) })),
  devices: listOf(device),
  basis: optional(basis),
})

/**
 * Whether everything that a report reads of a recorded result is of its kind: a run's folder may have come from
 * elsewhere, and only what runs themselves are judged by is checked when a journal is read.
 */
export function isReportable(value: RunResult): boolean {
  return result(value)
}
