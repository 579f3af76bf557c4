import type { Diagnostic } from '../kernel/diagnostics.ts'
import { printable } from '../kernel/printable.ts'
import { usageExitCode } from '../model/exit-code.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { problemsDocument } from '../report/problems.ts'
import type { RunOptions } from '../wire/options.ts'
import type { writeReports } from '../wire/report.ts'
import { type ReportFile, reportFileProblems, reportFileWarnings } from '../wire/report-files.ts'
import type { EventStream } from './event-stream.ts'
import { type Flags, usage } from './flags.ts'
import { type CliIo, type CommandIo, wantsColor } from './io.ts'
import { printProblems } from './problems.ts'

/** Tells people and programs what is wrong with files or flags; nothing was contacted. */
export function refuse(
  diagnostics: readonly Diagnostic[],
  flags: Flags,
  io: CommandIo,
  stream?: EventStream,
): number {
  io.stderr.write(renderDiagnostics(diagnostics, { color: wantsColor(io, io.stderr, flags.color) }))
  const asked = { json: flags.on('json'), events: flags.on('events') }
  printProblems(problemsDocument(io.command, usageExitCode, diagnostics), asked, io, stream)
  return usageExitCode
}

/** The options that plan, apply and verify share. */
export function runOptions(
  path: string,
  flags: Flags,
  io: CliIo,
): { readonly options: RunOptions; readonly problems: readonly Diagnostic[] } {
  const concurrency = flags.count('concurrency', '--concurrency', 1, 1000)
  const inventory = flags.text('inventory')
  const limit = flags.text('limit')
  const stateDir = flags.text('stateDir')
  const knownHosts = flags.list('knownHosts')
  const transcripts = flags.text('transcripts')
  return {
    problems: [
      ...(concurrency.problem === undefined ? [] : [concurrency.problem]),
      ...formatProblems(flags),
      ...reportFileProblems(reportFiles(flags), io.cwd),
    ],
    options: {
      playbook: path,
      env: io.env,
      cwd: io.cwd,
      signal: io.signal,
      halt: io.halt,
      ...(io.uid === undefined ? {} : { uid: io.uid }),
      ...(io.self === undefined ? {} : { self: io.self }),
      ...(inventory === undefined ? {} : { inventory }),
      ...(limit === undefined ? {} : { limit }),
      ...(stateDir === undefined ? {} : { stateDir }),
      ...(transcripts === undefined ? {} : { transcripts }),
      ...(knownHosts.length === 0 ? {} : { knownHosts }),
      ...(concurrency.value === undefined ? {} : { concurrency: concurrency.value }),
    },
  }
}

/** stdout carries one format. */
function formatProblems(flags: Flags): readonly Diagnostic[] {
  if (!flags.on('json') || !flags.on('events')) return []
  return [usage('--json and --events cannot be given together', 'the last line of --events is the result')]
}

/** The files that a command is asked to write of its run. */
export function reportFiles(flags: Flags): readonly ReportFile[] {
  return (['html', 'markdown', 'junit', 'metrics'] as const).flatMap((kind) => {
    const file = flags.text(kind)
    return file === undefined ? [] : [{ kind, file }]
  })
}

/** Says which files were written; true where one was not. */
export function tellWritten(
  { written, problems }: Awaited<ReturnType<typeof writeReports>>,
  flags: Flags,
  io: CliIo,
): boolean {
  io.stderr.write(written.map((file) => `written: ${printable(file)}\n`).join(''))
  const told = [...reportFileWarnings(reportFiles(flags)), ...problems]
  if (told.length > 0)
    io.stderr.write(renderDiagnostics(told, { color: wantsColor(io, io.stderr, flags.color) }))
  return problems.length > 0
}
