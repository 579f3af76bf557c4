import { printable } from '../kernel/printable.ts'
import type { RunStep, RunView } from '../model/run-view.ts'
import { renderTable } from './device-table.ts'
import { exitMeaning } from './exit-meaning.ts'
import { beside, type Frame, more, sentence } from './frame.ts'
import { toJsonDocument } from './json.ts'
import { savedPlanText, worstFirst } from './names.ts'
import { renderSteps } from './run-steps.ts'
import { listedRun, ownerText, renderOpen } from './runs.ts'
import { renderIntents } from './show-intents.ts'
import { createStyle } from './style.ts'

export interface ShowOptions {
  readonly color: boolean
  readonly width: number
  readonly verbose: boolean
  readonly nowMs: number
}

const shownSteps = 400
const shownDevices = 20

/**
 * One recorded run for people: what it did, line by line, how each device ended, what has become of its
 * changes since, and where its journal cannot be believed. Ends with a line feed.
 */
export function renderRun(view: RunView, options: ShowOptions): string {
  const frame: Frame = {
    style: createStyle(options.color),
    width: Math.max(40, options.width),
    verbose: options.verbose,
  }
  const blocks = [
    header(view, frame),
    journal(view.steps, frame),
    devices(view, frame),
    frame.verbose ? renderIntents(view.steps, frame) : [],
    changes(view, frame),
    renderOpen(view.open, frame, options.nowMs),
    damage(view, frame),
  ]
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`
}

const seconds = (at: string): string => printable(at.replace('T', ' ').replace(/\.\d+Z$/, 'Z'))

const cutOffText = 'no: the run was cut off, and has no end on record'

function header(
  { run, change, planFile, ignoreWindow, of, folder, result }: RunView,
  frame: Frame,
): readonly string[] {
  const { bold, dim, red } = frame.style
  const part = (label: string, text: string): readonly string[] => beside(label, sentence(text, frame), dim)
  const end =
    run.finishedAt === undefined
      ? beside(
          'finished',
          [run.atWork === undefined ? red(cutOffText) : `no: ${ownerText(run.atWork)} is at work on it`],
          dim,
        )
      : part('finished', seconds(run.finishedAt))
  const exit = run.exitCode === undefined ? '' : String(run.exitCode)
  return [
    bold(
      `run ${printable(run.runId)}: ikero ${printable(run.command)}${run.remediates === true ? ' --remediate' : ''}: ${printable(run.playbook)}`,
    ),
    ...(change === undefined ? [] : part('change', change)),
    ...(planFile === undefined ? [] : part('saved plan', savedPlanText(planFile))),
    ...(ignoreWindow === undefined ? [] : part('window', `not kept to: ${ignoreWindow}`)),
    ...(run.schedule === undefined ? [] : part('schedule', run.schedule)),
    ...(of === undefined ? [] : part('takes back', `run ${of}`)),
    ...part('started', seconds(run.startedAt)),
    ...end,
    ...(exit === ''
      ? []
      : part('exit', exit + (result === undefined ? '' : `: ${exitMeaning(Number(exit), result)}`))),
    ...part('folder', folder),
  ]
}

function journal(steps: readonly RunStep[], frame: Frame): readonly string[] {
  if (steps.length === 0) return []
  const kept = frame.verbose ? steps : steps.slice(0, shownSteps)
  return [
    frame.style.bold('what it did (time in UTC)'),
    ...renderSteps(kept, frame),
    ...more(steps.length - kept.length, 'steps', frame).map((line) => `  ${line}`),
  ]
}

function devices({ result }: RunView, frame: Frame): readonly string[] {
  if (result === undefined || result.devices.length === 0) return []
  const sorted = worstFirst(result.devices)
  const shown = frame.verbose ? sorted : sorted.slice(0, shownDevices)
  return [
    frame.style.bold('how it ended'),
    ...renderTable(shown, result.command, frame),
    ...more(sorted.length - shown.length, 'devices', frame).map((line) => `  ${line}`),
  ]
}

function changes({ changes: all }: RunView, frame: Frame): readonly string[] {
  if (all.length === 0) return []
  return [
    frame.style.bold('what it changed, and how that stands today'),
    ...all.map(
      ({ host, target, status }) =>
        `  ${printable(host)} ${printable(target)}: ${frame.style.status(status)(status)}`,
    ),
  ]
}

function damage(view: RunView, frame: Frame): readonly string[] {
  if (view.damage.length === 0) return []
  return [
    frame.style.red('the journal is damaged: what stands in these places is not used'),
    ...view.damage.flatMap(({ line, reason }) =>
      sentence(`line ${line}: ${reason}`, frame).map((text) => `  ${text}`),
    ),
  ]
}

/** One run for programs: the row of `runs --json`, the journal's steps, the result as `--json` printed it. */
export function runDocument(view: RunView): object {
  const {
    run,
    change,
    ignoreWindow,
    of,
    folder,
    steps,
    changes: changed,
    open,
    damage: damaged,
    result,
  } = view
  return {
    formatVersion: 1,
    command: 'show',
    run: listedRun(run),
    ...(change === undefined ? {} : { change }),
    ...(ignoreWindow === undefined ? {} : { ignoreWindow }),
    ...(of === undefined ? {} : { of }),
    folder,
    steps: steps.map(stepJson),
    changes: changed,
    open: open.map(({ runId: _, text: __, ...rest }) => rest),
    damage: damaged,
    ...(result === undefined ? {} : { result: toJsonDocument(result, run.exitCode ?? 0) }),
  }
}

/** The SAs before a push are what verify compares with; they are no step. */
function stepJson({ at, entry }: RunStep): object {
  if (entry.kind !== 'push-intent') return { at, ...entry }
  const { readingBefore: _, ...rest } = entry
  return { at, ...rest }
}
