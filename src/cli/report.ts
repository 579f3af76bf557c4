import { printable } from '../kernel/printable.ts'
import { renderMarkdown } from '../report/markdown.ts'
import { reportOf, writeReports } from '../wire/report.ts'
import { reportFileProblems } from '../wire/report-files.ts'
import type { RunCommand } from './command-row.ts'
import { Flags } from './flags.ts'
import { storeOptions } from './runs.ts'
import { refuse, reportFiles, tellWritten } from './shared.ts'

/** `report RUN`: contacts nothing. Markdown on stdout where no file is named. */
export const runReport: RunCommand = async ([run = ''], values, io) => {
  const flags = new Flags(values)
  const files = reportFiles(flags)
  const problems = reportFileProblems(files, io.cwd)
  if (problems.length > 0) return refuse(problems, flags, io)
  const answer = await reportOf(run, storeOptions(flags, io))
  if (answer.kind === 'invalid') return refuse(answer.diagnostics, flags, io)
  if (answer.kind === 'cut-off') {
    const id = printable(answer.runId)
    io.stderr.write(
      `error: run ${id} was cut off: there is no end of it on record to report\n  next: ikero show ${id} has every line that was sent; ikero verify ${id} reads the devices\n`,
    )
    return 1
  }
  if (files.length === 0) io.stdout.write(renderMarkdown(answer.input))
  return tellWritten(await writeReports(files, answer.input, io.cwd), flags, io) ? 1 : 0
}
