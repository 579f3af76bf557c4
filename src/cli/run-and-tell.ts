import { systemClock } from '../kernel/clock.ts'
import type { RunResult } from '../model/outcome.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { renderResult } from '../report/human.ts'
import { renderJson, toJsonDocument } from '../report/json.ts'
import type { RunAnswer } from '../wire/options.ts'
import { createEventStream, type EventStream } from './event-stream.ts'
import type { Flags } from './flags.ts'
import { type CliIo, type CommandIo, wantsColor, widthOf } from './io.ts'
import { type Followed, type Pausing, withProgress } from './progress.ts'
import { refuse, reportFiles, tellWritten } from './shared.ts'

/** There was nothing to run: why, and the empty result. */
export interface NothingToDo {
  readonly kind: 'nothing'
  readonly why: string
  readonly result: RunResult
}

/** Why, for people; programs get a result without devices. */
function tellNothing({ why, result }: NothingToDo, flags: Flags, io: CliIo, events?: EventStream): number {
  const forPrograms = events !== undefined || flags.on('json')
  const out = forPrograms ? io.stderr : io.stdout
  out.write(`${why}\n`)
  const document = toJsonDocument(result, 0)
  if (events !== undefined) events.end(document)
  else if (forPrograms) io.stdout.write(renderJson(document))
  return 0
}

/** Runs with progress on stderr, then prints the result on stdout: report or JSON document. */
export async function runAndTell(
  flags: Flags,
  io: CommandIo,
  run: (followed: Followed, pausing: Pausing) => Promise<RunAnswer | NothingToDo>,
): Promise<number> {
  const events = flags.on('events') ? createEventStream(io.stdout, systemClock) : undefined
  const answer = await withProgress(flags, io, (followed, pausing) => {
    const onEvent: Followed['onEvent'] = (event) => {
      events?.emit(event)
      followed.onEvent(event)
    }
    return run({ ...followed, onEvent }, pausing)
  })
  if (answer.kind === 'invalid') return refuse(answer.diagnostics, flags, io, events)
  if (answer.kind === 'nothing') return tellNothing(answer, flags, io, events)
  const color = wantsColor(io, io.stderr, flags.color)
  if (answer.warnings.length > 0) io.stderr.write(renderDiagnostics(answer.warnings, { color }))
  if (events !== undefined) events.end(toJsonDocument(answer.result, answer.exitCode))
  else io.stdout.write(flags.on('json') ? jsonText(answer) : reportText(answer, flags, io))
  io.stderr.write(resumeHint(answer))
  return await writeReportsOf(answer, flags, io)
}

/** Where a run that can be finished left something to finish. */
function resumeHint({ result }: Done): string {
  const open = result.devices.some(({ status }) => status === 'unknown' || status === 'skipped')
  const { command, remediation } = result
  const writes = command === 'apply' || command === 'resume' || remediation !== undefined
  if (!writes || !open || !(result.interrupted || result.halted === true)) return ''
  const sent = result.devices.some(
    ({ status, targets }) => status === 'unknown' || targets.some((target) => target.sent),
  )
  const why = sent ? 'to see what was applied, and to finish it' : 'nothing was sent; to go on all the same'
  return `${why}: ikero resume ${result.runId}\n`
}

/** After the result was told. A file that could not be written fails a run that went well, and hides no worse end. */
async function writeReportsOf(answer: Done, flags: Flags, io: CliIo): Promise<number> {
  const files = reportFiles(flags)
  if (files.length === 0) return answer.exitCode
  const { env, cwd, uid } = io
  const { reportOfAnswer, writeReports: write } = await import('../wire/report.ts')
  const input = await reportOfAnswer(answer, { env, cwd, ...(uid === undefined ? {} : { uid }) })
  const unwritten = tellWritten(await write(files, input, cwd), flags, io)
  return unwritten && answer.exitCode === 0 ? 1 : answer.exitCode
}

type Done = Extract<RunAnswer, { readonly kind: 'done' }>

function jsonText(answer: Done): string {
  return renderJson(toJsonDocument(answer.result, answer.exitCode))
}

function reportText(answer: Done, flags: Flags, io: CliIo): string {
  return renderResult(answer.result, {
    color: wantsColor(io, io.stdout, flags.color),
    width: widthOf(io.stdout),
    verbose: flags.on('verbose'),
    exitCode: answer.exitCode,
  })
}
