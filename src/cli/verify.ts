import { verify } from '../wire/run.ts'
import type { RunCommand } from './command-row.ts'
import { Flags } from './flags.ts'
import { runAndTell } from './run-and-tell.ts'
import { refuse, runOptions } from './shared.ts'

export const runVerify: RunCommand = async ([path = ''], values, io) => {
  const flags = new Flags(values)
  const { options, problems } = runOptions(path, flags, io)
  if (problems.length > 0) return refuse(problems, flags, io)
  return runAndTell(flags, io, (followed) => verify({ ...options, ...followed }))
}
