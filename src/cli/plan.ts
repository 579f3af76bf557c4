import type { UndeclaredPeer } from '../model/undeclared-peer.ts'
import { plan } from '../wire/run.ts'
import type { RunCommand } from './commands.ts'
import { Flags, refuse, runAndTell, runOptions } from './shared.ts'
import { writePeers, writePeersProblem } from './write-peers.ts'

export const runPlan: RunCommand = async ([path = ''], values, io) => {
  const flags = new Flags(values)
  const { options, problems } = runOptions(path, flags, io)
  const file = flags.text('writePeers')
  const wrong = [...problems, ...writePeersProblem(file, io)]
  if (wrong.length > 0) return refuse(wrong, flags, io)
  let peers: readonly UndeclaredPeer[] | undefined
  const exitCode = await runAndTell(flags, io, async (onEvent) => {
    const answer = await plan({ ...options, onEvent })
    if (answer.kind === 'done') peers = answer.undeclaredPeers
    return answer
  })
  if (file === undefined || peers === undefined) return exitCode
  return writePeers(file, peers, io) ? exitCode : Math.max(exitCode, 1)
}
