import type { Diagnostic } from '../kernel/diagnostics.ts'
import { printable } from '../kernel/printable.ts'
import { changesOf, savesOf } from '../model/plan.ts'
import { isWindowReason } from '../model/rollout.ts'
import { renderClearQuestion } from '../report/clears.ts'
import { renderApproval } from '../report/plan-summary.ts'
import type { ApplyOptions } from '../wire/options.ts'
import { askYes } from './ask.ts'
import { type Flags, usage } from './flags.ts'
import { type CliIo, wantsColor, widthOf } from './io.ts'
import type { Pausing } from './progress.ts'

// What is asked before lines are sent: by apply, and by drift where it puts something back.

type Plans = Parameters<ApplyOptions['approve']>[0]

/** Both questions of a run, or `--yes` to both; progress stands still while they are asked. */
export function approvals(
  does: 'change' | 'put back',
  flags: Flags,
  io: CliIo,
  pausing: Pausing,
): Required<Pick<ApplyOptions, 'approve' | 'approveClears'>> {
  const yes = flags.on('yes')
  return {
    approve: async (plans) => yes || pausing(() => askApproval(does, plans, flags, io)),
    approveClears: async (plans) => yes || pausing(() => askClears(plans, flags, io)),
  }
}

/** Whether a question could be answered; a program that asks and is not heard has done nothing. */
export function canAsk(io: CliIo): boolean {
  return io.stdin.isTTY === true && io.stderr.isTTY === true
}

/** The reason goes into records and reports: a line that says something. */
export function reasonProblem(reason: string | undefined): readonly Diagnostic[] {
  if (reason === undefined || isWindowReason(reason)) return []
  return [
    usage(
      `--ignore-window takes the reason: one line of visible characters, at most 500, not '${printable(reason.slice(0, 80))}'`,
      'say why the change cannot wait: the record of the run keeps it',
    ),
  ]
}

function askApproval(does: 'change' | 'put back', plans: Plans, flags: Flags, io: CliIo): Promise<boolean> {
  const color = wantsColor(io, io.stderr, flags.color)
  io.stderr.write(renderApproval(plans, { color, width: widthOf(io.stderr), does }))
  const sends = does === 'change' ? 'Send these lines?' : 'Put this back?'
  const saves = plans.some((one) => savesOf(one).length > 0)
    ? 'Save these to startup?'
    : 'Take this for the device that is meant?'
  const what = plans.some((one) => changesOf(one).length > 0) ? sends : saves
  return askYes(`${what} Only 'yes' is accepted: `, io)
}

/** A no is not the end: the change runs, and the old SAs are left to their lifetimes. */
function askClears(plans: Plans, flags: Flags, io: CliIo): Promise<boolean> {
  const color = wantsColor(io, io.stderr, flags.color)
  io.stderr.write(renderClearQuestion(plans, { color, width: widthOf(io.stderr) }))
  return askYes("Clear these SAs too? Only 'yes' is accepted; the change runs either way: ", io)
}
