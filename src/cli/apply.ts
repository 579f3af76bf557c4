import type { Diagnostic } from '../kernel/diagnostics.ts'
import { parseDuration } from '../kernel/duration.ts'
import { printable } from '../kernel/printable.ts'
import { changesOf } from '../model/plan.ts'
import { isWindowReason } from '../model/rollout.ts'
import { renderClearQuestion } from '../report/clears.ts'
import { renderApproval } from '../report/plan-summary.ts'
import type { ApplyOptions } from '../wire/options.ts'
import { apply } from '../wire/run.ts'
import { askYes } from './ask.ts'
import type { RunCommand } from './commands.ts'
import { Flags, usage } from './flags.ts'
import { type CliIo, wantsColor, widthOf } from './io.ts'
import { runAndTell } from './run-and-tell.ts'
import { refuse, runOptions } from './shared.ts'

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
  const saved = savedPlanOptions(flags)
  const ignoreWindow = flags.text('ignoreWindow')
  const wrong = [...problems, ...needsYes, ...saved.problems, ...reasonProblem(ignoreWindow)]
  if (wrong.length > 0) return refuse(wrong, flags, io)
  return runAndTell(flags, io, (followed, pausing) =>
    apply({
      ...options,
      ...saved.options,
      dryRun,
      ...followed,
      ...(ignoreWindow === undefined ? {} : { ignoreWindow }),
      ...(flags.on('requireProof') ? { requireProof: true as const } : {}),
      approve: async (plans) => flags.on('yes') || pausing(() => askApproval(plans, flags, io)),
      approveClears: async (plans) => flags.on('yes') || pausing(() => askClears(plans, flags, io)),
    }),
  )
}

/** What is asked of a plan file before it is applied. */
function savedPlanOptions(flags: Flags): {
  readonly options: Pick<ApplyOptions, 'maxAgeMs' | 'requireSignature'>
  readonly problems: readonly Diagnostic[]
} {
  const [age, signers, required] = [
    flags.text('maxAge'),
    flags.text('allowedSigners'),
    flags.on('requireSignature'),
  ]
  const maxAgeMs = age === undefined ? undefined : parseDuration(age)
  return {
    options: {
      ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
      ...(required ? { requireSignature: signers === undefined ? {} : { allowedSigners: signers } } : {}),
    },
    problems: [
      ...(age !== undefined && maxAgeMs === undefined
        ? [usage(`--max-age takes a time like 12h or 7d, not '${printable(age)}'`)]
        : []),
      ...(signers !== undefined && !required
        ? [
            usage(
              '--allowed-signers says who may sign, and no signature is asked for',
              'give --require-signature too',
            ),
          ]
        : []),
    ],
  }
}

/** The reason goes into records and reports: a line that says something. */
function reasonProblem(reason: string | undefined): readonly Diagnostic[] {
  if (reason === undefined || isWindowReason(reason)) return []
  return [
    usage(
      `--ignore-window takes the reason: one line of visible characters, at most 500, not '${printable(reason.slice(0, 80))}'`,
      'say why the change cannot wait: the record of the run keeps it',
    ),
  ]
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
