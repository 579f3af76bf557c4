import { jsonText } from '../report/json.ts'
import { renderRun, runDocument } from '../report/show-run.ts'
import { showRun } from '../wire/runs.ts'
import type { RunCommand } from './command-row.ts'
import { Flags } from './flags.ts'
import { storeOptions, viewOptions } from './runs.ts'
import { refuse } from './shared.ts'

/** `show RUN`: contacts nothing. */
export const runShow: RunCommand = async ([run = ''], values, io) => {
  const flags = new Flags(values)
  const answer = await showRun(run, storeOptions(flags, io))
  if (answer.kind === 'invalid') return refuse(answer.diagnostics, flags, io)
  const { view } = answer
  io.stdout.write(flags.on('json') ? jsonText(runDocument(view)) : renderRun(view, viewOptions(flags, io)))
  return 0
}
