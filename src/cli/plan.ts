import { printable } from '../kernel/printable.ts'
import type { UndeclaredPeer } from '../model/undeclared-peer.ts'
import type { SavedPlanNote } from '../wire/options.ts'
import { plan } from '../wire/run.ts'
import type { RunCommand } from './command-row.ts'
import { Flags, usage } from './flags.ts'
import { runAndTell } from './run-and-tell.ts'
import { refuse, runOptions } from './shared.ts'
import { writePeers, writePeersProblem } from './write-peers.ts'

export const runPlan: RunCommand = async ([path = ''], values, io) => {
  const flags = new Flags(values)
  const { options, problems } = runOptions(path, flags, io)
  const file = flags.text('writePeers')
  const out = flags.text('out')
  const force = flags.on('force')
  const alone = force && out === undefined ? [usage('--force is for the file of -o, and none is named')] : []
  const wrong = [...problems, ...writePeersProblem(file, io), ...alone]
  if (wrong.length > 0) return refuse(wrong, flags, io)
  let peers: readonly UndeclaredPeer[] | undefined
  let note: SavedPlanNote | undefined
  const exitCode = await runAndTell(flags, io, async (followed) => {
    const saveTo = out === undefined ? {} : { saveTo: { path: out, force } }
    const answer = await plan({ ...options, ...saveTo, ...followed })
    if (answer.kind === 'done') {
      peers = answer.undeclaredPeers
      note = answer.savedPlan
    }
    return answer
  })
  if (note !== undefined) io.stderr.write(savedPlanText(note))
  if (file === undefined || peers === undefined) return exitCode
  return writePeers(file, peers, io) ? exitCode : Math.max(exitCode, 1)
}

function savedPlanText(note: SavedPlanNote): string {
  if (note.kind === 'not-saved') return `error: the plan was not saved: ${note.message}\n`
  const { path, contentHash, planned, notPlanned } = note
  const rest = notPlanned === 0 ? '' : `, ${notPlanned} not planned`
  const devices = `${planned} ${planned === 1 ? 'device' : 'devices'}${rest}`
  return `plan saved to ${printable(path)} (${devices}; ${contentHash})\nto run exactly this: ikero apply ${printable(path)}\n`
}
