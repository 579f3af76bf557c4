import type { Diagnostic } from '../kernel/diagnostics.ts'
import type { DriftOptions } from '../wire/options.ts'
import { drift } from '../wire/run.ts'
import { approvals, canAsk, reasonProblem } from './approve.ts'
import type { RunCommand } from './command-row.ts'
import { Flags, usage } from './flags.ts'
import type { CliIo } from './io.ts'
import { runAndTell } from './run-and-tell.ts'
import { refuse, runOptions } from './shared.ts'

export const runDrift: RunCommand = async ([path = ''], values, io) => {
  const flags = new Flags(values)
  const { options, problems } = runOptions(path, flags, io)
  const remediation = remediationOptions(flags, io)
  const wrong = [...problems, ...remediation.problems]
  if (wrong.length > 0) return refuse(wrong, flags, io)
  const baseline = flags.text('baseline')
  return runAndTell(flags, io, (followed, pausing) =>
    drift({
      ...options,
      ...followed,
      ...(baseline === undefined ? {} : { baseline }),
      ...(flags.on('requireProof') ? { requireProof: true as const } : {}),
      ...remediation.options,
      ...(flags.on('remediate') ? approvals('put back', flags, io, pausing) : {}),
    }),
  )
}

/** Flags of a change are refused where nothing is changed: somebody believes that something is put back. */
const needRemediate: readonly (readonly [string, string])[] = [
  ['yes', '--yes'],
  ['maxDevices', '--max-devices'],
  ['ignoreWindow', '--ignore-window'],
]

function remediationOptions(
  flags: Flags,
  io: CliIo,
): {
  readonly options: Pick<DriftOptions, 'remediate' | 'maxDevices' | 'ignoreWindow'>
  readonly problems: readonly Diagnostic[]
} {
  if (!flags.on('remediate')) {
    const alone = needRemediate.filter(([name]) => flags.on(name) || flags.text(name) !== undefined)
    const problems = alone.map(([, flag]) =>
      usage(
        `${flag} goes with --remediate only: drift alone changes nothing`,
        'give --remediate too, or leave it out',
      ),
    )
    return { options: {}, problems }
  }
  const maxDevices = flags.count('maxDevices', '--max-devices', 1, 1_000_000)
  const ignoreWindow = flags.text('ignoreWindow')
  const noOneToAsk =
    flags.on('yes') || canAsk(io)
      ? []
      : [
          usage(
            'drift --remediate asks before it puts anything back, and there is no terminal to ask on',
            'give --yes, or leave --remediate out',
          ),
        ]
  return {
    options: {
      remediate: true,
      ...(maxDevices.value === undefined ? {} : { maxDevices: maxDevices.value }),
      ...(ignoreWindow === undefined ? {} : { ignoreWindow }),
    },
    problems: [
      ...(maxDevices.problem === undefined ? [] : [maxDevices.problem]),
      ...noOneToAsk,
      ...reasonProblem(ignoreWindow),
    ],
  }
}
