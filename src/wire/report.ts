import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import type { RunView } from '../model/run-view.ts'
import type { ReportInput } from '../report/change-report.ts'
import { renderHtml } from '../report/html/page.ts'
import { renderJunit } from '../report/junit.ts'
import { renderMarkdown } from '../report/markdown.ts'
import type { Invalid, RunAnswer } from './options.ts'
import { type ReportFile, type ReportFormat, writeReportFile } from './report-files.ts'
import { type RunsOptions, showRun } from './runs.ts'
import { version } from './version.ts'

/** A run to report on, or why there is none. */
export type ReportAnswer =
  | Invalid
  /** It was cut off: its record has no end, and what became of it is not known. */
  | { readonly kind: 'cut-off'; readonly runId: string }
  | { readonly kind: 'done'; readonly input: ReportInput }

/** What a recorded run is reported by. Contacts nothing. */
export async function reportOf(run: string, options: RunsOptions): Promise<ReportAnswer> {
  const shown = await showRun(run, options)
  if (shown.kind === 'invalid') return shown
  const { view } = shown
  const { result } = view
  if (result === undefined && view.run.finishedAt === undefined)
    return { kind: 'cut-off', runId: view.run.runId }
  if (result === undefined) return { kind: 'invalid', diagnostics: [foreign(view.run.runId)] }
  return { kind: 'done', input: { result, exitCode: view.run.exitCode ?? 0, ...recorded(view) } }
}

function foreign(runId: string): Diagnostic {
  return diagnostic(
    'USAGE',
    `run ${runId} cannot be reported: its result is not of this format`,
    undefined,
    'use the version of ikero that recorded it; ikero show has every line that was sent',
  )
}

function recorded({ steps, open, damage }: RunView): Omit<ReportInput, 'result' | 'exitCode'> {
  return { steps, open, damage: damage.length }
}

/** The same of a run that has just ended: its own result, and the steps that its journal has. */
export async function reportOfAnswer(
  { result, exitCode, folder, savedPlan }: Extract<RunAnswer, { readonly kind: 'done' }>,
  options: RunsOptions,
): Promise<ReportInput> {
  // A report without its timeline is better than none: the journal may have broken in mid-run.
  const shown = await showRun(folder, options).catch(() => undefined)
  const view = shown?.kind === 'done' ? recorded(shown.view) : { steps: [], open: [], damage: 0 }
  return { result, exitCode, ...view, ...(savedPlan?.kind === 'saved' ? { savedPlan } : {}) }
}

const renderers: Readonly<Record<ReportFormat, (input: ReportInput) => string>> = {
  html: renderHtml,
  markdown: renderMarkdown,
  junit: renderJunit,
}

/** One report as text. */
export function renderReport(kind: ReportFormat, input: ReportInput): string {
  return renderers[kind](input)
}

/** prom-client is loaded only where metrics are asked for. */
async function textOf(kind: ReportFile['kind'], input: ReportInput): Promise<string> {
  if (kind !== 'metrics') return renderReport(kind, input)
  const { renderRunMetrics } = await import('../serve/run-metrics.ts')
  return renderRunMetrics({ result: input.result, exitCode: input.exitCode, version })
}

/** Writes each file that is asked for; what could not be written. */
export async function writeReports(
  files: readonly ReportFile[],
  input: ReportInput,
  cwd: string,
): Promise<{ readonly written: readonly string[]; readonly problems: readonly Diagnostic[] }> {
  const written: string[] = []
  const problems: Diagnostic[] = []
  for (const one of files) {
    const problem = writeReportFile(one, await textOf(one.kind, input), cwd)
    if (problem === undefined) written.push(one.file)
    else problems.push(problem)
  }
  return { written, problems }
}
