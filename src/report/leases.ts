import { formatDuration } from '../kernel/duration.ts'
import { assertNever } from '../kernel/never.ts'
import { printable } from '../kernel/printable.ts'
import type { Lease, LeaseView, OwnerState, Unlocked } from '../model/lease.ts'
import { beside, sentence } from './frame.ts'
import { displayWidth, pad } from './layout.ts'
import { createStyle, type Paint, type Style } from './style.ts'

export interface LeasesOptions {
  readonly color: boolean
  /** The wall clock, in milliseconds: says how old a heartbeat is. */
  readonly nowMs: number
}

const headings = ['DEVICE', 'OWNER', 'MACHINE', 'PID', 'RUN', 'SINCE', 'HEARTBEAT', 'STATE'] as const

/** The leases as a table, with what is wrong with one below it. Ends with a line feed. */
export function renderLeases(leases: readonly LeaseView[], { color, nowMs }: LeasesOptions): string {
  if (leases.length === 0) return 'no device is leased in this state directory\n'
  const style = createStyle(color)
  const rows = leases.map((view) => cells(view, nowMs))
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => displayWidth(row[column] ?? ''))),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return `${[
    style.dim(line(headings)),
    ...leases.flatMap((view, index) => [
      paintOf(view.state, style)(line(rows[index] ?? [])),
      ...(view.problem === undefined ? [] : [`    ${printable(view.problem)}`]),
    ]),
  ].join('\n')}\n`
}

function cells({ host, state, lease }: LeaseView, nowMs: number): readonly string[] {
  if (lease === undefined) return [printable(host), '-', '-', '-', '-', '-', '-', state]
  const { owner, machine, pid, runId, takenAt } = lease
  return [
    printable(host),
    printable(owner),
    printable(machine),
    pid === 0 ? '-' : String(pid),
    printable(runId),
    printable(takenAt.replace('T', ' ').replace(/\.\d+Z$/, 'Z')),
    `${heartbeatAge(lease, nowMs)} ago`,
    state,
  ]
}

function heartbeatAge(lease: Lease, nowMs: number): string {
  return formatDuration(nowMs - Date.parse(lease.heartbeat))
}

function paintOf(state: OwnerState, style: Style): Paint {
  return { alive: (text: string) => text, dead: style.yellow, unknown: style.red }[state]
}

/** What a person looks at before a lease is broken. Ends with a line feed. */
export function renderLeaseQuestion(
  view: LeaseView,
  { color, width, nowMs }: LeasesOptions & { readonly width: number },
): string {
  const style = createStyle(color)
  const frame = { style, width: Math.max(40, width), verbose: true }
  const { lease, problem } = view
  const part = (label: string, text: string): readonly string[] =>
    beside(label, sentence(text, frame), style.dim)
  const warning =
    view.state === 'alive'
      ? 'its owner is alive: it may be sending lines to the device at this moment'
      : 'what it did to the device may be unfinished'
  return `${[
    style.bold(`the lease of ${printable(view.host)}`),
    ...(lease === undefined
      ? []
      : [
          ...part('held by', ownerText(lease)),
          ...part('run', lease.runId),
          ...part('since', lease.takenAt),
          ...part('heartbeat', `${heartbeatAge(lease, nowMs)} ago`),
        ]),
    ...part('owner is', stateText[view.state]),
    ...(problem === undefined ? [] : part('problem', problem)),
    ...beside('', [style.red(warning)], style.dim),
  ].join('\n')}\n`
}

const stateText: Readonly<Record<OwnerState, string>> = {
  alive: 'alive',
  dead: 'dead: its process has ended on this machine',
  unknown: 'not known: it is on another machine and has no heartbeat any more, or the lease cannot be read',
}

function ownerText({ owner, machine, pid }: Lease): string {
  return `${owner} on ${machine}, pid ${pid === 0 ? 'not known' : pid}`
}

/** What became of each lease, and the next step. Ends with a line feed. */
export function renderUnlocked(hosts: readonly Unlocked[], { color, nowMs }: LeasesOptions): string {
  const style = createStyle(color)
  return hosts.map((one) => `${unlockedLines(one, style, nowMs).join('\n')}\n`).join('')
}

function unlockedLines(one: Unlocked, style: Style, nowMs: number): readonly string[] {
  const { lease, problem, result } = one
  const host = printable(one.host)
  const whose =
    lease === undefined ? '' : ` of run ${printable(lease.runId)} (${printable(ownerText(lease))})`
  const why = problem === undefined ? [] : [`  ${printable(problem)}`]
  switch (result) {
    case 'not-leased':
      return [`${host}: not leased`]
    case 'broken':
      return [
        `${style.green(`${host}: broken`)}: the lease${whose}`,
        ...(lease === undefined
          ? []
          : [`  next: \`ikero resume ${printable(lease.runId)}\` finishes what that run left`]),
      ]
    case 'refused':
      return [
        `${style.red(`${host}: refused`)}: the owner of the lease${whose} is alive${lease === undefined ? '' : `; heartbeat ${heartbeatAge(lease, nowMs)} ago`}`,
        ...why,
        '  next: wait for that run, or end it; --force breaks the lease under it',
      ]
    case 'kept':
      return [`${style.yellow(`${host}: kept`)}: the lease${whose} stands, because nobody said yes`]
    case 'failed':
      return [`${style.red(`${host}: not broken`)}: the lease${whose} stands`, ...why]
    default:
      return assertNever(result)
  }
}

/** For programs; without the token, which is nobody's business. */
export function leasesDocument(
  views: readonly (LeaseView | Unlocked)[],
  exitCode: number,
  nowMs: number,
): object {
  return {
    formatVersion: 1,
    command: 'unlock',
    exitCode,
    leases: views.map((view) => {
      const { host, state, lease, problem } = view
      return {
        host,
        ...('result' in view ? { result: view.result } : {}),
        ...('result' in view && view.result === 'not-leased' ? {} : { state }),
        ...(lease === undefined ? {} : leaseJson(lease, nowMs)),
        ...(problem === undefined ? {} : { problem }),
      }
    }),
  }
}

function leaseJson({ owner, machine, pid, runId, takenAt, heartbeat }: Lease, nowMs: number): object {
  const heartbeatAgeSeconds = Math.max(0, Math.round((nowMs - Date.parse(heartbeat)) / 1000))
  return { owner, machine, ...(pid === 0 ? {} : { pid }), runId, takenAt, heartbeat, heartbeatAgeSeconds }
}
