import { plan } from '../wire/run.ts'
import type { RunCommand } from './commands.ts'
import { Flags, refuse, runAndTell, runOptions } from './shared.ts'
import { writePeers } from './write-peers.ts'

export const runPlan: RunCommand = async ([path = ''], values, io) => {
  const flags = new Flags(values)
  const { options, problems } = runOptions(path, flags, io)
  if (problems.length > 0) return refuse(problems, flags, io)
  return runAndTell(flags, io, async (onEvent) => {
    const answer = await plan({ ...options, onEvent })
    const file = flags.text('writePeers')
    if (file !== undefined && answer.kind === 'done') writePeers(file, answer.undeclaredPeers, io)
    return answer
  })
}
