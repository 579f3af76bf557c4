import type { Diagnostic } from '../kernel/diagnostics.ts'
import type { RollbackQuestion } from '../model/rollback.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { jsonText } from '../report/json.ts'
import { consoleDocument, renderConsoleLines } from '../report/rollback-lines.ts'
import { renderRollbackQuestion } from '../report/rollback-question.ts'
import { printRollback, rollback } from '../wire/rollback.ts'
import { askYes } from './ask.ts'
import type { RunCommand } from './command-row.ts'
import { Flags, usage } from './flags.ts'
import { type CliIo, type CommandIo, wantsColor, widthOf } from './io.ts'
import { runAndTell } from './run-and-tell.ts'
import { refuse, runOptions } from './shared.ts'

/** `rollback RUN`: takes back what a run changed, or prints the lines for a console. */
export const runRollback: RunCommand = async ([run = ''], values, io) => {
  const flags = new Flags(values)
  const { options: all, problems } = runOptions(run, flags, io)
  const { playbook: _run, ...rest } = all
  const options = { ...rest, run, targets: flags.list('target') }
  const wrong = [...problems, ...printProblem(flags)]
  if (wrong.length > 0) return refuse(wrong, flags, io)
  if (flags.on('print')) return print(options, flags, io)
  const canAsk = io.stdin.isTTY === true && io.stderr.isTTY === true
  if (!flags.on('yes') && !canAsk) {
    const message = 'rollback asks before it sends anything, and there is no terminal to ask on'
    return refuse([usage(message, 'give --yes, or --print for the lines alone')], flags, io)
  }
  return runAndTell(flags, io, async (followed, pausing) => {
    const approve = async (question: RollbackQuestion): Promise<boolean> =>
      flags.on('yes') || pausing(() => ask(question, flags, io))
    return rollback({ ...options, ...followed, approve })
  })
}

/** Nothing happens that events could tell of. */
function printProblem(flags: Flags): readonly Diagnostic[] {
  if (!flags.on('print') || !flags.on('events')) return []
  return [usage('--print and --events cannot be given together', 'give --json for the lines as a document')]
}

function ask(question: RollbackQuestion, flags: Flags, io: CliIo): Promise<boolean> {
  const color = wantsColor(io, io.stderr, flags.color)
  io.stderr.write(renderRollbackQuestion(question, { color, width: widthOf(io.stderr) }))
  return askYes("Take it back? Only 'yes' is accepted: ", io)
}

async function print(
  options: Parameters<typeof printRollback>[0],
  flags: Flags,
  io: CommandIo,
): Promise<number> {
  const answer = await printRollback(options)
  if (answer.kind === 'invalid') return refuse(answer.diagnostics, flags, io)
  if (answer.kind === 'nothing') {
    const json = flags.on('json')
    const out = json ? io.stderr : io.stdout
    out.write(`${answer.why}\n`)
    if (json) io.stdout.write(jsonText(consoleDocument(answer.result.runId, [], [], 0)))
    return 0
  }
  const { of, spaces, refused, warnings } = answer
  const exitCode = refused.length === 0 ? 0 : 1
  if (warnings.length > 0)
    io.stderr.write(renderDiagnostics(warnings, { color: wantsColor(io, io.stderr, flags.color) }))
  io.stdout.write(
    flags.on('json')
      ? jsonText(consoleDocument(of, spaces, refused, exitCode))
      : renderConsoleLines(of, spaces, refused),
  )
  return exitCode
}
