import { systemClock } from '../kernel/clock.ts'
import { jsonText } from '../report/json.ts'
import { renderRuns, runsDocument } from '../report/runs.ts'
import { listRuns, openTargets, type RunsOptions } from '../wire/runs.ts'
import type { RunCommand } from './command-row.ts'
import { Flags } from './flags.ts'
import { type CliIo, wantsColor, widthOf } from './io.ts'
import { refuse } from './shared.ts'

/** `runs`: contacts nothing, names no playbook. */
export const runRuns: RunCommand = async (_args, values, io) => {
  const flags = new Flags(values)
  const answer = await listRuns(storeOptions(flags, io))
  if (answer.kind === 'invalid') return refuse(answer.diagnostics, flags, io)
  if (flags.on('json')) {
    io.stdout.write(jsonText(runsDocument(answer.runs, answer.unreadable)))
    return 0
  }
  const open = await openTargets(storeOptions(flags, io))
  if (open.kind === 'invalid') return refuse(open.diagnostics, flags, io)
  io.stdout.write(
    renderRuns(answer.runs, open.open, { ...viewOptions(flags, io), unreadable: answer.unreadable }),
  )
  return 0
}

/** Where runs are looked for when no playbook is named. */
export function storeOptions(flags: Flags, io: CliIo): RunsOptions {
  const stateDir = flags.text('stateDir')
  return {
    env: io.env,
    cwd: io.cwd,
    ...(io.uid === undefined ? {} : { uid: io.uid }),
    ...(io.self === undefined ? {} : { self: io.self }),
    ...(stateDir === undefined ? {} : { stateDir }),
  }
}

/** How runs are drawn on this terminal. */
export function viewOptions(
  flags: Flags,
  io: CliIo,
): { readonly color: boolean; readonly width: number; readonly verbose: boolean; readonly nowMs: number } {
  return {
    color: wantsColor(io, io.stdout, flags.color),
    width: widthOf(io.stdout),
    verbose: flags.on('verbose'),
    nowMs: systemClock.wall().getTime(),
  }
}
