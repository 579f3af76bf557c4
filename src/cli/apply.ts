import { changesOf } from '../model/plan.ts'
import { renderClearQuestion } from '../report/clears.ts'
import { renderApproval } from '../report/plan-summary.ts'
import type { ApplyOptions } from '../wire/options.ts'
import { apply, plan } from '../wire/run.ts'
import { askYes } from './ask.ts'
import type { RunCommand } from './commands.ts'
import { type CliIo, wantsColor, widthOf } from './io.ts'
import { Flags, refuse, runAndTell, runOptions, usage } from './shared.ts'

export const runApply: RunCommand = async ([path = ''], values, io) => {
  const flags = new Flags(values)
  const { options, problems } = runOptions(path, flags, io)
  const dryRun = flags.on('dryRun')
  const canAsk = io.stdin.isTTY === true && io.stderr.isTTY === true
  const needsYes =
    dryRun || flags.on('yes') || canAsk
      ? []
      : [
          usage(
            'apply asks before it changes anything, and there is no terminal to ask on',
            'give --yes, or --dry-run',
          ),
        ]
  const wrong = [...problems, ...needsYes]
  if (wrong.length > 0) return refuse(wrong, flags, io)
  return runAndTell(flags, io, (onEvent, pausing) =>
    dryRun
      ? plan({ ...options, onEvent })
      : apply({
          ...options,
          onEvent,
          approve: async (plans) => flags.on('yes') || pausing(() => askApproval(plans, flags, io)),
          approveClears: async (plans) => flags.on('yes') || pausing(() => askClears(plans, flags, io)),
        }),
  )
}

function askApproval(
  plans: Parameters<ApplyOptions['approve']>[0],
  flags: Flags,
  io: CliIo,
): Promise<boolean> {
  const color = wantsColor(io, io.stderr, flags.color)
  io.stderr.write(renderApproval(plans, { color, width: widthOf(io.stderr) }))
  const what = plans.some((one) => changesOf(one).length > 0) ? 'Send these lines?' : 'Save these to startup?'
  return askYes(`${what} Only 'yes' is accepted: `, io)
}

/** A no is not the end: the change runs, and the old SAs are left to their lifetimes. */
function askClears(plans: Parameters<ApplyOptions['approve']>[0], flags: Flags, io: CliIo): Promise<boolean> {
  const color = wantsColor(io, io.stderr, flags.color)
  io.stderr.write(renderClearQuestion(plans, { color, width: widthOf(io.stderr) }))
  return askYes("Clear these SAs too? Only 'yes' is accepted; the change runs either way: ", io)
}
