import { formatDuration } from '../kernel/duration.ts'
import { printable } from '../kernel/printable.ts'
import type { ListedRun, OpenTarget, RunOwner } from '../model/run-view.ts'
import type { Frame } from './frame.ts'
import { clip, counted, pad, wrapText } from './layout.ts'
import { tallyOf } from './names.ts'
import { createStyle, type Style } from './style.ts'

export interface RunsOptions {
  readonly color: boolean
  readonly width: number
  /** Every run, however many there are. */
  readonly verbose: boolean
  /** The wall clock, in milliseconds: says which old SAs have ended by now. */
  readonly nowMs: number
  /** Ids of runs of whose journal the beginning cannot be read. */
  readonly unreadable?: readonly string[]
}

const shownRuns = 30
const indent = 4

/** The recorded runs, newest first, and below them what is open and until when. Ends with a line feed. */
export function renderRuns(
  runs: readonly ListedRun[],
  open: readonly OpenTarget[],
  options: RunsOptions,
): string {
  const frame: Frame = {
    style: createStyle(options.color),
    width: Math.max(40, options.width),
    verbose: options.verbose,
  }
  const lost = (options.unreadable ?? []).map((id) =>
    frame.style.red(`${printable(id)}: the beginning of its journal cannot be read`),
  )
  if (runs.length === 0 && lost.length === 0) return 'no runs are recorded in this state directory\n'
  const shown = options.verbose ? runs : runs.slice(0, shownRuns)
  const rest = runs.length - shown.length
  const blocks = [
    [
      ...(shown.length === 0 ? [] : table(shown, frame)),
      ...(rest > 0 ? [frame.style.dim(`and ${counted(rest, 'older run')} (-v shows all)`)] : []),
    ],
    lost,
    cutOff(runs, frame),
    renderOpen(open, frame, options.nowMs),
  ]
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`
}

const headings = ['RUN (ITS START IN UTC)', 'COMMAND', 'TOOK', 'EXIT', 'DEVICES'] as const

function table(runs: readonly ListedRun[], frame: Frame): readonly string[] {
  const rows = runs.map(cells)
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  )
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 4 ? cell : pad(cell, widths[column] ?? 0))).join('  ')
  const before = widths.slice(0, 4).reduce((total, width) => total + width + 2, 0)
  // The last column takes what is left; the playbook follows on a line of its own.
  return [
    frame.style.dim(line(headings)),
    ...runs.flatMap((run, index) => {
      const [id = '', command = '', took = '', exit = '', devices = ''] = rows[index] ?? []
      const room = Math.max(12, frame.width - before)
      const paint = run.atWork === undefined ? paintOf(run.exitCode, frame.style) : frame.style.yellow
      const cut = [id, command, took, exit, clip(devices, room)]
      const text = line(cut).trimEnd()
      const by = run.schedule === undefined ? '' : `schedule ${printable(run.schedule)}: `
      const playbook = clip(`${by}${printable(run.playbook)}`, Math.max(20, frame.width - indent))
      const harm =
        run.damaged === undefined ? [] : [frame.style.red(`${' '.repeat(indent)}${damageText(run.damaged)}`)]
      return [
        run.exitCode === 0 ? text : paint(text),
        frame.style.dim(`${' '.repeat(indent)}${playbook}`),
        ...harm,
      ]
    }),
  ]
}

function damageText(places: number): string {
  return `its journal is damaged in ${counted(places, 'place')} (ikero show says where)`
}

function paintOf(exitCode: number | undefined, style: Style): (text: string) => string {
  if (exitCode === undefined) return style.red
  return exitCode === 2 || exitCode === 3 ? style.yellow : style.red
}

function cells(run: ListedRun): readonly string[] {
  const { runId, command, exitCode, totals } = run
  const took =
    run.finishedAt === undefined ? Number.NaN : Date.parse(run.finishedAt) - Date.parse(run.startedAt)
  return [
    printable(runId),
    printable(command),
    Number.isFinite(took) ? formatDuration(took) : '-',
    exitCode === undefined ? '-' : String(exitCode),
    exitCode === undefined ? endlessText(run) : tallyOf(totals ?? {}) || 'none',
  ]
}

function endlessText({ atWork }: ListedRun): string {
  return atWork === undefined ? 'cut off: it has no end on record' : `at work: ${ownerText(atWork)}`
}

/** `alice on noc1, pid 4711`. */
export function ownerText({ owner, machine, pid }: RunOwner): string {
  return `${printable(owner)} on ${printable(machine)}${pid === 0 ? '' : `, pid ${pid}`}`
}

/** What is open, run by run, and until when; none where everything is settled. */
export function renderOpen(open: readonly OpenTarget[], frame: Frame, nowMs: number): readonly string[] {
  if (open.length === 0) return []
  const { bold } = frame.style
  const ids = [...new Set(open.map((one) => one.runId))]
  return [
    bold('open'),
    ...ids.flatMap((id) => {
      const targets = open.filter((one) => one.runId === id)
      return [
        `  ${printable(id)}`,
        ...targets.flatMap((one) => openLines(one, frame, nowMs)),
        ...nextLines(id, targets, frame, nowMs),
      ]
    }),
  ]
}

function openLines(one: OpenTarget, frame: Frame, nowMs: number): readonly string[] {
  const paint = frame.style.status(one.status)
  const text =
    one.status === 'unknown'
      ? 'what became of it is not on record'
      : `${one.text ?? 'how far it is has not been recorded'}${hasEnded(one, nowMs) ? ' (that is over)' : ''}${one.overdue ? ' (PROOF_OVERDUE)' : ''}`
  return wrapText(
    `${printable(one.host)} ${printable(one.target)}: ${one.status}, ${printable(text)}`,
    frame.width - indent,
  ).map(
    (line, index) =>
      `${' '.repeat(indent)}${index === 0 ? line.replace(one.status, paint(one.status)) : line}`,
  )
}

function hasEnded({ completeBy }: OpenTarget, nowMs: number): boolean {
  return completeBy !== undefined && Date.parse(completeBy) <= nowMs
}

function nextLines(
  id: string,
  targets: readonly OpenTarget[],
  frame: Frame,
  nowMs: number,
): readonly string[] {
  if (!targets.some((one) => one.status === 'unproven'))
    return nextText(`next: \`ikero resume ${printable(id)}\``, frame)
  const when = targets.some((one) => hasEnded(one, nowMs)) ? 'now' : 'after the old SAs have ended'
  const unknown = targets.some((one) => one.status === 'unknown')
  return [
    ...(unknown ? nextText(`next: \`ikero resume ${printable(id)}\``, frame) : []),
    ...nextText(`next: \`ikero verify ${printable(id)}\` ${when}`, frame),
  ]
}

function nextText(text: string, frame: Frame): readonly string[] {
  return wrapText(text, frame.width - indent).map((line) => `${' '.repeat(indent)}${line}`)
}

/** Runs without an end that no later run has finished, and nobody is at work on, themselves or to finish them. */
function cutOff(runs: readonly ListedRun[], frame: Frame): readonly string[] {
  const finished = new Set(
    runs.flatMap(({ resumes, exitCode }) => (exitCode === undefined ? [] : (resumes ?? []))),
  )
  const busy = new Set(
    runs.flatMap(({ atWork, runId, resumes }) =>
      atWork === undefined ? [] : resumes === undefined ? [runId] : [runId, resumes],
    ),
  )
  const open = runs.filter(
    ({ command, exitCode, runId, resumes, remediates }) =>
      (command === 'apply' || remediates === true) &&
      exitCode === undefined &&
      !finished.has(runId) &&
      !busy.has(runId) &&
      resumes === undefined,
  )
  if (open.length === 0) return []
  return [
    frame.style.bold('cut off'),
    ...open.flatMap(({ runId }) =>
      nextText(
        `${printable(runId)}: \`ikero resume ${printable(runId)}\` says what was applied, and finishes it`,
        frame,
      ),
    ),
  ]
}

/** The list for programs, in the format of the contract. */
export function runsDocument(runs: readonly ListedRun[], unreadable: readonly string[] = []): object {
  return {
    formatVersion: 1,
    command: 'runs',
    runs: runs.map(listedRun),
    ...(unreadable.length === 0 ? {} : { unreadable }),
  }
}

/** Key by key: what a summary grows later must not slip into the format unnoticed. */
export function listedRun(run: ListedRun): ListedRun {
  const { runId, command, remediates, playbook, schedule, startedAt, finishedAt, exitCode, totals } = run
  const { damaged, atWork } = run
  return {
    runId,
    command,
    ...(remediates === undefined ? {} : { remediates }),
    playbook,
    ...(schedule === undefined ? {} : { schedule }),
    startedAt,
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(totals === undefined ? {} : { totals }),
    ...(atWork === undefined ? {} : { atWork: ownerOf(atWork) }),
    ...(damaged === undefined ? {} : { damaged }),
  }
}

function ownerOf({ owner, machine, pid }: RunOwner): RunOwner {
  return { owner, machine, pid }
}
