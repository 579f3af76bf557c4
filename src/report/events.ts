import { assertNever } from '../kernel/never.ts'
import type { RunEvent } from '../model/event.ts'
import { contextOfPlan, type DevicePlan, type TargetPlan } from '../model/plan.ts'
import { deviceOf, findingOf, type JsonRunDocument, jsonLine } from './json.ts'
import type { ProblemsDocument } from './problems.ts'

/** What every event of `--events` has; `seq` counts from 1 and has a gap where events were dropped. */
export interface EventHead {
  readonly seq: number
  /** The host's wall clock, for people. */
  readonly at: string
}

type Body = Readonly<Record<string, unknown>>

/** One event as a line of NDJSON; its schema is `events.schema.json`. */
export function eventLine(event: RunEvent, head: EventHead): string {
  return lineOf(event.kind, head, bodyOf(event))
}

/** The last line of a run that came to a result: the document that `--json` prints. */
export function resultLine(result: JsonRunDocument, head: EventHead): string {
  return lineOf('result', head, { result })
}

/** The last line, and mostly the only one, of a command that was refused: what `--json` prints then. */
export function refusedLine({ command, exitCode, problems }: ProblemsDocument, head: EventHead): string {
  return lineOf('refused', head, { command, exitCode, problems })
}

/** Told where a reader was too slow: so many events before this one were not written. */
export function droppedLine(count: number, head: EventHead): string {
  return lineOf('events-dropped', head, { count })
}

function lineOf(event: string, { seq, at }: EventHead, body: Body): string {
  return jsonLine({ v: 1, event, seq, at, ...body })
}

// Key by key, as in the result: a field that the model grows later must not slip into the format unnoticed.
function bodyOf(event: RunEvent): Body {
  switch (event.kind) {
    case 'run-started':
      return {
        command: event.command,
        runId: event.runId,
        playbook: event.playbook,
        hosts: [...event.hosts],
        ...(event.remediates === undefined ? {} : { remediates: event.remediates }),
      }
    case 'step':
      return { host: event.host, step: event.step }
    case 'finding':
      return { host: event.host, finding: findingOf(event.finding) }
    case 'planned':
      return plannedBody(event.plan)
    case 'line-sent':
      return { ...about(event), target: event.target, line: event.line, purpose: event.purpose }
    case 'line-replied':
      return { host: event.host, line: event.line, reply: event.reply, said: event.said }
    case 'read-back':
      return { host: event.host, target: event.target, value: event.value, asWanted: event.asWanted }
    case 'saved':
      return { ...about(event), ok: event.ok, said: event.said }
    case 'coverage':
      return { ...about(event), text: event.text, proven: event.proven, peers: event.peers }
    case 'device-finished':
      return { device: deviceOf(event.outcome) }
    case 'wave-started':
      return { wave: event.wave, of: event.of, canary: event.canary, hosts: [...event.hosts] }
    case 'rollout-stopped':
      return { reason: event.reason }
    case 'run-finished':
      return { exitCode: event.exitCode }
    default:
      return assertNever(event)
  }
}

function about({ host, context }: { readonly host: string; readonly context?: string }): Body {
  return { host, ...(context === undefined ? {} : { context }) }
}

function plannedBody(plan: DevicePlan): Body {
  return {
    host: plan.host,
    ...contextOfPlan(plan),
    targets: plan.targets.map(plannedTarget),
    findings: plan.findings.map(findingOf),
  }
}

function plannedTarget({ name, state, decision }: TargetPlan): Body {
  const { before, wanted, usedBy } = state
  return {
    name,
    before,
    wanted,
    usedBy: [...usedBy],
    decision: decision.kind,
    ...(decision.kind === 'skipped' ? { reason: decision.reason } : {}),
    ...(decision.kind === 'change'
      ? {
          lines: decision.change.lines.map(({ line }) => line),
          revert: decision.change.revert.map(({ line }) => line),
          clears: (decision.clears?.peers ?? []).flatMap((peer) => peer.lines),
        }
      : {}),
  }
}
