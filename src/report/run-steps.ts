import { assertNever } from '../kernel/never.ts'
import { printable } from '../kernel/printable.ts'
import type { LinePurpose } from '../model/record.ts'
import type { RevertTimerStep } from '../model/revert-timer.ts'
import type { RunStep } from '../model/run-view.ts'
import { type Frame, quoted } from './frame.ts'
import { clip, displayWidth, pad } from './layout.ts'
import { valueName } from './names.ts'

/** One row of what a run did: time, host, what, and the device's words below it. */
export interface StepRow {
  readonly at: string
  readonly host: string
  readonly what: string
  readonly text: string
  /** What the device said, where it matters. */
  readonly said?: string
  readonly bad?: boolean
}

/**
 * The journal as rows: each line with the answer that it got. A line without an answer is one of which it
 * is not known whether the device took it. What each push was about to send stands in its lines.
 */
export function stepRows(steps: readonly RunStep[]): readonly StepRow[] {
  const rows: StepRow[] = []
  /** The last line sent to each host, until it is answered. */
  const waiting = new Map<string, number>()
  const unanswered = new Set<number>()
  for (const { at, entry } of steps) {
    if (entry.kind === 'push-intent') continue
    if (entry.kind === 'line-replied') {
      const index = waiting.get(entry.host)
      waiting.delete(entry.host)
      if (index !== undefined) unanswered.delete(index)
      const sent = index === undefined ? undefined : rows[index]
      if (index !== undefined && sent !== undefined) rows[index] = answered(sent, entry)
      else rows.push(answered({ at, host: entry.host, what: 'reply', text: printable(entry.line) }, entry))
      continue
    }
    if (entry.kind === 'line-sending') {
      waiting.set(entry.host, rows.length)
      unanswered.add(rows.length)
    }
    rows.push(rowOf(at, entry))
  }
  return rows.map((row, index) =>
    unanswered.has(index) ? { ...row, text: `${row.text}  -> no answer on record`, bad: true } : row,
  )
}

type Entry = RunStep['entry']
type Replied = Extract<Entry, { readonly kind: 'line-replied' }>

function answered(row: StepRow, { reply, said }: Replied): StepRow {
  const bad = reply !== 'accepted'
  return {
    ...row,
    text: `${row.text}  -> ${printable(reply)}`,
    ...(bad ? { bad } : {}),
    ...(said.trim() === '' ? {} : { said }),
  }
}

const purposeWords: Readonly<Record<LinePurpose, string>> = {
  change: 'sent',
  revert: 'taken back',
  clear: 'cleared',
}

/** `in customer-a: `, where it was in a context. */
function contextText({ context }: { readonly context?: string }): string {
  return context === undefined ? '' : `in ${printable(context)}: `
}

function rowOf(at: string, entry: Exclude<Entry, Replied | { readonly kind: 'push-intent' }>): StepRow {
  if (entry.kind === 'wave-started') return { at, host: '', what: 'wave', text: waveText(entry) }
  if (entry.kind === 'rollout-stopped')
    return { at, host: '', what: 'stopped', text: `no further device: ${printable(entry.reason)}`, bad: true }
  const { host } = entry
  switch (entry.kind) {
    case 'device-unreachable':
      return {
        at,
        host,
        what: 'no session',
        text: `${printable(entry.code)}: ${printable(entry.message)}`,
        bad: true,
      }
    case 'lease-taken-over': {
      const why = entry.reason === 'process-ended' ? 'whose process had ended' : 'which gave no sign of life'
      const by = `${printable(entry.owner)} on ${printable(entry.machine)} (pid ${entry.pid})`
      const text = `taken over from run ${printable(entry.fromRun)} of ${by}, ${why}`
      return { at, host, what: 'lease', text }
    }
    case 'identity-seen': {
      const { hostname, model, serials } = entry.identity
      const box = [hostname, model, serials.length === 0 ? undefined : `serial ${serials.join(', ')}`]
        .flatMap((part) => (part === undefined ? [] : [printable(part)]))
        .join(', ')
      const text = `${contextText(entry)}taken for another box than that of run ${printable(entry.fromRun)}: ${box}`
      return { at, host, what: 'new box', text }
    }
    case 'line-sending':
      return {
        at,
        host,
        what: purposeWords[entry.purpose],
        text: `${contextText(entry)}${printable(entry.line)}`,
      }
    case 'read-back': {
      const text = `${printable(entry.target)}: ${valueName(entry.value)}`
      return entry.asWanted
        ? { at, host, what: 'read back', text }
        : { at, host, what: 'read back', text: `${text}, not as wanted`, bad: true }
    }
    case 'second-login':
      return entry.ok
        ? { at, host, what: '2nd login', text: `${contextText(entry)}ok` }
        : {
            at,
            host,
            what: '2nd login',
            text: `${contextText(entry)}failed: ${printable(entry.message ?? '')}`,
            bad: true,
          }
    case 'saving':
      return { at, host, what: 'saving', text: `${contextText(entry)}running to startup` }
    case 'revert-timer':
      return timerRow(at, entry)
    case 'saved':
      return entry.ok
        ? { at, host, what: 'saved', text: `${contextText(entry)}to startup` }
        : { at, host, what: 'saved', text: `${contextText(entry)}no`, said: entry.said, bad: true }
    case 'outcome': {
      const why = entry.reason === undefined ? '' : `: ${printable(entry.reason)}`
      return { at, host, what: 'outcome', text: `${printable(entry.target)} ${entry.status}${why}` }
    }
    case 'device-outcome': {
      const error = entry.error === undefined ? '' : `: ${printable(entry.error)}`
      return { at, host, what: 'device', text: `${entry.status}${error}` }
    }
    default:
      return assertNever(entry)
  }
}

function waveText({ wave, of, canary, hosts }: Extract<Entry, { readonly kind: 'wave-started' }>): string {
  return `${wave} of ${of}${canary ? ', the canary' : ''}: ${hosts.map(printable).join(', ')}`
}

const timerWords: Readonly<Record<RevertTimerStep, string>> = {
  setting: 'is being set',
  set: 'runs',
  confirming: 'is being ended',
  confirmed: 'ended: what stands there stays',
  pending: 'still runs',
  fired: 'ran out: the device took the change back by itself',
}

function timerRow(at: string, entry: Extract<Entry, { readonly kind: 'revert-timer' }>): StepRow {
  const { host, minutes, step, line } = entry
  const sent = line === undefined ? '' : `  ${printable(line)}`
  return {
    at,
    host,
    what: 'timer',
    text: `of ${minutes} min ${timerWords[step]}${sent}`,
    ...(step === 'fired' || step === 'pending' ? { bad: true } : {}),
  }
}

/** Hours, minutes and seconds of an ISO time; a journal may have been written by anybody. */
function timeOf(at: string): string {
  return /T(\d\d:\d\d:\d\d)/.exec(at)?.[1] ?? '--:--:--'
}

/** The rows as lines; nothing is cut, because a line that was sent is evidence. */
export function renderSteps(steps: readonly RunStep[], frame: Frame): readonly string[] {
  const rows = stepRows(steps)
  const hosts = Math.min(24, Math.max(0, ...rows.map((row) => displayWidth(printable(row.host)))))
  return rows.flatMap((row) => {
    const host = pad(clip(printable(row.host), hosts), hosts)
    const head = `  ${timeOf(row.at)}  ${host}  ${pad(row.what, 10)}  `
    const text = row.bad === true ? frame.style.red(row.text) : row.text
    const said = row.said === undefined ? [] : quoted(row.said, frame)
    return [`${head}${text}`.trimEnd(), ...said.map((line) => `${' '.repeat(14 + hosts)}${line}`)]
  })
}
