import { drift } from '../wire/run.ts'
import type { RunCommand } from './commands.ts'
import { Flags } from './flags.ts'
import { runAndTell } from './run-and-tell.ts'
import { refuse, runOptions } from './shared.ts'

export const runDrift: RunCommand = async ([path = ''], values, io) => {
  const flags = new Flags(values)
  const { options, problems } = runOptions(path, flags, io)
  if (problems.length > 0) return refuse(problems, flags, io)
  const baseline = flags.text('baseline')
  return runAndTell(flags, io, (followed) =>
    drift({
      ...options,
      ...followed,
      ...(baseline === undefined ? {} : { baseline }),
      ...(flags.on('requireProof') ? { requireProof: true as const } : {}),
    }),
  )
}
