import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import { renderAdoption } from '../report/adoption.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { adopt } from '../wire/adopt.ts'
import type { RunCommand } from './command-row.ts'
import { Flags, usage } from './flags.ts'
import { type CliIo, wantsColor, widthOf } from './io.ts'
import { withVisits } from './progress.ts'
import { refuse, runOptions } from './shared.ts'

const words = { command: 'adopt', done: 'read', busy: 'reading' }

/** `adopt -i INVENTORY`: the playbook on stdout or in a new file, what became of each device on stderr. */
export const runAdopt: RunCommand = async (_args, values, io) => {
  const flags = new Flags(values)
  const { options, problems } = runOptions('', flags, io)
  const output = flags.text('out') ?? flags.text('output')
  const wrong = [...problems, ...outputProblems(output, io)]
  if (wrong.length > 0) return refuse(wrong, flags, io)
  const { playbook: _none, stateDir: _state, transcripts: _folder, ...rest } = options
  const named = output === undefined ? {} : { output }
  const answer = await withVisits(words, flags, io, (followed) => adopt({ ...rest, ...named, ...followed }))
  if (answer.kind === 'invalid') return refuse(answer.diagnostics, flags, io)
  const color = wantsColor(io, io.stderr, flags.color)
  if (answer.warnings.length > 0) io.stderr.write(renderDiagnostics(answer.warnings, { color }))
  if (answer.exitCode === 130) {
    io.stderr.write('interrupted: no playbook was written\n')
    return 130
  }
  io.stderr.write(
    renderAdoption(answer.adoption, {
      color,
      width: widthOf(io.stderr),
      written: answer.playbook !== undefined,
    }),
  )
  if (answer.playbook === undefined) return answer.exitCode
  if (output !== undefined) return write(output, answer.playbook, io) ? answer.exitCode : 1
  io.stdout.write(answer.playbook)
  return answer.exitCode
}

/** An existing file is never written over: said before a device is contacted. */
function outputProblems(file: string | undefined, io: CliIo): ReturnType<typeof usage>[] {
  if (file === undefined || !existsSync(resolve(io.cwd, file))) return []
  return [usage(`--out: ${printable(file)} exists already`, 'give a file that does not exist yet')]
}

function write(file: string, text: string, io: CliIo): boolean {
  try {
    writeFileSync(resolve(io.cwd, file), text, { flag: 'wx' })
  } catch (thrown) {
    io.stderr.write(`error: cannot write ${printable(file)}: ${printable(messageOf(thrown))}\n`)
    return false
  }
  io.stderr.write(`written to ${printable(file)}; next: ikero validate ${printable(file)}, then ikero plan\n`)
  return true
}
