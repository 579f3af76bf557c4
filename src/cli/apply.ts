import type { Diagnostic } from '../kernel/diagnostics.ts'
import { parseDuration } from '../kernel/duration.ts'
import { printable } from '../kernel/printable.ts'
import type { ApplyOptions } from '../wire/options.ts'
import { apply } from '../wire/run.ts'
import { approvals, canAsk, reasonProblem } from './approve.ts'
import type { RunCommand } from './command-row.ts'
import { Flags, usage } from './flags.ts'
import { runAndTell } from './run-and-tell.ts'
import { refuse, runOptions } from './shared.ts'

export const runApply: RunCommand = async ([path = ''], values, io) => {
  const flags = new Flags(values)
  const { options, problems } = runOptions(path, flags, io)
  const dryRun = flags.on('dryRun')
  const needsYes =
    dryRun || flags.on('yes') || canAsk(io)
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
      ...approvals('change', flags, io, pausing),
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
